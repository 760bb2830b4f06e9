"""Deciding: yes, no or not known, with the clause behind every reason and the facts still missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fingerpost.language.answers import NOT_KNOWN, PENDING, Answer
from fingerpost.language.conditions import All as AllOf
from fingerpost.language.conditions import AnyOf, Condition, Is, Not, Test, evaluate, explain, facts_named
from fingerpost.language.contract import Contract
from fingerpost.language.dated import Values
from fingerpost.language.entry_rows import added_facts
from fingerpost.language.facts import Facts, FactSpec
from fingerpost.language.faults import PlacedError
from fingerpost.language.filling import filled, names_in
from fingerpost.language.readings import PROPOSED, Choices, by_question, letters_of
from fingerpost.language.schema.base import clauses_of
from fingerpost.language.schema.eligibility import CriterionChange, CriterionWords, DecisionWords, SayingWords
from fingerpost.language.schema.pathway import GateWords
from fingerpost.language.settings import values_under
from fingerpost.language.vocabulary import VOCABULARY

Specs = Mapping[str, FactSpec]
Criterion = CriterionWords | GateWords


@dataclass(frozen=True, slots=True)
class Reason:
    """What one criterion says, in words with the values filled in. `brief`: how a refusal quotes it; empty unless not met."""

    clauses: tuple[str, ...]
    criterion: str
    label: str
    answer: Answer
    text: str
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact without which the decision cannot be made."""

    fact: str
    label: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, what comes of it, the way in, the reasons, and what is missing while it is not known.

    `facts` holds every fact that was looked at, so that the decision can be stored with what it rests on.
    """

    answer: Answer
    outcome: str
    route: str | None
    reasons: tuple[Reason, ...]
    missing: tuple[Missing, ...]
    facts: Mapping[str, Any]

    @property
    def is_yes(self) -> bool:
        """Whether the answer is yes."""
        return self.answer is Answer.YES


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """One decision in one choice of readings: its criteria, and the tree that joins them."""

    key: str
    title: str
    criteria: Mapping[str, Criterion]
    accept: Condition
    outcomes: Mapping[Answer, str]
    letters: Mapping[str, str]


def decide(
    contract: Contract,
    key: str,
    facts: Facts,
    *,
    on: date,
    choices: Choices = PROPOSED,
    specs: Specs = VOCABULARY.facts,
) -> Decision:
    """Decide by the contract in the readings chosen. A fact that is absent is not known. Raises KeyError, ValueError."""
    words = contract.decisions[key]
    rule = define_decision(key, words, letters_of(key, words.readings, words.reading, choices))
    specs = {**specs, **added_facts(contract)}
    return decide_by(rule, facts, values=values_under(contract, choices), on=on, specs=specs)


def check_gate(contract: Contract, name: str, facts: Facts, *, on: date, specs: Specs = VOCABULARY.facts) -> Decision:
    """Whether a gate of the pathway is open; outcome `open`, `shut` or `waiting` unless a saying names another."""
    gate = contract.pathway.gates[name]
    rule = DecisionRule(name, gate.label, {name: gate}, _holds(name), _GATE_OUTCOMES, {})
    specs = {**specs, **added_facts(contract)}
    return decide_by(rule, facts, values=contract.values, on=on, specs=specs)


def define_decision(key: str, words: DecisionWords, letters: Mapping[str, str]) -> DecisionRule:
    """A decision under these letters. Raises PlacedError where its rule of acceptance cannot be read."""
    criteria, accept = dict(words.criteria), words.accept
    accept_path: tuple[str, ...] = ("accept",)
    for question, answers in by_question(words.readings).items():
        letter = letters[question]
        answer = answers[letter]
        for name, change in answer.criteria.items():
            if name not in criteria:
                raise PlacedError(f"There is no criterion {name}", ("readings", question, letter, "criteria", name))
            criteria[name] = _changed(criteria[name], change)
        if answer.accept is not None:
            accept, accept_path = answer.accept, ("readings", question, letter, "accept")
    try:
        tree = _tree(accept, criteria)
    except PlacedError as fault:
        raise fault.under(*accept_path) from None
    outcomes = {Answer.YES: words.accepted, Answer.NO: words.refused, Answer.NOT_KNOWN: words.waiting}
    return DecisionRule(key, words.title, criteria, tree, outcomes, dict(letters))


def decide_by(rule: DecisionRule, facts: Facts, *, values: Values, on: date, specs: Specs) -> Decision:
    """Put every criterion to the facts, join the answers, and say why."""
    answers = {name: evaluate(words.condition, facts, values=values, on=on) for name, words in rule.criteria.items()}
    said = {name: _saying(rule.criteria[name], given, facts, values, on) for name, given in answers.items()}
    joined = explain(rule.accept, {name: _as_fact(answer) for name, answer in answers.items()}, on=on)
    answer = Answer.NOT_KNOWN if joined.answer is Answer.PENDING else joined.answer
    decisive = joined.missing or joined.decided_by
    named = () if answer is Answer.YES else (said[name].outcome for name in decisive)
    return Decision(
        answer=answer,
        outcome=next(filter(None, named), rule.outcomes[answer]),
        route=_route(rule, answers) if answer is Answer.YES else None,
        reasons=tuple(
            Reason(
                clauses_of(words.clause),
                name,
                words.label,
                answers[name],
                filled(said[name].say, facts, values, on, specs),
                _brief(words, answers[name], facts, values, on, specs),
            )
            for name, words in rule.criteria.items()
        ),
        missing=_missing(rule, joined.missing, facts, values, on, specs),
        facts=_looked_at(rule, facts, said.values(), values),
    )


_GATE_OUTCOMES = {Answer.YES: "open", Answer.NO: "shut", Answer.NOT_KNOWN: "waiting"}
_USUAL = {
    Answer.YES: "{label}: met.",
    Answer.NO: "{label}: not met.",
    Answer.NOT_KNOWN: "{label}: not known.",
    Answer.PENDING: "{label}: not known yet.",
}


def _changed(words: CriterionWords, change: CriterionChange) -> CriterionWords:
    named = {name: value for name in CriterionChange.model_fields if (value := getattr(change, name)) is not None}
    return words.model_copy(update=named)


def _tree(raw: Any, criteria: Mapping[str, Any]) -> Condition:
    """The rule of acceptance: names of criteria joined by all, any and not. Left out: all of them."""
    if raw is None:
        return AllOf(tuple(_holds(name) for name in criteria))
    if isinstance(raw, str):
        if raw not in criteria:
            raise PlacedError(f"There is no criterion {raw}", advice=f"Use one of {', '.join(criteria)}.")
        return _holds(raw)
    if isinstance(raw, Mapping) and len(raw) == 1:
        ((word, content),) = raw.items()
        if word == "not":
            return Not(_under("not", content, criteria))
        if word in ("all", "any") and isinstance(content, tuple | list) and content:
            parts = tuple(_under(word, part, criteria, number) for number, part in enumerate(content))
            return AllOf(parts) if word == "all" else AnyOf(parts)
    raise PlacedError(
        "This joins nothing", advice="Write {all: [first, {any: [second, third]}]}, by names of criteria."
    )


def _under(word: str, raw: Any, criteria: Mapping[str, Any], *number: int) -> Condition:
    try:
        return _tree(raw, criteria)
    except PlacedError as fault:
        raise fault.under(word, *number) from None


def _holds(name: str) -> Test:
    return Test(name, Is(True))


def _as_fact(answer: Answer) -> Any:
    fixed = {Answer.YES: True, Answer.NO: False, Answer.NOT_KNOWN: NOT_KNOWN, Answer.PENDING: PENDING}
    return fixed[answer]


def _saying(words: Criterion, answer: Answer, facts: Facts, values: Values, on: date) -> SayingWords:
    """What the criterion says to this answer; of several sayings the first whose condition holds."""
    chosen: Any = {Answer.YES: words.met, Answer.NO: words.not_met}.get(answer, words.not_known)
    if isinstance(chosen, tuple):
        holding = (
            one
            for one in chosen
            if one.condition is None or evaluate(one.condition, facts, values=values, on=on) is Answer.YES
        )
        chosen = next(holding, None)
    if isinstance(chosen, SayingWords):
        return chosen
    return SayingWords(say=chosen or _USUAL[answer].replace("{label}", words.label))


def _brief(words: Criterion, answer: Answer, facts: Facts, values: Values, on: date, specs: Specs) -> str:
    quoted = words.in_brief if isinstance(words, CriterionWords) and answer is Answer.NO else None
    return filled(quoted, facts, values, on, specs).replace(".0 %", " %") if quoted else ""


def _route(rule: DecisionRule, answers: Mapping[str, Answer]) -> str | None:
    met = (words for name, words in rule.criteria.items() if answers[name] is Answer.YES)
    routes = (words.route for words in met if isinstance(words, CriterionWords) and words.route)
    return next(routes, None)


def _missing(
    rule: DecisionRule, criteria: tuple[str, ...], facts: Facts, values: Values, on: date, specs: Specs
) -> tuple[Missing, ...]:
    names: dict[str, None] = {}
    for name in criteria:
        names |= dict.fromkeys(explain(rule.criteria[name].condition, facts, values=values, on=on).missing)
    return tuple(Missing(name, specs[name].label if name in specs else name.replace("_", " ")) for name in names)


def _looked_at(rule: DecisionRule, facts: Facts, said: Iterable[SayingWords], values: Values) -> dict[str, Any]:
    """The facts that conditions asked, and those that stand in what was said, such as how many weeks are known."""
    names = dict.fromkeys(name for words in rule.criteria.values() for name in facts_named(words.condition))
    names |= dict.fromkeys(name for one in said for name in names_in(one.say) if name not in values)
    return {name: facts.get(name, NOT_KNOWN) for name in names}
