"""The words this product offers to contracts: facts about people and cases, and the record sets."""

from fingerpost.language.facts import Vocabulary, named
from fingerpost.language.vocabulary import record_sets, record_sets_more
from fingerpost.language.vocabulary.subjects import SUBJECT_FACTS, TIMES
from fingerpost.language.vocabulary.unrecorded import as_recorded

SETS = {spec.name: as_recorded(spec) for spec in (*record_sets.SETS, *record_sets_more.SETS)}
"""All record sets, by name."""

VOCABULARY = Vocabulary(facts=named((*SUBJECT_FACTS, *TIMES)), sets=SETS)
"""What `check` and `load` are given as a rule."""

__all__ = ["SETS", "SUBJECT_FACTS", "TIMES", "VOCABULARY"]
