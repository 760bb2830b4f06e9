"""Checks of the agreement, its areas, and everything that refers to another entry by name."""

import re
from collections.abc import Iterable
from itertools import pairwise

from fingerpost.language.checks.base import NOTE, WARNING, Checking
from fingerpost.language.read import Path_
from fingerpost.language.schema.agreement import AreaWords
from fingerpost.language.schema.instruments import InstrumentWords
from fingerpost.language.schema.pathway import FeedbackWords
from fingerpost.language.schema.returns import ReturnDate, ReturnWords
from fingerpost.language.schema.workforce import NeedWords
from fingerpost.language.wording import nearest

AGREEMENT, PATHWAY, RETURNS, WORKFORCE = "agreement.yaml", "pathway.yaml", "returns.yaml", "workforce.yaml"

PHONE = re.compile(r"[+(]?[0-9][0-9 ()]{8,18}[0-9]")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def check(checking: Checking) -> None:
    """Faults of the agreement and of names that lead nowhere."""
    _term(checking)
    _contact(checking)
    _areas(checking, checking.draft.entries("areas.yaml", AreaWords), (), 0, set())
    _pathway(checking)
    _workforce(checking)
    for name, words in checking.contract.returns.items():
        _series(checking, name, words)
    for name, offer in checking.contract.offers.items():
        checking.level("offers.yaml", (name, "in_each"), offer.in_each)
        named(checking, "offers.yaml", (name, "criteria"), offer.criteria, checking.contract.decisions, "decision")
    for key, instrument in checking.contract.instruments.items():
        _instrument(checking, checking.draft.instrument_files[key], instrument)


def named(checking: Checking, file: str, path: Path_, name: str | None, known: Iterable[str], what: str) -> None:
    """A fault where a name leads nowhere."""
    known = tuple(known)
    if name is not None and name not in known:
        checking.fault(file, path, f"There is no {what} {name}", nearest(name, known))


def _term(checking: Checking) -> None:
    agreement = checking.contract.agreement
    if agreement.end is not None and agreement.end < agreement.start:
        checking.fault(AGREEMENT, ("end",), "The term ends before it starts", "Put the later day at end.")
    scheme = agreement.areas
    if scheme and scheme.responsibility and scheme.responsibility not in scheme.levels:
        checking.level(AGREEMENT, ("areas", "responsibility"), scheme.responsibility)
    for level in scheme.levels if scheme else ():
        _level_name(checking, level)
    if scheme and not checking.contract.areas:
        checking.fault(
            AGREEMENT, ("areas",), "The areas of the scheme are not listed", "List them in areas.yaml.", severity=NOTE
        )


OF_ROWS = {"record", "reference", "request", "record_kind", "family_reference", "area_key", "episode", "run"}


def _level_name(checking: Checking, level: str) -> None:
    """A figure is broken down by a level as by a fact, so a level may not take the name of one."""
    sets = [spec for spec in checking.vocabulary.sets.values() if spec.areas]
    if level in OF_ROWS or any(level in (*spec.facts, *spec.breakdowns, *spec.units) for spec in sets):
        path = checking.at(AGREEMENT, ("areas", "levels"), level)
        message = f"The product calls something else {level}, so no level of area can be called so"
        checking.fault(
            AGREEMENT, path, message, f"Call it {level}_area, and give it a label: labels: {{{level}_area: …}}."
        )
    if checking.levels.count(level) > 1:
        checking.fault(AGREEMENT, ("areas", "levels"), f"The level {level} stands there twice", "Leave one out.")


def _contact(checking: Checking) -> None:
    """Whoever refers is told whom to ring: that must be a number or an address."""
    contact = checking.contract.agreement.contact
    if contact is None:
        return
    if not contact.phone and not contact.email:
        checking.fault(AGREEMENT, ("contact",), "It names neither a telephone number nor an email address", "Add one.")
    if contact.phone and not PHONE.fullmatch(contact.phone):
        advice = "Write it as people dial it, like 01632 960150."
        checking.fault(AGREEMENT, ("contact", "phone"), f"{contact.phone} is not a telephone number", advice)
    if contact.email and not EMAIL.fullmatch(contact.email):
        advice = "Write it like advisors@example.org."
        checking.fault(AGREEMENT, ("contact", "email"), f"{contact.email} is not an email address", advice)


