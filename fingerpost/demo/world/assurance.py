"""How the service is watched: case studies, barriers, review meetings and samples drawn by chance."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.meetings import commands as meetings
from fingerpost.demo.world.county import ESSEX, County
from fingerpost.demo.world.days import at
from fingerpost.demo.world.staff import Staff
from fingerpost.demo.world.stories import FINDINGS, story
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scope
from fingerpost.people.consent import commands as consents
from fingerpost.proof.quality import commands as quality
from fingerpost.proof.quality.models import Sample
from fingerpost.proof.quality.queries import items_of
from fingerpost.proof.returns import commands as returns
from fingerpost.work.casework.models import Case

SEPTEMBER, DECEMBER = date(2010, 9, 30), date(2010, 12, 31)
EACH = 4
SHORT_IN = "south"  # where one story of December is still missing
SEED = 20101001
REVIEW = "quarterly_review"

# Day logged, locality or none, what happened, its effect, what was done; day resolved and how, where it was.
BARRIERS = (
    (
        (
            date(2010, 5, 11),
            None,
            "Common assessments take up to six weeks to reach us.",
            "Families wait before work can begin.",
        ),
        "Advisors now begin the assessment where the school agrees.",
        (date(2010, 9, 6), "Most assessments now come within two weeks."),
    ),
    (
        (
            date(2010, 7, 22),
            None,
            "The long holiday broke the rhythm of visits.",
            "Twelve families lost touch over the summer.",
        ),
        "Each family is rung in the last week of the holiday.",
        None,
    ),
    (
        (
            date(2010, 10, 12),
            "harlow_fields",
            "Two schools send attendance three weeks late.",
            "Figures of the West are behind.",
        ),
        "The Attendance Improvement Officer has written to both heads.",
        None,
    ),
    (
        (
            date(2010, 11, 8),
            "canvey_shore",
            "There is no hall for the second parenting course.",
            "Nine parents wait for a place.",
        ),
        "The library has been asked for its upper room.",
        None,
    ),
    (
        (
            date(2010, 12, 2),
            "tendring",
            "Snow closed schools and roads for five days.",
            "Visits were put off; two courses stopped.",
        ),
        "Families were rung instead, and the courses run a week longer.",
        (date(2010, 12, 13), "Roads are clear and every visit has a new day."),
    ),
)
MEETINGS = (
    (
        date(2010, 6, 24),
        ("The first twelve weeks, in figures", "Readings of unclear words"),
        ("Four readings are agreed.", "Five to seven sessions on average is what both sides meant."),
        ("Send the schools of each locality the criteria", date(2010, 7, 9), "Sent to 214 schools"),
    ),
    (
        date(2010, 9, 23),
        ("Draft of the September return", "Sample of twelve sessions, and what it showed"),
        ("Courses in the West begin by November.", "Waiting for common assessments is a standing item."),
        ("Find a place for a drop-in in every quadrant", date(2010, 12, 15), ""),
    ),
)


def before_september(staff: Staff, county: County, agreement: Agreement) -> None:
    """What the September return rests on: its sixteen stories, the barriers and the two meetings."""
    _barriers(staff, county)
    _meetings(staff, agreement)
    _stories(staff, county, SEPTEMBER, last=date(2010, 9, 22), begin=0)


def after_september(staff: Staff, county: County, agreement: Agreement) -> None:
    """The months after it: fifteen of December's stories, and two samples, one read and one being read."""
    _stories(staff, county, DECEMBER, last=date(2010, 12, 20), begin=17)
    read = _sample(staff, agreement, "session", (date(2010, 7, 1), SEPTEMBER), on=date(2010, 10, 5))
    _read(staff, read, on=date(2010, 10, 20), how_many=12)
    reading = _sample(staff, agreement, "case", (date(2010, 10, 1), date(2010, 12, 17)), on=date(2010, 12, 20))
    _read(staff, reading, on=date(2010, 12, 22), how_many=5)


def _stories(staff: Staff, county: County, due_on: date, *, last: date, begin: int) -> None:
    numbers = count(begin)
    for quadrant in county.quadrants:
        wanted = EACH - (due_on == DECEMBER and quadrant == SHORT_IN)
        cases = _cases_of(quadrant, last, since=date(2010, 9, 30) if begin else None)
        written = 0
        while written < wanted and (case := next(cases, None)) is not None:
            written += _told(staff, staff.seniors[quadrant], case, due_on, last, next(numbers))


