"""Checks of what a contract declares: questions that can be answered, kinds that somebody may write, times that can come."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from fingerpost.language.answering import NoAnswer
from fingerpost.language.checks.base import WARNING, Checking
from fingerpost.language.conditions.tree import Known, tests_of
from fingerpost.language.declared import fact_of, facts_of
from fingerpost.language.facts import FactSpec
from fingerpost.language.filling import names_in
from fingerpost.language.permissions import Permission
from fingerpost.language.read import Path_
from fingerpost.language.roles import roles_of
from fingerpost.language.schema.base import clauses_of
from fingerpost.language.schema.items import ItemSpec, WhoSpec
from fingerpost.language.schema.registers import KindSpec, TimeSpec
from fingerpost.language.vocabulary.kinds import OF_EVERY_ENTRY, PRODUCT_KINDS, SUBJECTS
from fingerpost.language.wording import nearest

QUESTIONS, REGISTERS = "questions.yaml", "registers.yaml"
MOST_ON_A_FORM = 12
WITH_ANSWERS = ("choice", "several")
WITH_BOUNDS = ("number", "day", "moment")


def check(checking: Checking) -> None:
    """Faults of every question, kind and time."""
    for key, item in checking.contract.items.items():
        _question(checking, key, item)
    for key, kind in checking.contract.kinds.items():
        _kind(checking, key, kind)
    _one_meaning(checking)


def _question(checking: Checking, key: str, item: ItemSpec) -> None:
    if item.for_ is None:
        checking.fault(QUESTIONS, (key,), "for is missing", f"Say whose question it is: {', '.join(PRODUCT_KINDS)}.")
    elif item.for_ not in PRODUCT_KINDS:
        checking.fault(QUESTIONS, (key, "for"), f"There is no kind {item.for_}", nearest(item.for_, PRODUCT_KINDS))
    else:
        if not item.planned:
            message = f"Nothing asks {key} yet: questions of the product's own records are still to come"
            checking.fault(QUESTIONS, (key,), message, "Mark it planned: true, or ask it of a kind in registers.yaml.")
        same_form = {name: other for name, other in checking.contract.items.items() if other.for_ == item.for_}
        _item(checking, QUESTIONS, (key,), key, item, PRODUCT_KINDS[item.for_].times, _facts(same_form))


def _kind(checking: Checking, key: str, kind: KindSpec) -> None:
    path: Path_ = (key,)
    if key in PRODUCT_KINDS:
        message = f"{key} is a kind of the product's own"
        checking.fault(REGISTERS, path, message, "Ask of it in questions.yaml, or choose another key.")
        return
    if not kind.items and not kind.times:
        checking.fault(REGISTERS, path, f"{key} has nothing to write down", "Add items or times.")
    for name in kind.subjects:
        if name not in SUBJECTS and name not in checking.contract.kinds:
            checking.fault(
                REGISTERS,
                checking.at(REGISTERS, path, name),
                f"No entry can be about {name}",
                nearest(name, {*SUBJECTS, *checking.contract.kinds}),
            )
    _who(checking, REGISTERS, (*path, "who"), kind.who)
    facts = facts_of(kind)
    for name, item in kind.items.items():
        here = (*path, "items", name)
        if item.for_ is not None:
            checking.fault(REGISTERS, (*here, "for"), f"{name} belongs to {key} already", "Leave for out.")
        if kind.restricted and item.story:
            checking.fault(
                REGISTERS, (*here, "story"), f"{key} is restricted, so no story tells {name}", "Leave story out."
            )
        _item(checking, REGISTERS, here, name, item, kind.times, facts)
    for name, time in kind.times.items():
        _time(checking, (*path, "times", name), name, time, kind)
    _served(checking, key, kind)
    _forms(checking, key, kind)


def _item(
    checking: Checking,
    file: str,
    path: Path_,
    key: str,
    item: ItemSpec,
    times: Mapping[str, Any],
    facts: Mapping[str, FactSpec],
) -> None:
    _named_apart(checking, file, path, key, times)
    for word, problem, advice in _misuses(item):
        checking.fault(file, (*path, word), problem, advice)
    for name in item.asked_at:
        if name not in times:
            message = f"There is no time {name} to ask it at"
            checking.fault(file, checking.at(file, (*path, "ask"), name), message, nearest(name, times))
    if item.where is not None:
        _condition(checking, file, (*path, "where"), key, item, facts)
    for word, limit in item.bounds.items():
        if isinstance(limit, str):
            checking.value_named(file, (*path, word), limit, key)
    _story(checking, file, path, key, item, facts)
    _who(checking, file, (*path, "who"), item.who)


def _named_apart(checking: Checking, file: str, path: Path_, key: str, times: Mapping[str, Any]) -> None:
    """Every name stands for one thing."""
    if key in OF_EVERY_ENTRY or key in times:
        checking.fault(file, path, f"{key} is the name of something else here", "Choose another key.")
    if key in checking.vocabulary.facts:
        message = f"{key} is a fact of the product's own"
        checking.fault(file, path, message, "Choose another key, so that both can be meant.")


def _story(checking: Checking, file: str, path: Path_, key: str, item: ItemSpec, facts: Mapping[str, FactSpec]) -> None:
    """What is restricted has a reason, and no story tells it."""
    if item.restricted and not clauses_of(item.clause):
        checking.fault(file, path, f"{key} is restricted and no clause says why it is asked", "Add clause.")
    if item.restricted and item.story:
        checking.fault(file, (*path, "story"), f"{key} is restricted, so no story may tell it", "Leave story out.")
    for name in names_in(item.story) if isinstance(item.story, str) else ():
        if name not in facts:
            checking.fault(file, (*path, "story"), f"{{{name}}} is no item here", nearest(name, facts))


def _misuses(item: ItemSpec) -> Iterator[tuple[str, str, str]]:
    """Words that do not go with the type: the word, what is wrong, what to do."""
    if item.type in WITH_ANSWERS and len(item.answers) < 2:
        yield "answers", "There is nothing to choose between", "Add answers: {code: Words, other: Words}."
    if item.type not in WITH_ANSWERS and item.answers:
        yield "answers", f"A {item.type} has no answers to choose from", "Use type: choice or several."
    for code in item.answers:
        if code in (*NoAnswer,):
            yield (
                "answers",
                f"{code} is an answer to every question already",
                "Leave it out: forms offer it where it may stand.",
            )
    if item.bounds and item.type not in WITH_BOUNDS:
        yield next(iter(item.bounds)), f"A {item.type} has no more or less", "Use type: number or day."
    if item.unit and item.type != "number":
        yield "unit", f"A {item.type} has no unit", "Use type: number."
    if item.bands and item.type not in ("number", "day"):
        yield "bands", f"A {item.type} has no ranges", "Use type: number."
    if (item.type == "link") != (item.of is not None):
        yield "of", "A link says what it leads to, and nothing else does", "Write type: link with of: person."
    yield from _spells(item)
    yield from _bands(item)


def _spells(item: ItemSpec) -> Iterator[tuple[str, str, str]]:
    if item.since and item.until and item.until < item.since:
        yield "until", "It ends before it begins", "Put the later day at until."
    if item.type == "file":
        yield "type", "Files cannot be kept with a record yet", "Ask for a line that says where it is kept."
    if item.planned and item.required:
        yield "required", "What is planned is not asked yet, so nobody can answer it", "Leave required out."


def _bands(item: ItemSpec) -> Iterator[tuple[str, str, str]]:
    """Ranges that overlap or leave a gap, where every end is a number."""
    ranges = []
    for name, band in item.bands.items():
        low = band.bounds.get("at_least", band.bounds.get("more_than"))
        high = band.bounds.get("at_most", band.bounds.get("less_than"))
        if isinstance(low, str) or isinstance(high, str):
            return
        if not band.bounds:
            yield "bands", f"The range {name} has no ends", "Add at_least, at_most, more_than or less_than."
            return
        ranges.append((name, low, "at_least" in band.bounds, high, "at_most" in band.bounds))
    ranges.sort(key=lambda one: (one[1] is not None, one[1] or 0))
    for (first, _, _, high, high_in), (second, low, low_in, _, _) in pairwise(ranges):
        if high is None or low is None or high > low or (high == low and high_in and low_in):
            yield "bands", f"The ranges {first} and {second} overlap", "Let one end where the next begins."
        elif high < low and not (high_in and low_in and low - high == 1 and _whole(high, low)):
            yield "bands", f"Nothing lies between the ranges {first} and {second}", "Let one end where the next begins."
        elif high == low and not high_in and not low_in:
            yield "bands", f"{low} lies in neither {first} nor {second}", "Let one of them hold it."


def _whole(*numbers: Any) -> bool:
    return all(number == int(number) for number in numbers)


def _condition(
    checking: Checking, file: str, path: Path_, key: str, item: ItemSpec, facts: Mapping[str, FactSpec]
) -> None:
    assert item.where is not None  # noqa: S101 - asked only where there is one
    known = {**checking.vocabulary.facts, **facts}
    checking.condition(file, path, item.where, known, "This form")
    for test in tests_of(item.where):
        if test.fact == key:
            checking.fault(file, path, f"{key} is asked by its own answer, so it never is", "Name another item.")
        elif test.fact in known and known[test.fact].kind == "text" and not isinstance(test.question, Known):
            message = f"{test.fact} is free words, which no rule can compare"
            checking.fault(
                file, checking.at(file, path, test.fact), message, "Test whether it is known, or make it a choice."
            )


def _time(checking: Checking, path: Path_, key: str, time: TimeSpec, kind: KindSpec) -> None:
    if key in OF_EVERY_ENTRY:
        checking.fault(REGISTERS, path, f"{key} is the name of something else here", "Choose another key.")
    _who(checking, REGISTERS, (*path, "who"), time.who)
    for word, limit in time.bounds.items():
        if isinstance(limit, str) and limit not in kind.times:
            checking.value_named(REGISTERS, (*path, word), limit, key)
        elif limit == key:
            checking.fault(REGISTERS, (*path, word), f"{key} is bound to itself", "Name another time.")


def _who(checking: Checking, file: str, path: Path_, who: WhoSpec | None) -> None:
    roles = roles_of(checking.contract.roles)
    for word in ("writes", "sees"):
        for role in getattr(who, word, ()):
            place = checking.at(file, (*path, word), role)
            if role not in roles:
                checking.fault(file, place, f"There is no role {role}", nearest(role, roles))
            elif Permission.KEEP_RECORD not in roles[role].can:
                checking.fault(
                    file, place, f"{role} may keep no records", "Add keep_record to what it can, in roles.yaml."
                )


def _served(checking: Checking, key: str, kind: KindSpec) -> None:
    """Records kept without a reason are an error: a kind is there because a clause asks for it."""
    asked_for = clauses_of(kind.clause) or any(clauses_of(item.clause) for item in kind.items.values())
    if not asked_for and not kind.planned:
        message = f"No clause asks for {key}, so there is no reason to keep it"
        checking.fault(REGISTERS, (key,), message, "Add clause.")
    for name, words in checking.contract.indicators.items():
        if words.of == key:
            message = f"No figure can count the entries of {key} yet"
            checking.fault(
                "indicators.yaml", (name, "of"), message, "Leave the indicator out, or mark its clause later: true."
            )


def _forms(checking: Checking, key: str, kind: KindSpec) -> None:
    forms: dict[str, int] = {}
    for item in kind.items.values():
        for time in item.asked_at or ("",):
            forms[time] = forms.get(time, 0) + 1
    for time, number in forms.items():
        if number > MOST_ON_A_FORM:
            form = f"the form of {time}" if time else "the first form"
            message = f"{number} questions stand on {form} of {key}"
            advice = f"Beyond {MOST_ON_A_FORM} people stop answering. Ask some later, with ask."
            checking.fault(REGISTERS, (key, "items"), message, advice, severity=WARNING)


def _one_meaning(checking: Checking) -> None:
    """The same key on two forms is one answer, so it is one question."""
    met: dict[str, tuple[str, ItemSpec]] = {}
    for file, path, key, item in _every_item(checking):
        if key in met and (met[key][1].type, set(met[key][1].answers)) != (item.type, set(item.answers)):
            message = f"{key} is another question in {met[key][0]}"
            checking.fault(file, path, message, "Give both the same type and answers, or one another key.")
        met.setdefault(key, (file, item))


def _every_item(checking: Checking) -> Iterator[tuple[str, Path_, str, ItemSpec]]:
    for key, item in checking.contract.items.items():
        yield QUESTIONS, (key,), key, item
    for name, kind in checking.contract.kinds.items():
        for key, item in kind.items.items():
            yield REGISTERS, (name, "items", key), key, item


def _facts(items: Mapping[str, ItemSpec]) -> dict[str, FactSpec]:
    return {key: fact_of(key, item) for key, item in items.items()}
