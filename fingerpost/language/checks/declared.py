"""Checks of the records that a contract declares: questions that can be answered, kinds that somebody may write and begin."""

from collections.abc import Iterator, Mapping

from fingerpost.language.answering import NoAnswer
from fingerpost.language.checks.base import WARNING, Checking
from fingerpost.language.checks.figures import definitions
from fingerpost.language.conditions.tree import Known, tests_of
from fingerpost.language.definition import Figure
from fingerpost.language.entry_rows import DAYS, IN_TIME, fact_of, facts_of_entry
from fingerpost.language.permissions import Permission
from fingerpost.language.read import Path_
from fingerpost.language.roles import Role, roles_of
from fingerpost.language.schema.base import clauses_of
from fingerpost.language.schema.items import ItemSpec, WhoSpec
from fingerpost.language.schema.registers import KindSpec, LimitSpec, TimeSpec
from fingerpost.language.schema.schedules import ScheduleKind
from fingerpost.language.vocabulary.kinds import (
    ADDED_TO,
    COLUMNS,
    LINKED,
    OF_A_FAMILY,
    OF_EVERY_ENTRY,
    OWN_TIME,
    SUBJECTS,
)
from fingerpost.language.wording import nearest

FILE = "registers.yaml"
MOST_ON_A_FORM = 12
WITH_ANSWERS = ("choice", "several")
WITH_BOUNDS = ("number", "day", "moment")


def check(checking: Checking) -> None:
    """Faults of every kind, with its questions and times."""
    roles = roles_of(checking.contract.roles)
    for key, kind in checking.contract.kinds.items():
        check_items(checking, key, kind, roles)
        if isinstance(kind, ScheduleKind):
            continue
        _kind(checking, key, kind, roles)
        for name, time in kind.times.items():
            _time(checking, (key, "times", name), name, time, kind)
            check_who(checking, FILE, (key, "times", name, "who"), time.who, roles)
        _forms(checking, key, kind)
        if kind.limit is not None:
            _limit(checking, key, kind, kind.limit)
    _counted(checking)


def check_items(checking: Checking, key: str, kind: KindSpec, roles: Mapping[str, Role]) -> None:
    """Faults of the questions of a kind, or of a schedule that is ticked off."""
    asked = kind.schedule.items if isinstance(kind, ScheduleKind) else kind.items
    for name, item in asked.items():
        _item(checking, (key, "items", name), name, item, kind)
        check_who(checking, file_of(kind), (key, "items", name, "who"), item.who, roles)


def file_of(kind: KindSpec) -> str:
    """The file in which a kind is declared."""
    return "schedules.yaml" if isinstance(kind, ScheduleKind) else FILE


def _kind(checking: Checking, key: str, kind: KindSpec, roles: Mapping[str, Role]) -> None:
    if key in ADDED_TO:
        _further(checking, key, kind)
    elif key in SUBJECTS | LINKED or key in checking.vocabulary.sets:
        checking.fault(FILE, (key,), f"{key} is the name of something of the product's own", "Choose another key.")
    if not kind.items and not kind.times:
        checking.fault(FILE, (key,), f"{key} has nothing to write down", "Add items or times.")
    for name in kind.subjects:
        known = {*SUBJECTS, *checking.contract.kinds} - {key}
        if name not in known:
            checking.fault(FILE, checking.at(FILE, (key,), name), f"No entry can be about {name}", nearest(name, known))
    if not clauses_of(kind.clause) and not any(clauses_of(item.clause) for item in kind.items.values()):
        checking.fault(FILE, (key,), f"No clause asks for {key}, so there is no reason to keep it", "Add clause.")
    check_who(checking, FILE, (key, "who"), kind.who, roles)


def _further(checking: Checking, key: str, kind: KindSpec) -> None:
    """Questions and times added to a record of the product: of that record, for whoever meets it, each name once."""
    written = checking.at(FILE, (key, "times"), OWN_TIME[key])
    if written[-1] == OWN_TIME[key]:
        message = f"The product keeps {OWN_TIME[key]} itself"
        checking.fault(FILE, written, message, f"Leave it out; clocks may start from {key}.{OWN_TIME[key]}.")
    if kind.about is not None:
        checking.fault(FILE, (key, "about"), f"What is added to a {key} is about that {key}", "Leave about out.")
    if kind.limit is not None:
        checking.fault(FILE, (key, "limit"), f"There is one of these for each {key}", "Leave limit out.")
    if kind.restricted or (kind.who and kind.who.sees):
        advice = "Give single questions who or restricted instead."
        checking.fault(FILE, (key,), f"What is added to a {key} is seen by whoever may see the {key}", advice)
    for other in ADDED_TO & checking.contract.kinds.keys() - {key}:
        for name in checking.contract.kinds[other].items.keys() & kind.items.keys():
            message = f"{name} is asked of a {other} as well"
            checking.fault(FILE, (key, "items", name), message, "Choose another key, so that both can be meant.")