def _cases_of(quadrant: str, last: date, since: date | None) -> Iterator[Case]:
    """Cases that somebody works in the quadrant, those closed first, later ones for a later return."""
    found = Case.objects.filter(service=ESSEX, home_area__parent__code=quadrant, worker__isnull=False, restricted=False)
    found = found.filter(opened_at__date__lt=last - timedelta(days=7))
    later = found.filter(closed_at__date__gt=since) if since else found.filter(closed_at__date__lte=last)
    kept = list(later.select_related("family", "worker", "home_area").order_by("closed_at", "ref")[: 3 * EACH])
    others = found.exclude(pk__in=[case.pk for case in kept]).select_related("family", "worker", "home_area")
    return iter([*kept, *others.order_by("ref")[: 3 * EACH]])


def _told(staff: Staff, senior: User, case: Case, due_on: date, last: date, number: int) -> bool:
    """One story, by the way it goes: written, a parent asked, offered, approved by the senior. False where a name is in it."""
    worker = staff.actor(case.worker or senior)
    title, text = story(number)
    day = at(last - timedelta(days=6), 14, number % 50)
    consents.answer(worker, case.family, kind="case_study", answer="given", answered_at=day, at=day)
    study = returns.write(worker, case, title=title, text=text, due_on=due_on, at=day)
    try:
        returns.offer(worker, study, at=day)
    except Refused:
        returns.take_out(worker, study, reason="A word of it is a name of the family.", at=day)
        return False
    returns.approve(staff.actor(senior), study, at=at(last - timedelta(days=2), 11, number % 50))
    return True


def _barriers(staff: Staff, county: County) -> None:
    leader = staff.actor(staff.service_manager)
    for (day, locality, description, effect), action, resolved in BARRIERS:
        logged = quality.log_barrier(
            leader,
            Scope.of(service=ESSEX),
            service=ESSEX,
            logged_on=day,
            area=county.areas[locality] if locality else None,
            description=description,
            effect=effect,
            action=action,
            at=at(day, 16),
        )
        if resolved:
            quality.resolve_barrier(
                leader, logged, resolved_on=resolved[0], outcome=resolved[1], at=at(resolved[0], 15)
            )


def _meetings(staff: Staff, agreement: Agreement) -> None:
    leader, commissioner = staff.actor(staff.service_manager), staff.actor(staff.commissioner)
    for day, papers, decisions, (action, due_on, outcome) in MEETINGS:
        called = meetings.call(
            commissioner,
            agreement,
            series=REVIEW,
            day=day,
            place="County Hall",
            papers=papers,
            at=at(day, 9) - timedelta(days=21),
        )
        held = meetings.record(
            leader,
            called,
            people=[staff.service_manager, staff.commissioner],
            others=["A head teacher of the North East, for the schools"],
            papers=papers,
            decisions=decisions,
            revision=called.revision,
            at=at(day, 17),
        )
        taken = meetings.agree_action(
            leader, held, text=action, owner=staff.service_manager, due_on=due_on, at=at(day, 17, 10)
        )
        if outcome:
            meetings.finish(leader, taken, outcome=outcome, at=at(due_on, 12))


def _sample(staff: Staff, agreement: Agreement, population: str, days: tuple[date, date], *, on: date) -> Sample | None:
    try:
        return quality.draw(
            staff.actor(staff.commissioner),
            agreement,
            population=population,
            period_from=days[0],
            period_to=days[1],
            size=12,
            seed=SEED,
            at=at(on, 10, 30),
        )
    except Refused:
        return None  # a tiny county has nothing to draw from


def _read(staff: Staff, drawn: Sample | None, *, on: date, how_many: int) -> None:
    assurer = staff.actor(staff.assurer)
    for place, one in enumerate(items_of(drawn)[:how_many] if drawn else ()):
        found = FINDINGS[place % len(FINDINGS)]
        quality.record_finding(
            assurer,
            one.item,
            grade=found["grade"],
            note=found["note"],
            lesson=found.get("lesson", ""),
            at=at(on, 9 + place % 7, 15),
        )
