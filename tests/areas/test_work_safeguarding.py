"""Concerns: who hears of them, who may know of them, what follows."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.tasks.jobs import note_missed
from fingerpost.ground.tasks.models import Clock, Task
from fingerpost.ground.tasks.queries import worklist
from fingerpost.people.correspondence.jobs import deliver
from fingerpost.people.correspondence.models import Email, Message
from fingerpost.people.families.models import Family
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case, Contact
from fingerpost.work.safeguarding import commands, queries
from fingerpost.work.safeguarding.models import Concern, Step
from fingerpost.work.safeguarding.sources import find_source
from tests.fixtures.cases import allocated, supervised
from tests.fixtures.groups import a_group
from tests.fixtures.world import SERVICE, World, moment

RAISED = moment(2010, 11, 12, 15, 10)
SEEN = moment(2010, 11, 12, 14, 30)
WORDS = "Ada said that she is afraid to go home."


@pytest.fixture
def case(world: World) -> Case:
    return allocated(world)


@pytest.fixture
def concern(case: Case, alice: Actor) -> Concern:
    return commands.raise_concern(alice, case, service=SERVICE, seen=WORDS, seen_at=SEEN, at=RAISED)


def may_know(actor: Actor, concern: Concern) -> bool:
    return queries.known_to(actor).filter(pk=concern.pk).exists()


def test_the_lead_hears_at_once_and_nobody_is_named_in_the_email(concern: Concern, fay: Actor) -> None:
    items = worklist(fay, RAISED)
    assert [i.title for i in items if i.kind == "concern_to_read"] == [f"Read safeguarding concern {concern.ref} now"]
    message = Message.objects.get(kind="concern_raised")
    assert message.recipient == "fay@example.org"
    assert not {"Ada", "Field", "Pat", "afraid"} & set((message.subject + message.body).replace(".", " ").split())
    email = str(Email.objects.get(message=message).pk)
    assert deliver(email=email)
    assert not deliver(email=email)
    assert [one.to for one in mail.outbox] == [["fay@example.org"]]
    message.refresh_from_db()
    assert message.state == Message.State.SENT


def test_only_three_may_know(concern: Concern, world: World) -> None:
    assert {name for name in world.users if may_know(world.actor(name), concern)} == {"alice", "bob", "fay"}


def test_a_colleague_of_the_same_team_may_not_know(concern: Concern, world: World) -> None:
    gwen = User.objects.create_user("gwen@example.org", name="Gwen Hill")
    Grant.objects.create(user=gwen, role="caseworker", reach="user", service=SERVICE)
    Grant.objects.create(user=gwen, role="caseworker", reach="team", service=SERVICE, team=world.teams["tendring"])
    actor = Actor.of(gwen)
    assert Case.objects.visible_to(actor).exists()
    assert not may_know(actor, concern)
    with pytest.raises(Concern.DoesNotExist):
        queries.get(actor, concern.ref)
    for model in (Task, Clock, Message, Step):
        assert not model.objects.visible_to(actor).filter(scope_keys__overlap=concern.scope_keys).exists()


def test_who_is_told_may_know_from_then_on(concern: Concern, world: World, alice: Actor) -> None:
    carol = world.actor("carol")
    with pytest.raises(Concern.DoesNotExist):
        queries.get(carol, concern.ref)
    commands.tell(alice, concern, user=world.users["carol"], how="By phone", told_at=RAISED, at=RAISED)
    assert queries.get(carol, concern.ref) == concern
    assert len(queries.concern_page(carol, concern.ref).told) == 3
    assert not Case.objects.visible_to(carol).exists()  # she was told of the concern, not of the case


def test_the_family_moving_on_changes_nothing(concern: Concern, case: Case, world: World) -> None:
    before = concern.scope_keys
    casework.transfer(Actor.system(), case, worker=world.users["carol"], reason="Moved", at=RAISED + timedelta(hours=1))
    concern.refresh_from_db()
    assert concern.scope_keys == before
    assert not may_know(world.actor("carol"), concern)


def test_a_closed_case_takes_a_concern(world: World, case: Case, alice: Actor) -> None:
    supervised(world, case, at=moment(2010, 11, 1))
    closed = casework.close(alice, case, reason="needs_met", at=moment(2010, 11, 2))
    raised = commands.raise_concern(alice, closed, service=SERVICE, seen=WORDS, seen_at=SEEN, at=RAISED)
    assert raised.family_id == case.family_id


def test_it_comes_from_any_record(world: World, case: Case, alice: Actor, carol: Actor) -> None:
    family = Family.objects.get(pk=case.family_id)
    contact = casework.record_contact(alice, case, kind="phone_call", happened_at=SEEN, minutes=10, note="", at=RAISED)
    assert isinstance(contact, Contact)
    assert case.request is not None
    for word, key in (
        ("family", family.ref),
        ("case", case.ref),
        ("request", case.request.ref),
        ("contact", str(contact.pk)),
    ):
        found = find_source(alice, word, key)
        assert found is not None, word
        assert found.family == family
        assert find_source(carol, word, key) is None
    assert find_source(alice, "contact", "no id") is None
    assert find_source(alice, "session", "no id") is None
    assert find_source(alice, "anything", family.ref) is None


def test_it_comes_from_a_session_of_a_group_that_is_of_no_family(world: World, alice: Actor, carol: Actor) -> None:
    session = a_group(world).session
    found = find_source(alice, "session", str(session.pk))
    assert found is not None
    assert find_source(carol, "session", str(session.pk)) is None
    with pytest.raises(Refused) as refusal:
        commands.raise_concern(alice, found.record, service=SERVICE, seen=WORDS, seen_at=SEEN, at=RAISED)
    assert refusal.value.field == "about"
    raised = commands.raise_concern(
        alice, found.record, service=SERVICE, about="A girl called Ada", seen=WORDS, seen_at=SEEN, at=RAISED
    )
    assert (raised.family, raised.about) == (None, "A girl called Ada")


def test_only_the_lead_decides_and_the_rest_follows_in_order(concern: Concern, alice: Actor, fay: Actor) -> None:
    at = moment(2010, 11, 12, 15, 40)
    with pytest.raises(NotAllowed):
        commands.decide(alice, concern, decision="refer", reason="At risk", at=at)
    with pytest.raises(Refused, match="Decide"):
        commands.close(fay, concern, outcome="Ended", at=at)
    for decision, reason in (("refer", " "), ("guess", "Because")):
        with pytest.raises(Refused):
            commands.decide(fay, concern, decision=decision, reason=reason, at=at)
    decided = commands.decide(fay, concern, decision="refer", reason="At risk of harm", at=at)
    assert decided.decided_by_id == fay.id
    assert not Clock.objects.running().filter(subject_id=concern.pk).exists()
    assert not Task.objects.open().filter(origin_ref=concern.ref).exists()
    with pytest.raises(Refused, match="decided on this already"):
        commands.decide(fay, concern, decision="nothing", reason="Changed my mind", at=at)
    with pytest.raises(Refused, match="referral"):
        commands.close(fay, concern, outcome="Ended", at=at)
    for moment_ in (moment(2010, 11, 12, 15, 41), moment(2010, 11, 12, 14)):
        with pytest.raises(Refused):
            commands.refer(alice, concern, referred_at=moment_, at=at)
    referred = commands.refer(alice, concern, referred_at=moment(2010, 11, 12, 15, 35), at=at)
    assert referred.referred_to == "Children's social care"
    closed = commands.close(fay, concern, outcome="Social care took it on.", at=at)
    assert closed.closed_at == at
    with pytest.raises(Refused, match="closed"):
        commands.decide(fay, concern, decision="support", reason="Again", at=at)


def test_finding_out_more_leaves_the_clock_running(concern: Concern, fay: Actor) -> None:
    later = RAISED + timedelta(hours=1)
    commands.decide(fay, concern, decision="find_out", reason="Ring the school", at=later)
    assert Clock.objects.running().filter(subject_id=concern.pk).exists()
    decided = commands.decide(fay, concern, decision="support", reason="Explained", at=later + timedelta(hours=1))
    assert decided.decision == "support"


def test_a_concern_that_nobody_decides_raises_an_alert(concern: Concern, fay: Actor) -> None:
    clock = Clock.objects.get(key="concern_decided")
    assert clock.due_at == moment(2010, 11, 13, 15, 10)
    note_missed(SERVICE, clock.due_at)
    assert not Task.objects.filter(clock=clock).exists()
    late = clock.due_at + timedelta(minutes=1)
    note_missed(SERVICE, late)
    assert f"Overdue: Decide on a safeguarding concern {concern.ref}" in [item.title for item in worklist(fay, late)]


def test_the_checklist_is_the_contracts(concern: Concern, alice: Actor) -> None:
    assert concern.procedure.startswith("SET safeguarding")
    commands.check(alice, concern, items=["safe_now", "safe_now"], at=RAISED)
    assert [step.item for step in commands.check(alice, concern, items=["safe_now", "parents_told"], at=RAISED)] == [
        "parents_told"
    ]
    with pytest.raises(Refused, match="no point"):
        commands.check(alice, concern, items=["dance"], at=RAISED)


@pytest.mark.parametrize(
    ("words", "field"),
    [({"seen": " "}, "seen"), ({"seen_at": RAISED + timedelta(minutes=1)}, "seen_at")],
)
def test_what_cannot_be_is_refused(case: Case, alice: Actor, words: dict, field: str) -> None:
    given = {"service": SERVICE, "seen": WORDS, "seen_at": SEEN, "at": RAISED} | words
    with pytest.raises(Refused) as refusal:
        commands.raise_concern(alice, case, **given)
    assert refusal.value.field == field


def test_somebody_elses_family_cannot_be_written_about(case: Case, carol: Actor, dave: Actor) -> None:
    for actor in (carol, dave):
        with pytest.raises(NotAllowed):
            commands.raise_concern(actor, case, service=SERVICE, seen=WORDS, seen_at=SEEN, at=RAISED)


def test_without_a_lead_a_concern_is_still_taken(case: Case, alice: Actor, bob: Actor) -> None:
    Grant.objects.filter(role="safeguarding_lead").update(until=RAISED)
    raised = commands.raise_concern(alice, case, service=SERVICE, seen=WORDS, seen_at=SEEN, at=RAISED)
    assert may_know(bob, raised)


def test_a_concern_cannot_be_opened_to_all(concern: Concern) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Concern.objects.filter(pk=concern.pk).update(restricted=False)


def test_times_are_told_from_the_raising(concern: Concern, alice: Actor) -> None:
    commands.refer(alice, concern, referred_at=moment(2010, 11, 12, 15, 55), at=moment(2010, 11, 12, 16))
    Email.objects.update(state=Email.State.SENT, sent_at=RAISED)
    told = {one.what: one.in_words for one in queries.concern_page(alice, concern.ref).elapsed}
    assert told["Referred"] == "45 minutes"
    assert told["Fay Linton told"] == "at once"
    assert queries.span_in_words(24 * 60 + 65) == "1 day 1 hour"


def test_being_named_gives_no_permission(world: World) -> None:
    dave = world.actor("dave")
    assert not dave.has(Permission.VIEW_RESTRICTED)
    assert not dave.keys(Permission.VIEW_FAMILY)