def _item(checking: Checking, path: Path_, key: str, item: ItemSpec, kind: KindSpec) -> None:
    _named_apart(checking, path, key, kind)
    for word, problem, advice in (*_misuses(item), *_links(checking, item, kind)):
        checking.fault(file_of(kind), (*path, word), problem, advice)
    for name in item.asked_at:
        if name not in kind.times:
            message = f"There is no time {name} to ask it at"
            checking.fault(
                file_of(kind), checking.at(file_of(kind), (*path, "ask"), name), message, nearest(name, kind.times)
            )
    for word, limit in item.bounds.items():
        if isinstance(limit, str):
            checking.value_named(file_of(kind), (*path, word), limit, key)
    if item.restricted and not clauses_of(item.clause):
        checking.fault(file_of(kind), path, f"{key} is restricted and no clause says why it is asked", "Add clause.")
    _condition(checking, (*path, "where"), key, item, kind)


def _named_apart(checking: Checking, path: Path_, key: str, kind: KindSpec) -> None:
    """Every name stands for one thing."""
    taken = {*OF_EVERY_ENTRY, *COLUMNS, *SUBJECTS, *checking.levels, str(path[0]), *kind.times}
    clocks = {clock + fact for clock in checking.contract.clocks for fact in (IN_TIME, DAYS)}
    if key in taken | clocks:
        checking.fault(file_of(kind), path, f"{key} is the name of something else here", "Choose another key.")
    if key in checking.vocabulary.facts:
        message = f"{key} is a fact of the product's own"
        checking.fault(file_of(kind), path, message, "Choose another key, so that both can be meant.")


def _misuses(item: ItemSpec) -> Iterator[tuple[str, str, str]]:
    """Words that do not go with the type: the word, what is wrong, what to do."""
    if item.type in WITH_ANSWERS and len(item.answers) < 2:
        yield "answers", "There is nothing to choose between", "Add answers: {code: Words, other: Words}."
    if item.type not in WITH_ANSWERS and item.answers:
        yield "answers", f"A {item.type} has no answers to choose from", "Use type: choice or several."
    for code in item.answers.keys() & set(NoAnswer):
        yield (
            "answers",
            f"{code} is an answer to every question already",
            "Leave it out: forms offer it where it can be.",
        )
    if item.bounds and item.type not in WITH_BOUNDS:
        yield next(iter(item.bounds)), f"A {item.type} has no more or less", "Use type: number or day."
    if item.unit and item.type != "number":
        yield "unit", f"A {item.type} has no unit", "Use type: number."
    if item.since and item.until and item.until < item.since:
        yield "until", "It ends before it begins", "Put the later day at until."


def _links(checking: Checking, item: ItemSpec, kind: KindSpec) -> Iterator[tuple[str, str, str]]:
    """What is wrong with where a question leads."""
    known = {*LINKED, *checking.contract.kinds}
    if (item.type == "link") != (item.of is not None):
        yield "of", "A link says what it leads to, and nothing else does", "Write type: link with of: worker."
    elif item.of is not None and item.of not in known:
        yield "of", f"Nothing can lead to {item.of}", nearest(item.of, known)
    elif item.of == "person" and not set(kind.subjects) & OF_A_FAMILY:
        yield "of", "People are chosen from a family, and this is about none", "Write about: family, or leave it out."


