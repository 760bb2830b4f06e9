"""Entries of kinds of record that a contract declares: written, carried on, corrected, taken back, and seen by whom."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.registers import commands, subjects
from fingerpost.agreements.registers.models import Entry, WalledAnswers
from fingerpost.agreements.registers.reading import kinds_for, read
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.models import Grant
from fingerpost.ground.history.sight import seeing
from fingerpost.ground.history.tracking import changes
from fingerpost.language.answering import NoAnswer
from fingerpost.work.casework.models import Case
from fingerpost.work.referrals import restricting
from tests.fixtures.cases import allocated
from tests.fixtures.declared import COMPLAINTS, adopt_kinds
from tests.fixtures.world import SERVICE, World, moment

AT = moment(2010, 6, 20)


@pytest.fixture
def case(world: World) -> Case:
    adopt_kinds()
    return allocated(world)


def about_family(case: Case) -> subjects.Subject:
    return subjects.of_record(SERVICE, "family", case.family)


def complaint(actor: Actor, case: Case, at: datetime = AT, **answers: Any) -> Entry:
    given = {"matter": "The letter came late", **answers}
    return commands.begin(
        actor, about_family(case), kind="complaint", answers=given, times={"received_on": date(2010, 6, 18)}, at=at
    )


def met_by(actor: Actor) -> set[str]:
    """What both walls let the actor meet: asked as they ask, under what the database lets them see."""
    with seeing(actor.sight):
        return {entry.ref for entry in Entry.objects.visible_to(actor)}


def past_the_first_wall(actor: Actor) -> set[str]:
    """What the database alone would show."""
    with seeing(actor.sight):
        return {entry.ref for entry in Entry.objects.all()}


def test_an_entry_keeps_its_answers_its_times_and_its_version(case: Case, alice: Actor) -> None:
    entry = Entry.objects.get(pk=complaint(alice, case).pk)
    assert (entry.stage, entry.happened_on, entry.family) == ("received_on", date(2010, 6, 18), case.family)
    assert entry.version.number == 2
    assert entry.answers == {"matter": "The letter came late"}
    assert entry.times == {"received_on": "2010-06-18"}
    assert entry.recorded_by_id == alice.id
    assert changes(entry)[0]["command"] == "registers.begin"


def test_only_the_roles_named_see_it_and_only_within_their_reach(
    case: Case, world: World, alice: Actor, bob: Actor, carol: Actor, dave: Actor, sam: Actor
) -> None:
    entry = complaint(alice, case)
    for look in (met_by, past_the_first_wall):
        assert look(bob) == {entry.ref}, "supervises the family's team"
        assert look(sam) == {entry.ref}, "manages the service"
        assert look(alice) == set(), "wrote it, and the contract lets no advisor see complaints"
        assert look(carol) == look(dave) == set()


def test_what_is_restricted_in_it_stands_behind_a_wall_of_its_own(
    case: Case, world: World, alice: Actor, bob: Actor, sam: Actor
) -> None:
    entry = complaint(alice, case, against="Somebody of ours")
    assert "against" not in entry.answers
    part = WalledAnswers.objects.get()
    assert (part.is_sealed, part.seen_by) == (True, ["service_manager", "supervisor"])
    with seeing(bob.sight):
        assert "against" not in read(bob, [entry])[0].answers
        assert not WalledAnswers.objects.exists()
    Grant.objects.filter(user=world.users["bob"]).update(restricted=True)
    bob = world.actor("bob")
    with seeing(bob.sight):
        assert read(bob, [entry])[0].answers["against"] == "Somebody of ours"


def test_it_is_carried_on_by_whoever_may_set_its_times(case: Case, alice: Actor, bob: Actor, sam: Actor) -> None:
    entry = complaint(alice, case)
    answered: dict[str, Any] = {
        "times": {"answered_on": date(2010, 6, 20)},
        "answers": {"upheld": "partly", "remedy": "Said sorry"},
    }
    with pytest.raises(NotAllowed):
        commands.carry_on(bob, entry, **answered, revision=1, at=AT)
    with pytest.raises(Refused, match="Answer this, or say why not: What was put right") as refusal:
        commands.carry_on(sam, entry, times=answered["times"], answers={"upheld": "partly"}, revision=1, at=AT)
    assert refusal.value.field == "remedy"
    entry = commands.carry_on(sam, entry, **answered, revision=1, at=AT)
    assert (entry.stage, entry.revision) == ("answered_on", 2)
    assert read(sam, [entry])[0].stage == "Closed"
    with pytest.raises(ChangedMeanwhile):
        commands.carry_on(bob, entry, answers={}, times={"acknowledged_on": date(2010, 6, 19)}, revision=1, at=AT)


def test_a_question_that_does_not_arise_is_kept_as_that(case: Case, alice: Actor, sam: Actor) -> None:
    entry = complaint(alice, case)
    entry = commands.carry_on(
        sam,
        entry,
        times={"answered_on": date(2010, 6, 20)},
        answers={"upheld": "no_fault", "cost": Decimal("12.50")},
        revision=1,
        at=AT,
    )
    assert entry.no_answers == {"remedy": "not_applicable"}
    told = read(sam, [entry])[0]
    assert (told.answers["cost"], told.said("cost"), told.said("remedy")) == (
        Decimal("12.50"),
        "12.50",
        "Does not apply",
    )
    assert told.answers["remedy"] is NoAnswer.NOT_APPLICABLE


def test_an_answer_for_one_role_is_seen_by_it_alone(case: Case, alice: Actor, bob: Actor, sam: Actor) -> None:
    entry = complaint(alice, case)
    entry = commands.carry_on(
        sam,
        entry,
        times={"answered_on": date(2010, 6, 20)},
        answers={"upheld": "no_fault", "cost": 5},
        revision=1,
        at=AT,
    )
    with seeing(bob.sight):
        told = read(bob, [entry])[0]
        assert (told.answers.get("cost"), told.answers["upheld"]) == (None, "no_fault")
    with seeing(sam.sight):
        assert read(sam, [entry])[0].answers["cost"] == 5


def test_whoever_may_not_see_a_part_leaves_it_as_it_is(case: Case, alice: Actor, bob: Actor, sam: Actor) -> None:
    entry = complaint(alice, case)
    entry = commands.carry_on(
        sam,
        entry,
        times={"answered_on": date(2010, 6, 20)},
        answers={"upheld": "no_fault", "cost": 5},
        revision=1,
        at=AT,
    )
    entry = commands.correct(bob, entry, answers={"matter": "It never came"}, reason="Misheard", revision=2, at=AT)
    assert read(sam, [entry])[0].answers["cost"] == 5
    entry = commands.correct(sam, entry, answers={"cost": 6}, reason="Counted again", revision=3, at=AT)
    assert read(sam, [entry])[0].answers["cost"] == 6


def test_what_was_written_is_changed_only_with_a_reason(case: Case, alice: Actor, bob: Actor) -> None:
    entry = complaint(alice, case)
    with pytest.raises(Refused, match="Correct it, with a reason"):
        commands.carry_on(bob, entry, answers={"matter": "Something else"}, revision=1, at=AT)
    with pytest.raises(Refused, match="Say why"):
        commands.correct(bob, entry, answers={"matter": "Something else"}, reason=" ", revision=1, at=AT)
    entry = commands.correct(bob, entry, answers={"matter": "It never came"}, reason="Misheard", revision=1, at=AT)
    assert entry.answers["matter"] == "It never came"
    assert [(one["command"], one.get("reason")) for one in changes(entry)][:1] == [("registers.correct", "Misheard")]


def test_an_entry_is_taken_back_and_stays_on_record(case: Case, alice: Actor, bob: Actor) -> None:
    entry = complaint(alice, case)
    with pytest.raises(Refused, match="Say why it is taken back"):
        commands.withdraw_entry(bob, entry, reason="", revision=1, at=AT)
    entry = commands.withdraw_entry(bob, entry, reason="Written twice", revision=1, at=AT)
    assert entry.taken_back_because == "Written twice"
    with pytest.raises(Refused, match="taken back"):
        commands.correct(bob, entry, answers={"matter": "x"}, reason="r", revision=2, at=AT)


@pytest.mark.parametrize(
    ("day", "answered", "is_in_order"),
    [(date(2010, 6, 18), date(2010, 6, 18), True), (date(2010, 6, 18), date(2010, 6, 17), False)],
)
def test_times_stand_in_order(
    case: Case, alice: Actor, sam: Actor, day: date, answered: date, is_in_order: bool
) -> None:
    entry = complaint(alice, case)
    given: dict[str, Any] = {"times": {"answered_on": answered}, "answers": {"upheld": "no_fault"}}
    if is_in_order:
        assert commands.carry_on(sam, entry, **given, revision=1, at=AT).stage == "answered_on"
        return
    with pytest.raises(Refused, match="Answered cannot be before the time of “Received”") as refusal:
        commands.carry_on(sam, entry, **given, revision=1, at=AT)
    assert refusal.value.field == "answered_on"
    assert Entry.objects.get().times == {"received_on": "2010-06-18"}


def test_what_is_about_nobody_is_for_whoever_works_there_in_a_role(
    case: Case, world: World, alice: Actor, bob: Actor, carol: Actor, dave: Actor, erin: Actor
) -> None:
    where = subjects.area_of_service(SERVICE, "tendring", "Tendring")
    entry = commands.begin(
        alice, where, kind="issue", answers={"problem": "No bus", "asked": ("council", "police")},
        times={"raised_on": date(2010, 6, 1)}, at=AT,
    )  # fmt: skip
    for look in (met_by, past_the_first_wall):
        assert look(alice) == look(bob) == look(carol) == look(dave) == {entry.ref}
        assert look(erin) == set()
    with pytest.raises(NotAllowed):
        commands.begin(
            dave, where, kind="issue", answers={"problem": "x"}, times={"raised_on": date(2010, 6, 1)}, at=AT
        )


def test_a_kind_that_names_nobody_is_for_whoever_may_meet_the_family(
    case: Case, alice: Actor, bob: Actor, carol: Actor
) -> None:
    entry = commands.begin(
        alice,
        subjects.of_record(SERVICE, "case", case),
        kind="lone_visit",
        answers={"went_well": True},
        times={"began_at": moment(2010, 6, 20, 9), "ended_at": moment(2010, 6, 20, 10)},
        at=AT,
    )
    assert (entry.family_id, entry.stage) == (case.family_id, "ended_at")
    for look in (met_by, past_the_first_wall):
        assert look(alice) == look(bob) == {entry.ref}
        assert look(carol) == set()


def test_an_entry_follows_its_family_when_it_is_restricted(case: Case, alice: Actor, bob: Actor, fay: Actor) -> None:
    entry = complaint(alice, case)
    restricting.restrict(fay, case.family, service=SERVICE, reason="Known to a worker", at=AT)
    assert met_by(bob) == past_the_first_wall(bob) == set()
    restricting.lift(fay, case.family, reason="No longer", at=AT)
    assert met_by(bob) == {entry.ref}


def test_what_the_contract_does_not_keep_is_refused(case: Case, alice: Actor) -> None:
    with pytest.raises(Refused, match="keeps no such record"):
        commands.begin(alice, about_family(case), kind="rocket", answers={}, at=AT)
    with pytest.raises(Refused, match="Complaint is about family or person"):
        commands.begin(alice, subjects.of_record(SERVICE, "case", case), kind="complaint", answers={}, at=AT)
    with pytest.raises(Refused, match="Say when: Received"):
        commands.begin(alice, about_family(case), kind="complaint", answers={"matter": "x"}, at=AT)
    with pytest.raises(Refused, match="There is no question rocket"):
        complaint(alice, case, rocket="x")
    assert not Entry.objects.exists()


def test_an_entry_shows_the_words_it_was_written_under(case: Case, alice: Actor, bob: Actor, sam: Actor) -> None:
    entry = complaint(alice, case)
    later = COMPLAINTS.replace("What is it about?", "What went wrong?").replace(
        "        matter:", "        extra: {label: Anything else?}\n        matter:"
    )
    later = later.replace("stage: New", "stage: Just come")
    adopt_kinds(later, version=3, since=date(2010, 7, 1))
    told = read(bob, [entry])[0]
    assert (told.items["matter"].label, told.stage) == ("What is it about?", "New")
    newer = complaint(alice, case, at=moment(2010, 7, 2))
    assert read(bob, [newer])[0].items["matter"].label == "What went wrong?"


def test_each_sees_the_kinds_that_are_for_them(case: Case, alice: Actor, bob: Actor, dave: Actor, erin: Actor) -> None:
    held = rules(SERVICE, date(2010, 6, 1))
    assert list(kinds_for(bob, held)) == ["complaint", "issue", "lone_visit", "follow_up"]
    assert list(kinds_for(alice, held)) == ["issue", "lone_visit"]
    assert list(kinds_for(dave, held)) == ["issue"]
    assert list(kinds_for(erin, held)) == []


def test_a_part_that_names_its_writers_opens_no_other_part(case: Case, alice: Actor, dave: Actor) -> None:
    where = subjects.area_of_service(SERVICE, "tendring", "Tendring")
    entry = commands.begin(
        alice, where, kind="issue", answers={"problem": "No bus"}, times={"raised_on": date(2010, 6, 1)}, at=AT
    )
    with pytest.raises(NotAllowed):
        commands.carry_on(
            dave, entry, answers={"asked": ("council",)}, times={"agreed_on": date(2010, 6, 20)}, revision=1, at=AT
        )
    with pytest.raises(NotAllowed):
        commands.withdraw_entry(dave, entry, reason="Not ours", revision=1, at=AT)
    entry = commands.carry_on(dave, entry, answers={}, times={"agreed_on": date(2010, 6, 20)}, revision=1, at=AT)
    assert entry.times["agreed_on"] == "2010-06-20"
    with pytest.raises(NotAllowed):
        commands.carry_on(alice, entry, answers={}, times={"agreed_on": date(2010, 6, 20)}, revision=2, at=AT)


def test_what_is_taken_away_is_gone_from_behind_its_wall_too(case: Case, alice: Actor, sam: Actor) -> None:
    entry = complaint(alice, case)
    entry = commands.carry_on(
        sam,
        entry,
        times={"answered_on": date(2010, 6, 20)},
        answers={"upheld": "no_fault", "cost": 5},
        revision=1,
        at=AT,
    )
    entry = commands.correct(sam, entry, answers={"cost": None}, reason="Of another", revision=2, at=AT)
    assert "cost" not in read(sam, [entry])[0].answers
    assert WalledAnswers.objects.get().answers == {}
    entry = commands.correct(sam, entry, answers={}, times={"answered_on": None}, reason="Too soon", revision=3, at=AT)
    assert (entry.stage, entry.times) == ("received_on", {"received_on": "2010-06-18"})


def test_an_answer_stays_behind_its_wall_when_a_later_version_asks_it_no_more(
    case: Case, alice: Actor, bob: Actor, sam: Actor
) -> None:
    entry = complaint(alice, case, against="Somebody of ours")
    line = "    against: {label: Whom does it name?, restricted: true, clause: safeguarding_procedures}\n"
    assert line in COMPLAINTS
    adopt_kinds(COMPLAINTS.replace(line, ""), version=3, since=date(2010, 6, 25))
    system = Actor.system("Whoever sees everything")
    later = moment(2010, 6, 26)
    entry = commands.correct(
        system, entry, answers={"matter": "It never came"}, reason="Misheard", revision=1, at=later
    )
    assert "against" not in entry.answers
    with seeing(bob.sight):
        assert "against" not in read(bob, [entry])[0].answers
    assert read(system, [entry])[0].answers["against"] == "Somebody of ours"


def test_an_entry_may_be_about_another(case: Case, alice: Actor, bob: Actor, carol: Actor, sam: Actor) -> None:
    first = complaint(alice, case)
    about = subjects.found(bob, SERVICE, "complaint", first.ref)
    assert about is not None
    second = commands.begin(bob, about, kind="follow_up", answers={"done": "Rang them"}, at=AT)
    assert (second.about_kind, second.about_id, second.family_id) == ("complaint", first.pk, case.family_id)
    assert second.ref in met_by(sam)
    assert subjects.found(carol, SERVICE, "complaint", first.ref) is None
    assert subjects.found(bob, SERVICE, "issue", first.ref) is None, "an entry of another kind"
