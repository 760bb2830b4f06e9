"""The record sets that have rows. A set of the vocabulary that is missing here has none recorded yet."""

from fingerpost.proof.measures.record_set import RecordSet
from fingerpost.proof.measures.sets.cases import cases
from fingerpost.proof.measures.sets.children_on_cases import children_on_cases
from fingerpost.proof.measures.sets.exclusions import exclusions

RECORD_SETS: dict[str, RecordSet] = {one.spec.name: one for one in (cases, children_on_cases, exclusions)}
