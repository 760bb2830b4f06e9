"""What befell the staff: who was away, how each was reviewed, which policies they read, where posts stand against need, and
the plan by which the service is to last.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from fingerpost.agreements.requirements import commands as policies
from fingerpost.agreements.requirements.models import PolicyIssue
from fingerpost.demo.world import sayings
from fingerpost.demo.world.county import ESSEX, County
from fingerpost.demo.world.days import FIRST_DAY, LAST_DAY, SET_UP, at, working_day
from fingerpost.demo.world.staff import Staff
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import commands as places
from fingerpost.ground.places.commands import NeedGiven
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case
from fingerpost.work.workforce import commands
from fingerpost.work.workforce.models import Absence, Holding, PerformanceReview, Supervision

LONG, COVERED = "stour_reach", "chelmer"  # where an advisor is away without cover, and with it
READ_OF_36 = 29
HANDED_OVER = 3
WHOLE = Scope.of(service=ESSEX)


@dataclass(frozen=True)
class Away:
    """An absence of the year: the place of the advisor in their locality, and their days."""

    locality: str
    place: int
    since: date
    until: date | None
    reason: str


ABSENCES = (
    Away("colchester", 1, date(2010, 6, 14), date(2010, 6, 18), Absence.Reason.SICKNESS),
    Away("harwich_quay", 0, date(2010, 8, 9), date(2010, 8, 20), Absence.Reason.ANNUAL),
    Away("epping_green", 0, date(2010, 10, 4), date(2010, 10, 22), Absence.Reason.FAMILY),
    Away(COVERED, 0, date(2010, 11, 1), None, Absence.Reason.PARENTAL),
    Away(LONG, 0, date(2010, 12, 15), None, Absence.Reason.SICKNESS),  # 31 December is their eleventh working day away
)
ACTIONS = (
    ("Ask every cluster of schools to share the cost of an advisor", "Service manager", "2010-09-30", "2010-09-24"),
    ("Train four advisors to lead parenting courses", "Senior advisor, North East", "2010-10-29", "2010-10-22"),
    (
        "Write down how a case runs, so that schools can do part of it",
        "Senior advisor, Mid",
        "2010-12-17",
        "2010-12-10",
    ),
    ("Agree with children’s centres who runs the drop-ins", "Senior advisor, South", "2010-12-15", None),
    ("Put a paper on the years after 2011 to the council", "Service manager", "2011-02-11", None),
    ("Move two posts into the family support teams", "Service manager", "2011-03-18", None),
)
CHANGES = (
    ("Parent Support Advisor", "Family support worker, children’s centre", date(2011, 4, 1)),
    ("Senior Parent Support Advisor", "Parenting coordinator", date(2011, 4, 1)),
)
LONE = "Working alone"
POLICIES = (
    (
        LONE,
        "1",
        FIRST_DAY,
        "Say where you go and when you will be back. Phone your senior when a visit ends after five.",
    ),
    (
        LONE,
        "2",
        date(2010, 9, 1),
        (
            "Say where you go and when you will be back. Phone your senior when a visit ends after five, and when you are home."
            "\n\nNever visit alone where the request says that somebody was violent. Ask for a second worker."
        ),
    ),
    (
        "Attendance and the law",
        "3",
        date(2010, 4, 6),
        (
            "Advisors help; they do not fine. When the Education Welfare Officer begins to act in law, tell the family, and ask "
            "your senior whether the work goes on."
        ),
    ),
)


def go_away(staff: Staff, county: County) -> None:
    """The absences of the year, written down on their first day. Whoever is away does no work in the stories."""
    for one in ABSENCES:
        user = staff.advisors[one.locality][one.place]
        staff.away[user.pk] = (one.since, one.until or LAST_DAY)
        commands.record_absence(
            _senior_of(staff, county, one.locality),
            _holding(user),
            started_on=one.since,
            ended_on=one.until,
            reason=one.reason,
            at=at(one.since, 9, 20),
        )


def look_after(staff: Staff, county: County, random: Random) -> None:
    """What is written down about staff beside the families."""
    _cover(staff, county)
    _review(staff, county, random)
    _agree_actions(staff)
    _policies(staff)
    _need(staff, county, random)
    _plan(staff)
    leader = staff.actor(staff.service_manager)
    for code in county.localities["north_east"]:
        commands.agree_minimum(
            leader,
            WHOLE,
            service=ESSEX,
            area=county.areas[code],
            equivalents=Decimal("0.5"),
            since=date(2010, 6, 24),
            agreed_by="The review of 24 June 2010",
            at=at(date(2010, 6, 25)),
        )


def _senior_of(staff: Staff, county: County, locality: str) -> Actor:
    quadrant = next(code for code, codes in county.localities.items() if locality in codes)
    return staff.actor(staff.seniors[quadrant])


def _holding(user: User) -> Holding:
    return Holding.objects.select_related("post__team", "user").get(user=user)


def _cover(staff: Staff, county: County) -> None:
    """A neighbour does three days a week, and some of the families go over to them."""
    senior = _senior_of(staff, county, COVERED)
    away = Absence.objects.get(worker=staff.advisors[COVERED][0], ended_on=None)
    neighbour = staff.advisors[COVERED][1]
    begun = date(2010, 11, 8)
    cover = commands.plan_cover(
        senior, away, worker=neighbour, since=begun, weekdays=[0, 2, 4], note="Visits and calls.", at=at(begun)
    )
    theirs = (
        Case.objects.visible_to(senior, Permission.ALLOCATE_CASE)
        .open()
        .filter(worker=away.worker, opened_at__lt=at(begun))
    )
    refs = list(theirs.order_by("opened_at").values_list("ref", flat=True)[:HANDED_OVER])
    casework.hand_over_for_cover(senior, away, cover=cover, refs=refs, at=at(begun, 11))


def _review(staff: Staff, county: County, random: Random) -> None:
    """Each advisor by their senior and each senior by the manager, since May; two not since before the service began."""
    late = {staff.advisors["colne_side"][1].pk, staff.advisors["harlow_fields"][0].pk}
    people = [
        (user, staff.seniors[quadrant])
        for quadrant, codes in county.localities.items()
        for code in codes
        for user in staff.advisors[code]
    ]
    people += [(senior, staff.service_manager) for senior in staff.seniors.values()]
    for place, (user, reviewer) in enumerate(people):
        day = working_day(date(2010, 5, 4) + timedelta(days=4 * place))
        if user.pk in late:
            day = working_day(date(2009, 12, 1) + timedelta(days=place % 9))
        commands.review(
            staff.actor(reviewer),
            _holding(user),
            held_on=day,
            objectives=sayings.said(random, "aims"),
            rating=random.choice((PerformanceReview.Rating.AS_EXPECTED,) * 4 + (PerformanceReview.Rating.ABOVE,)),
            next_on=date(day.year + 1, day.month, min(day.day, 28)),
            at=max(at(day, 16), SET_UP),
        )


def _agree_actions(staff: Staff) -> None:
    """Something agreed at the last meeting of each advisor whom visitors may become."""
    words = (
        ("tendring", "Ask the two primary schools for their lists on Fridays"),
        ("colchester", "Book the course on sleep"),
    )
    for code, what in words:
        worker = staff.advisors[code][0]
        met = (
            Supervision.objects.filter(worker=worker)
            .select_related("supervisor", "worker")
            .order_by("-held_on")
            .first()
        )
        if met is not None:
            senior = staff.actor(met.supervisor)
            day = met.held_on
            commands.agree_action(senior, met, what=what, owner=worker, due_on=date(2011, 1, 7), at=at(day, 17))


def _policies(staff: Staff) -> None:
    leader = staff.actor(staff.service_manager)
    for title, version, day, text in POLICIES:
        kept = policies.keep_policy(
            leader, WHOLE, service=ESSEX, title=title, owner="Education Welfare Service", at=SET_UP
        )
        issue = policies.issue_policy(
            leader,
            kept,
            version=version,
            issued_on=day,
            review_on=date(day.year + 1, day.month, day.day),
            text=text,
            changes="Phone when you are home; ask for a second worker." if version == "2" else "",
            at=max(at(day, 8), SET_UP),
        )
        if (title, version) != (LONE, "1"):
            _read(staff, issue, READ_OF_36 if version == "2" else None)


def _read(staff: Staff, issue: PolicyIssue, number: int | None) -> None:
    """The first so many of the staff, seniors first, acknowledge it; everybody unless a number is given.

    The first advisor of each locality that visitors know comes last, so that one of them still has something to read.
    """
    advisors = [
        user for code in sorted(staff.advisors, key=lambda code: code == "tendring") for user in staff.advisors[code]
    ]
    for place, user in enumerate([*staff.seniors.values(), *advisors][:number]):
        actor = staff.actor(user)
        day = working_day(issue.issued_on + timedelta(days=1 + place % 20))
        where = Scope(actor.keys(Permission.RECORD_CONTACT))
        policies.acknowledge(actor, where, issue=issue, at=at(day, 9 + place % 7, 15))


def _need(staff: Staff, county: County, random: Random) -> None:
    """Stour Reach is second with one advisor; Witham Road is last but one with its own number: both are out of step."""
    codes = [code for inner in county.localities.values() for code in inner]
    middle = [code for code in codes if code not in ("canvey_shore", LONG, "blackwater", "crouch_side")]
    random.shuffle(middle)
    in_order = ["canvey_shore", LONG, *middle, "blackwater", "crouch_side"]
    rows = [
        NeedGiven(
            code,
            Decimal(f"{9.6 - 0.24 * place:.2f}"),
            None,
            {"Free school meals": f"{max(6, 31 - place + random.randint(-3, 3))} %"},
        )
        for place, code in enumerate(in_order)
    ]
    places.load_need(
        staff.actor(staff.service_manager),
        WHOLE,
        service=ESSEX,
        rows=rows,
        since=FIRST_DAY,
        period_from=date(2009, 9, 2),
        period_to=date(2010, 2, 12),
        source="School census, autumn 2009 and spring 2010",
        at=at(date(2010, 4, 7), 14),
    )


def _plan(staff: Staff) -> None:
    leader = staff.actor(staff.service_manager)
    for what, owner, due, done in ACTIONS:
        action = commands.plan_action(
            leader,
            WHOLE,
            service=ESSEX,
            what=what,
            owner=owner,
            due_on=date.fromisoformat(due),
            started_on=date(2010, 7, 5) if done else None,
            done_on=date.fromisoformat(done) if done else None,
            at=at(date.fromisoformat(done) if done else date(2010, 7, 5), 15),
        )
    for role_from, role_to, day in CHANGES:
        commands.plan_post_change(
            leader,
            WHOLE,
            service=ESSEX,
            role_from=role_from,
            role_to=role_to,
            effective_on=day,
            action=action,
            at=at(date(2010, 11, 22), 15),
        )