def _areas(checking: Checking, areas: dict[str, AreaWords], path: Path_, depth: int, seen: set[str]) -> None:
    for code, words in areas.items():
        here = (*path, code)
        if depth >= len(checking.levels):
            checking.fault("areas.yaml", here, f"{words.name} lies deeper than the area scheme has levels")
        if code in seen:
            checking.fault("areas.yaml", here, f"The area {code} is listed twice", "Give each its own code.")
        seen.add(code)
        _areas(checking, words.areas, (*here, "areas"), depth + 1, seen)


def _pathway(checking: Checking) -> None:
    contract, pathway = checking.contract, checking.contract.pathway
    for name, stage in pathway.stages.items():
        named(checking, PATHWAY, ("stages", name, "decision"), stage.decision, contract.decisions, "decision")
        named(checking, PATHWAY, ("stages", name, "gate"), stage.gate, pathway.gates, "gate")
    for name, reason in pathway.closure_reasons.items():
        named(checking, PATHWAY, ("closure_reasons", name, "gate"), reason.gate, pathway.gates, "gate")
    for name, task in pathway.tasks.items():
        named(checking, PATHWAY, ("tasks", name, "clock"), task.clock, contract.clocks, "clock")
        if (task.clock is None) == (task.due is None):
            checking.fault(PATHWAY, ("tasks", name), f"{name} needs either due or clock", "Give one of the two.")
        for limit in task.due.model_dump().values() if task.due else ():
            if isinstance(limit, str):
                checking.value_named(PATHWAY, ("tasks", name, "due"), limit, name)
    if pathway.safeguarding:
        named(checking, PATHWAY, ("safeguarding", "clock"), pathway.safeguarding.clock, contract.clocks, "clock")
    if pathway.allocation:
        checking.level(PATHWAY, ("allocation", "level"), pathway.allocation.level)
        _somebody_there(checking, pathway.allocation.level)
    _tools(checking)


def _somebody_there(checking: Checking, level: str) -> None:
    """Families are shared out among those whose posts are based at that level."""
    posts = checking.contract.workforce.establishment
    if posts and level in checking.levels and not any(post.based_in == level for post in posts.values()):
        message = f"No post is based at {level}, so nobody could be proposed for a family"
        advice = f"Write based_in: {level} at the post that works with families, in workforce.yaml."
        checking.fault(PATHWAY, ("allocation", "level"), message, advice)


def _tools(checking: Checking) -> None:
    contract, pathway = checking.contract, checking.contract.pathway
    for name, use in pathway.instruments.items():
        for key in use.instruments:
            path = checking.at(PATHWAY, ("instruments", name), key)
            named(checking, PATHWAY, path, key, contract.instruments, "instrument")
    for respondent, form in pathway.feedback.items():
        _feedback(checking, respondent, form)
    if pathway.contacts and not any(kind.casework_session for kind in pathway.contacts.values()):
        message = "No kind of contact counts as a casework session"
        checking.fault(PATHWAY, ("contacts",), message, "Say casework_session: true where one does.", severity=WARNING)


def _feedback(checking: Checking, respondent: str, form: FeedbackWords) -> None:
    path: Path_ = ("feedback", respondent)
    offered = checking.contract.instruments
    named(checking, PATHWAY, (*path, "instrument"), form.instrument, offered, "instrument")
    if isinstance(form.open_for, str):
        checking.value_named(PATHWAY, (*path, "open_for"), form.open_for, "feedback")
    items = {item.linkId: item for item in offered[form.instrument].item} if form.instrument in offered else None
    if items is None:
        return
    answers = [one.valueInteger for one in items["rating"].answerOption] if "rating" in items else []
    if answers != [1, 2, 3, 4, 5]:
        message = f"{form.instrument} has no question with the linkId rating and the answers 1 to 5"
        checking.fault(PATHWAY, (*path, "instrument"), message, "Replies are counted by it: add the question.")


