"""Essex Parent Support Advisors: who is taken on, who works with them, how the work ends. Values as the register gives them."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.agreements.contracts.queries import agreement_of
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.people.consent import commands as consent
from fingerpost.people.correspondence.models import Message
from fingerpost.people.schooling import commands as schooling
from fingerpost.people.schooling.commands import ExclusionGiven
from fingerpost.work.casework import commands, queries
from fingerpost.work.casework.models import Case
from fingerpost.work.directory import commands as directory
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.referrals import commands as referrals
from fingerpost.work.referrals import queries as requests
from fingerpost.work.referrals.models import Request
from tests.fixtures.attendance import load_attendance, load_exclusions, spread, weeks_before
from tests.fixtures.cases import allocated, supervised
from tests.fixtures.families import Household, household
from tests.fixtures.referrals import assessed, received
from tests.fixtures.world import SERVICE, World, moment

# Twelve school weeks end before this Monday. Two weeks of Easter holiday and a week of half term lie among them.
AT = moment(2010, 6, 14)
ON = AT.date()


def reason(request: Request, criterion: str) -> str:
    """What the stored decision says of one criterion."""
    request.refresh_from_db()
    return next(r["text"] for r in request.decision.reasons if r["criterion"] == criterion)


def answer(request: Request, criterion: str) -> str:
    return next(r["answer"] for r in request.decision.reasons if r["criterion"] == criterion)


def decided(world: World, home: Household, *, at: datetime = AT) -> Request:
    request = received(home, world.actor("erin"), at=at)
    return referrals.decide(world.actor("bob"), request, at=at)


@pytest.mark.row("ESX-PSA-2.4.1")
@pytest.mark.parametrize(
    ("attended", "outcome", "met", "words"),
    [
        (102, "accepted", "yes", "Attendance was 85.0 % over the last 12 school weeks."),
        (96, "accepted", "yes", "Attendance was 80.0 % over the last 12 school weeks."),
        (95, "refused", "no", "Attendance was 79.2 %, below 80 %. Refer the child to the Education Welfare Officer."),
        (109, "refused", "no", "Attendance was 90.8 %, above 90 %."),
    ],
)
def test_attendance_from_80_to_90_percent(
    world: World, sam: Actor, attended: int, outcome: str, met: str, words: str
) -> None:
    home = household()
    load_exclusions(sam, complete_to=ON, at=AT)
    # Sessions missed early, so that nothing looks like a fall; and a week before the twelve, in which nobody came.
    load_attendance(sam, home.child, [0, *reversed(spread(attended, 12))], before=ON, at=AT)
    assessed(home, world.actor("alice"), on=date(2010, 5, 4), at=AT)
    request = decided(world, home)
    assert (request.outcome, answer(request, "attendance")) == (outcome, met)
    assert reason(request, "attendance") == words
    if attended == 95:
        assert request.status == "refer_to_education_welfare_officer"


@pytest.mark.row("ESX-PSA-2.4.1")
def test_a_holiday_of_two_weeks_does_not_shorten_the_span(world: World) -> None:
    weeks = weeks_before(ON, 12)
    mondays = [monday for _, monday in weeks]
    assert (mondays[0], mondays[-1]) == (date(2010, 3, 1), date(2010, 6, 7))
    assert date(2010, 4, 5) not in mondays
    assert date(2010, 4, 12) not in mondays


@pytest.mark.row("ESX-PSA-2.4.1")
def test_the_ends_of_the_range_may_be_agreed_otherwise(world: World, sam: Actor, dave: Actor) -> None:
    home = household()
    load_exclusions(sam, complete_to=ON, at=AT)
    load_attendance(sam, home.child, list(reversed(spread(96, 12))), before=ON, at=AT)
    assessed(home, world.actor("alice"), on=date(2010, 5, 4), at=AT)
    agreement = agreement_of(SERVICE)
    contracts.agree_reading(
        dave, agreement, question="casework.band_ends", letter="B", in_force_from=date(2010, 6, 1), at=AT
    )
    request = decided(world, home)
    assert request.status == "refer_to_education_welfare_officer"


@pytest.mark.row("ESX-PSA-2.4.2")
def test_a_forecast_needs_a_typed_reason_and_is_counted_apart(world: World, sam: Actor, bob: Actor) -> None:
    home, other = household("Fall"), household("Range")
    load_exclusions(sam, complete_to=ON, at=AT)
    # 78 of 80, then 32 of 40: 91.7 % over twelve weeks and 80 % over the last four.
    load_attendance(sam, home.child, [*([10] * 6), 9, 9, 8, 8, 8, 8], before=ON, at=AT)
    load_attendance(sam, other.child, list(reversed(spread(102, 12))), before=ON, at=AT)
    for one in (home, other):
        assessed(one, world.actor("alice"), on=date(2010, 5, 4), at=AT)
    assert decided(world, other).route == "attendance"
    request = decided(world, home)
    assert (request.outcome, request.status) == ("", "awaiting_forecast_reason")
    with pytest.raises(Refused):
        commands.allocate(bob, request, worker=world.users["alice"], at=AT)
    with pytest.raises(Refused):
        referrals.accept_on_forecast(bob, request, forecast_reason="", at=AT)

    request = referrals.accept_on_forecast(bob, request, forecast_reason="Her mother is ill again", at=AT)

    assert (request.outcome, request.route) == ("accepted", "forecast")
    assert reason(request, "forecast") == (
        "Attendance was 80.0 % over the last 4 school weeks. The worker wrote: Her mother is ill again"
    )
    counted = requests.counts_by_route(bob, SERVICE, since=date(2010, 6, 1), until=date(2010, 6, 30))
    assert counted == {"attendance": 1, "forecast": 1}
    case = commands.allocate(bob, request, worker=world.users["alice"], at=AT)
    assert case.worker == world.users["alice"]


@pytest.mark.row("ESX-PSA-2.4.3")
def test_one_fixed_term_exclusion_of_two_days_is_named(world: World, sam: Actor, dave: Actor) -> None:
    home = household()
    # 96 of 100 sessions.
    load_attendance(sam, home.child, [*([10] * 7), 6, 5, 5, 5, 5], possible=[*([10] * 8), 5, 5, 5, 5], before=ON, at=AT)
    given = ExclusionGiven(
        home.child.pk, home.child.scope, "fixed_term", date(2010, 5, 18), date(2010, 5, 19), 4, ("PP",), "8815001"
    )
    load_exclusions(sam, [given], complete_to=ON, at=AT)
    assessed(home, world.actor("alice"), on=date(2010, 5, 4), at=AT)
    request = decided(world, home)
    assert (request.outcome, request.route) == ("accepted", "exclusion")
    assert reason(request, "attendance") == "Attendance was 96.0 %, above 90 %."
    assert reason(request, "exclusion") == (
        "The school excluded the child for a fixed term: 18 May 2010 to 19 May 2010 (2 days)."
    )

    # The other reading, exactly one, is a setting: with a second exclusion it no longer admits.
    second = ExclusionGiven(home.child.pk, home.child.scope, "fixed_term", date(2010, 6, 8), None, 1)
    load_exclusions(sam, [second], complete_to=ON, at=AT)
    assert referrals.decide(world.actor("bob"), request, at=AT).outcome == "accepted"
    agreement = agreement_of(SERVICE)
    contracts.agree_reading(
        dave, agreement, question="casework.exclusions", letter="B", in_force_from=date(2010, 6, 1), at=AT
    )
    assert referrals.decide(world.actor("bob"), request, at=AT).outcome == "refused"


@pytest.mark.row("ESX-PSA-2.4.4")
def test_without_a_common_assessment_nobody_is_allocated(world: World, alice: Actor, bob: Actor, sam: Actor) -> None:
    before, at = moment(2010, 5, 3), moment(2010, 5, 4)
    home = household()
    load_exclusions(sam, complete_to=before.date(), at=before)
    # 84 of 100 sessions.
    attended, possible = [4, 4, 4, 4, *([8] * 4), *([9] * 4)], [5, 5, 5, 5, *([10] * 8)]
    load_attendance(sam, home.child, attended, possible=possible, before=before.date(), at=before)
    request = decided(world, home, at=before)
    assert reason(request, "attendance") == "Attendance was 84.0 % over the last 12 school weeks."
    assert (request.outcome, request.status) == ("", "awaiting_assessment")
    with pytest.raises(Refused, match="This request is awaiting assessment, so it cannot be allocated"):
        commands.allocate(bob, request, worker=world.users["alice"], at=before)

    assessed(home, alice, on=date(2010, 5, 4), at=at)

    request.refresh_from_db()
    assert (request.outcome, request.route) == ("accepted", "attendance")
    assert (
        reason(request, "assessment") == "The common assessment of 4 May 2010 found that parenting support would help."
    )
    assert commands.allocate(bob, request, worker=world.users["alice"], at=at).worker_id == alice.id


@pytest.mark.row("ESX-PSA-2.4.4")
def test_the_other_reading_asks_for_an_assessment_after_an_exclusion_only(
    world: World, bob: Actor, sam: Actor, dave: Actor
) -> None:
    home, excluded = household("Range"), household("Out")
    load_attendance(sam, home.child, list(reversed(spread(102, 12))), before=ON, at=AT)
    load_attendance(sam, excluded.child, [10] * 12, before=ON, at=AT)
    load_exclusions(sam, complete_to=ON, at=AT)
    schooling.record_exclusion(bob, excluded.child, kind="fixed_term", started_on=date(2010, 6, 8), sessions=2, at=AT)
    agreement = agreement_of(SERVICE)
    contracts.agree_reading(
        dave, agreement, question="casework.assessment_scope", letter="B", in_force_from=date(2010, 6, 1), at=AT
    )
    assert decided(world, home).outcome == "accepted"
    assert decided(world, excluded).status == "awaiting_assessment"


@pytest.mark.row("ESX-PSA-2.5.1")
def test_the_advisor_of_the_home_locality_is_proposed(world: World, bob: Actor) -> None:
    home = household(locality="tendring")
    schooling.enrol(bob, home.child, school=world.schools["8815002"], at=AT)
    case = opened_for(world, home)
    first, second = queries.possible_workers(case, ON)
    assert (first.name, first.area_name, first.is_home) == ("Alice Marsh", "Tendring", True)
    assert (second.name, second.area_name, second.is_home) == ("Carol Reed", "Colchester", False)

    with pytest.raises(Refused, match="another locality") as refusal:
        commands.allocate(bob, case, worker=world.users["carol"], at=AT)
    assert refusal.value.field == "exception_reason"

    case = commands.allocate(
        bob, case, worker=world.users["carol"], exception_reason="Alice knows the family privately", at=AT
    )
    page = queries.case_page(bob, case.ref)
    assert page.allocations[0].exception_reason == "Alice knows the family privately"


def opened_for(world: World, home: Household) -> Case:
    """The case opened on an accepted request, with nobody to work it yet."""
    bob = world.actor("bob")
    schooling.record_exclusion(bob, home.child, kind="fixed_term", started_on=date(2010, 6, 8), sessions=2, at=AT)
    assessed(home, bob, on=date(2010, 6, 9), at=AT)
    return commands.open_case(bob, decided(world, home), at=AT)


@pytest.mark.row("ESX-PSA-2.5.2")
def test_the_school_is_told_or_the_refusal_is_recorded(world: World, alice: Actor, bob: Actor) -> None:
    opened, closed = moment(2010, 9, 20), moment(2010, 11, 12)
    home = household()
    schooling.enrol(alice, home.child, school=world.schools["8815001"], at=opened)
    case = allocated(world, home=home, at=opened)
    supervised(world, case, at=moment(2010, 11, 8))
    consent.answer(
        alice,
        home.family,
        kind="share_with_school",
        answer="given",
        given_by=home.parent,
        answered_at=opened,
        at=opened,
    )
    commands.close(alice, case, reason="needs_met", outcomes_met="fully", at=closed)

    (letter,) = queries.letters_of(case)
    assert (letter.state, letter.recipient) == (Message.State.DRAFT, "Quay Primary School")
    assert "from 20 September 2010 to 12 November 2010" in letter.body
    assert queries.letters_overdue(bob, moment(2010, 11, 19)) == [], "five working days, the contract says"
    (late,) = queries.letters_overdue(bob, moment(2010, 11, 20))
    assert (late.ref, late.due_on) == (case.ref, date(2010, 11, 19))

    sent = commands.record_outcome_sent(
        alice, case, message=letter, sent_on=date(2010, 11, 23), method="post", at=moment(2010, 11, 23)
    )
    assert (sent.state, sent.sent_on, sent.method) == ("sent", date(2010, 11, 23), "post")
    assert queries.letters_overdue(bob, moment(2010, 12, 1)) == []


@pytest.mark.row("ESX-PSA-2.5.2")
def test_where_consent_is_refused_the_letter_is_held_back(world: World, alice: Actor, bob: Actor) -> None:
    opened, closed = moment(2010, 9, 20), moment(2010, 11, 12)
    home, later = household("Early"), household("Late")
    cases = {one.family.pk: allocated(world, home=one, at=opened) for one in (home, later)}
    consent.answer(alice, home.family, kind="share_with_school", answer="refused", answered_at=opened, at=opened)
    for case in cases.values():
        supervised(world, case, at=moment(2010, 11, 8))
        commands.close(alice, case, reason="needs_met", at=closed)

    (blocked,) = queries.letters_of(cases[home.family.pk])
    assert (blocked.state, blocked.blocked_why) == ("blocked", "The family did not agree that the school is told")
    (waiting,) = queries.letters_overdue(bob, moment(2010, 12, 1))
    assert waiting.ref == cases[later.family.pk].ref, "only the family that was not asked is left"

    case = cases[later.family.pk]
    (letter,) = queries.letters_of(case)
    told = {"message": letter, "sent_on": closed.date(), "method": "post", "recipient": "Quay Primary School"}
    with pytest.raises(Refused, match="Ask the family"):
        commands.record_outcome_sent(alice, case, **told, at=closed)
    consent.answer(alice, later.family, kind="share_with_school", answer="refused", answered_at=closed, at=closed)
    with pytest.raises(Refused, match="does not want the school to be told"):
        commands.record_outcome_sent(alice, case, **told, at=closed)
    assert commands.hold_outcome_back(alice, case, message=letter, at=closed).state == "blocked"
    assert queries.letters_overdue(bob, moment(2010, 12, 1)) == []


@pytest.mark.row("ESX-PSA-2.6.2")
def test_a_case_closes_after_supervision_agreed_it(world: World, alice: Actor) -> None:
    closing = moment(2010, 11, 12)
    case = allocated(world, at=moment(2010, 9, 20))
    with pytest.raises(Refused, match="No supervision has discussed this case"):
        commands.close(alice, case, reason="needs_met", at=closing)
    supervised(world, case, at=moment(2010, 11, 8), decided="close", supervisor="bob")
    assert commands.close(alice, case, reason="needs_met", at=closing).closed_at == closing


@pytest.mark.row("ESX-PSA-2.6.2")
def test_supervision_may_be_28_days_old_and_no_older(world: World, alice: Actor) -> None:
    discussed = moment(2010, 10, 1)
    case = allocated(world, at=moment(2010, 9, 20))
    supervised(world, case, at=discussed)
    with pytest.raises(Refused, match="29 days"):
        commands.close(alice, case, reason="needs_met", at=discussed + timedelta(days=29))
    assert commands.close(alice, case, reason="needs_met", at=discussed + timedelta(days=28)).closed_at


@pytest.mark.slow
@pytest.mark.row("ESX-PSA-2.6.3")
def test_cases_end_closed_or_referred_on(world: World, alice: Actor, bob: Actor) -> None:
    opened, closing = moment(2010, 9, 20), moment(2010, 11, 12)
    services = [
        directory.add(alice, Scope.of(service=SERVICE, users=[alice.id]), service=SERVICE, name=name, at=opened)
        for name in ("Alpha", "Bridge", "Cedar", "Dawn", "Elm", "Ford", "Glade")
    ]
    endings = [("needs_met", None)] * 41 + [("referred_on", s) for s in services] + [("disengaged", None)] * 2
    for number, (why, destination) in enumerate(endings):
        case = allocated(world, home=household(f"Name{number}"), at=opened)
        decision = "refer_on" if destination else "close"
        supervised(world, case, at=moment(2010, 11, 8), decided=decision)
        commands.close(
            alice, case, reason=why, destination=destination, destination_accepted=bool(destination), at=closing
        )
    found = queries.closures_by_reason(bob, SERVICE, since=date(2010, 11, 1), until=date(2010, 11, 30))
    assert [(row.label, row.number) for row in found] == [
        ("Needs met", 41),
        ("Referred to another service", 7),
        ("Family stopped coming", 2),
    ]
    assert found[1].destinations == ("Alpha", "Bridge", "Cedar", "Dawn", "Elm", "Ford", "Glade")
    assert found[1].accepted == 7


@pytest.mark.row("ESX-PSA-1.1")
def test_well_being_improves_or_is_not_measured(world: World, alice: Actor, bob: Actor) -> None:
    opened, closing = moment(2010, 9, 20), moment(2010, 11, 12)
    measured = allocated(world, home=household("Both"), at=opened)
    half = allocated(world, home=household("Half"), at=opened)
    for case, point, score, at in (
        (measured, "start", 14, opened),
        (half, "start", 14, opened),
        (measured, "end", 21, closing),
    ):
        outcomes.administer(
            alice,
            case.family,
            service=SERVICE,
            instrument="how_things_are",
            point=point,
            taken_on=at.date(),
            score=Decimal(score),
            completed_by="Parent",
            episode_id=case.pk,
            at=at,
        )
    for case in (measured, half):
        supervised(world, case, at=moment(2010, 11, 8))
        commands.close(alice, case, reason="needs_met", at=closing)
    found = queries.well_being(bob, SERVICE, since=date(2010, 11, 1), until=date(2010, 11, 30))
    assert found.improved == [measured.ref]
    assert found.not_measured == [half.ref]
    assert (found.same, found.worse) == ([], [])