def _condition(checking: Checking, path: Path_, key: str, item: ItemSpec, kind: KindSpec) -> None:
    """A question may hang on the answers to those before it."""
    if item.where is None:
        return
    names = list(kind.items)
    before = {name: kind.items[name] for name in names[: names.index(key)]}
    known = {name: fact_of(name, other) for name, other in before.items()}
    for test in tests_of(item.where):
        place = checking.at(file_of(kind), path, test.fact)
        if test.fact in names[names.index(key) :]:
            message = (
                f"{key} hangs on {test.fact}, which is asked after it" if test.fact != key else f"{key} hangs on itself"
            )
            checking.fault(file_of(kind), place, message, "Name a question that stands before it.")
            return
        if test.fact in known and known[test.fact].kind == "text" and not isinstance(test.question, Known):
            message = f"{test.fact} is free words, which no rule can compare"
            checking.fault(file_of(kind), place, message, "Test whether it is known, or make it a choice.")
        if test.fact in before and before[test.fact].is_walled and not item.is_walled:
            message = f"Whether {key} is asked would tell the answer to {test.fact}, which fewer people may see"
            checking.fault(file_of(kind), place, message, "Give both the same who or restricted.")
    checking.condition(file_of(kind), path, item.where, known, "This form")


def _time(checking: Checking, path: Path_, key: str, time: TimeSpec, kind: KindSpec) -> None:
    if key in {*OF_EVERY_ENTRY, *COLUMNS, *SUBJECTS, *checking.levels, str(path[0])}:
        checking.fault(FILE, path, f"{key} is the name of something else here", "Choose another key.")
    for word, limit in time.bounds.items():
        if isinstance(limit, str) and limit not in kind.times:
            checking.value_named(FILE, (*path, word), limit, key)
        elif limit == key:
            checking.fault(FILE, (*path, word), f"{key} is bound to itself", "Name another time.")


def check_who(checking: Checking, file: str, path: Path_, who: WhoSpec | None, roles: Mapping[str, Role]) -> None:
    """Faults of roles that are not there, or may keep no records."""
    for role in (*who.writes, *who.sees) if who else ():
        place = checking.at(file, path, role)
        if role not in roles:
            checking.fault(file, place, f"There is no role {role}", nearest(role, roles))
        elif Permission.KEEP_RECORD not in roles[role].can:
            advice = "Add keep_record to what it can, in roles.yaml."
            checking.fault(file, place, f"{role} may keep no records", advice)


def _limit(checking: Checking, key: str, kind: KindSpec, limit: LimitSpec) -> None:
    """A number that is added up, a condition on the entry itself, and a most that can be known."""
    path: Path_ = (key, "limit")
    open_items = {name: item for name, item in kind.items.items() if not item.is_walled}
    numbers = {name for name, item in open_items.items() if item.type == "number"}
    if limit.sum is not None and limit.sum not in numbers:
        message = f"{limit.sum} is no number of {key} that everybody may see who sees {key}"
        checking.fault(FILE, (*path, "sum"), message, nearest(limit.sum, numbers))
    if limit.where is not None:
        facts = facts_of_entry(kind, open_items)
        checking.condition(FILE, (*path, "where"), limit.where, facts, f"A {key}")
    if isinstance(limit.at_most, str) and limit.at_most not in checking.contract.values:
        _most(checking, (*path, "at_most"), key, kind, limit)


def _most(checking: Checking, path: Path_, key: str, kind: KindSpec, limit: LimitSpec) -> None:
    """The most is a number asked of whatever the entry is about, in the unit of what is added up."""
    name, unit = str(limit.at_most), kind.items[limit.sum].unit if limit.sum in kind.items else None
    known: set[str] = set()
    for about in kind.subjects:
        declared = checking.contract.kinds.get(about, KindSpec()).items
        known |= {one for one, item in declared.items() if item.type == "number" and item.unit in (unit, None)}
    if name not in known:
        message = f"{name} is neither a dated value nor a number in {unit or 'the same unit'} of what a {key} is about"
        checking.fault(FILE, path, message, nearest(name, {*known, *checking.contract.values}))


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
            checking.fault(file_of(kind), (key, "items"), message, advice, severity=WARNING)


def _counted(checking: Checking) -> None:
    """A figure is read by more people than a walled answer may be, so none tells it."""
    for name, words in checking.contract.indicators.items():
        for definition in definitions(checking, name, words):
            for figure in definition.figures:
                _walled(checking, name, figure)


def _walled(checking: Checking, name: str, figure: Figure) -> None:
    items = checking.contract.kinds.get(figure.of, KindSpec()).items
    for fact in (*figure.facts, *figure.by):
        if fact in items and items[fact].is_walled:
            place = checking.at("indicators.yaml", (name,), fact)
            message = f"Fewer people may see the answer to {fact} than read this figure"
            checking.fault("indicators.yaml", place, message, "Count something else, or let everybody see it.")