def _workforce(checking: Checking) -> None:
    workforce, clocks = checking.contract.workforce, checking.contract.clocks
    for name, post in workforce.establishment.items():
        path: Path_ = ("establishment", name)
        named(checking, WORKFORCE, (*path, "supervised_by"), post.supervised_by, workforce.establishment, "role")
        checking.level(WORKFORCE, (*path, "based_in"), post.based_in)
    for name, supervision in workforce.supervision.items():
        named(checking, WORKFORCE, ("supervision", name, "clock"), supervision.clock, clocks, "clock")
        for role in supervision.roles:
            path = checking.at(WORKFORCE, ("supervision", name), role)
            named(checking, WORKFORCE, path, role, workforce.establishment, "role")
    for name, duty in workforce.duties.items():
        named(checking, WORKFORCE, ("duties", name, "clock"), duty.clock, clocks, "clock")
    if workforce.need:
        _need(checking, workforce.need)


def _need(checking: Checking, need: NeedWords) -> None:
    named(checking, WORKFORCE, ("need", "role"), need.role, checking.contract.workforce.establishment, "role")
    for name, end in (("high", need.high), ("low", need.low)):
        for word, limit in end.model_dump().items() if end else ():
            if isinstance(limit, str):
                checking.value_named(WORKFORCE, ("need", name, word), limit, f"need {name}")


def _series(checking: Checking, name: str, words: ReturnWords) -> None:
    path: Path_ = ("returns", name)
    if (words.dates is None) == (words.each is None):
        checking.fault(RETURNS, path, f"{name} needs either dates or each", "Give one of the two.")
    ends = [one.ends if isinstance(one, ReturnDate) else one for one in words.dates or ()]
    if any(later <= earlier for earlier, later in pairwise(ends)):
        checking.fault(RETURNS, (*path, "dates"), "These dates do not rise", "Put the earlier first, each once.")
    for heading, content in words.headings.items():
        for key in content.indicators:
            at = checking.at(RETURNS, (*path, "headings", heading), key)
            named(checking, RETURNS, at, key, checking.contract.indicators, "indicator")
    if words.case_studies:
        checking.level(RETURNS, (*path, "case_studies", "in_each"), words.case_studies.in_each)


def _instrument(checking: Checking, file: str, words: InstrumentWords) -> None:
    links = [item.linkId for item in words.item]
    for link in sorted({link for link in links if links.count(link) > 1}):
        checking.fault(file, ("item",), f"Two questions have the linkId {link}", "Give each its own.")
    scoring = words.scoring
    if scoring is None:
        return
    lowest, highest = scoring.range
    if lowest >= highest:
        checking.fault(file, ("scoring", "range"), "The range has no room", "Write [lowest, highest].")
    bands = sorted(scoring.bands, key=lambda band: band.at_least)
    for lower, upper in pairwise(bands):
        if upper.at_least <= lower.at_most:
            checking.fault(file, ("scoring", "bands"), f"{lower.label} and {upper.label} overlap", "Part the two.")
    if bands and (bands[0].at_least > lowest or bands[-1].at_most < highest):
        checking.fault(file, ("scoring", "bands"), "The bands leave part of the range out", severity=WARNING)
    options = [option for item in words.item for option in item.answerOption]
    if scoring.total == "sum" and options and not _range_fits(words):
        checking.fault(file, ("scoring", "range"), "The range is not what the answers can add up to", severity=WARNING)


def _range_fits(words: InstrumentWords) -> bool:
    scored = [[o.valueInteger for o in item.answerOption if o.valueInteger is not None] for item in words.item]
    scored = [values for values in scored if values]
    lowest, highest = sum(min(values) for values in scored), sum(max(values) for values in scored)
    return words.scoring is not None and tuple(words.scoring.range) == (lowest, highest)
