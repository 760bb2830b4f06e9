"""Safeguarding concerns of the Essex advisors at their edges: who is asked what, who may be told, what each list shows. 2.11."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.tasks.models import Task
from fingerpost.people.correspondence.jobs import deliver
from fingerpost.people.correspondence.models import Email
from fingerpost.work.safeguarding import commands
from fingerpost.work.safeguarding.models import Concern, Step
from tests.fixtures.browsing import (
    Browser,
    Today,
    heads_of,
    in_order_of,
    opened,
    options_of,
    posted,
    rows_of,
    searched,
    turned_down,
    words_of,
)
from tests.fixtures.cases import allocated
from tests.fixtures.families import household
from tests.fixtures.neighbour import NEIGHBOUR
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.django_db
RAISED = moment(2010, 11, 12, 15, 10)
SAID = {"seen": "A bruise on the arm.", "day": "12/11/2010", "clock": "14:30"}


@pytest.fixture(autouse=True)
def in_its_own_time(today: Today) -> None:
    today.now = RAISED


def raised(client: Any, word: str, key: Any, **words: Any) -> Concern:
    before = set(Concern.objects.values_list("pk", flat=True))
    posted(client, "practice:concern_raise", word, key, **SAID | words)
    return Concern.objects.exclude(pk__in=before).get()


@pytest.mark.row("ESX-PSA-2.11")
def test_the_form_asks_which_child_only_where_there_are_several_and_begins_with_now(
    world: World, browser: Browser
) -> None:
    alice = browser("alice")
    several = household("Field", children=("Ada", "Ben"))
    one, none = household("One", children=("Kit",)), household("None", children=())
    where = reverse("practice:concern_raise", args=["family", several.family.ref])
    page = alice.get(where).content.decode()
    assert "There is a problem" not in page
    assert re.search(r'name="day"[^>]*value="12/11/2010"', page)
    assert re.search(r'name="clock"[^>]*value="(15:10|3:10pm)"', page), page[page.find('name="clock"') - 200 :][:400]
    assert "Which of the children is it about?" in page
    assert "Ada Field" in page
    assert "Pat Field" not in page.split("Which of the children is it about?")[1].split("What did you see")[0]
    assert "SET safeguarding" in page
    for home, asked in ((one, False), (none, True)):
        form = opened(alice, "practice:concern_raise", "family", home.family.ref)
        assert ("Who is it about?" in form) == asked, home.family.name
        assert "Which of the children" not in form
    assert "must be on or before 12 November 2010" in turned_down(
        alice, "practice:concern_raise", "family", several.family.ref, **SAID | {"day": "13/11/2010"}
    )
    late = alice.post(where, SAID | {"clock": "15:11"})
    assert 'href="#id_clock"' in late.content.decode(), "said where the time is typed"
    assert "A bruise on the arm." in late.content.decode(), "what was typed stays"
    assert raised(alice, "family", several.family.ref, about=["Ada Field", "Ben Field"]).about == "Ada Field, Ben Field"
    assert raised(alice, "family", several.family.ref, about=["Ben Field"]).about == "Ben Field"
    assert raised(alice, "family", several.family.ref).about == ""
    assert raised(alice, "family", one.family.ref).about == "Kit One"
    assert raised(alice, "family", none.family.ref, about="The baby").about == "The baby"
    for key, answer in (("F-ZZZZZZ", 404), (several.family.ref, 404)):
        assert browser("carol").get(reverse("practice:concern_raise", args=["family", key])).status_code == answer
    assert alice.get(reverse("practice:concern_raise", args=["nothing", "x"])).status_code == 404
    assert browser("dave").get(where).status_code == 403


@pytest.mark.row("ESX-PSA-2.11")
def test_the_list_of_concerns_says_where_each_stands(world: World, browser: Browser, today: Today) -> None:
    alice, fay = browser("alice"), browser("fay")
    names = ("Waits", "Refers", "Referred", "Decided", "Over")
    made = {}
    for number, name in enumerate(names):
        today.now = RAISED + timedelta(minutes=number)
        made[name] = raised(alice, "case", allocated(world, home=household(name, children=("Ada",))).ref)
    for name, decision in (("Refers", "refer"), ("Referred", "refer"), ("Decided", "support"), ("Over", "nothing")):
        posted(fay, "practice:concern_decide", made[name].ref, decision=decision, reason="As it was told.")
    said = {"referred_to": "Children's social care", "day": "12/11/2010", "clock": "15:00", "reference": "SC 1"}
    posted(alice, "practice:concern_refer", made["Referred"].ref, **said)
    posted(fay, "practice:concern_close", made["Over"].ref, outcome="It was explained.")
    address = reverse("practice:concerns")

    def standing(query: str = "") -> dict[str, str]:
        rows = rows_of(fay.get(address + query), "concern")
        return {row.split(" ")[1]: row.split("2010, ")[1].split(" ", 1)[1] for row in rows}

    open_ = {
        "Waits": "Alice Marsh Awaiting decision",
        "Refers": "Alice Marsh Refer to social care To be referred",
        "Referred": "Alice Marsh Refer to social care Referred",
        "Decided": "Alice Marsh No referral: go on supporting Decided",
    }
    assert {name: words.split(" Alice")[0] for name, words in standing().items()}.keys() == open_.keys()
    for name, words in open_.items():
        assert standing()[name].endswith(words.rsplit(" ", 2)[-1]), name
    assert list(standing("?status=closed")) == ["Over"]
    assert set(standing("?status=all")) == set(names)
    page = fay.get(address)
    assert heads_of(page, "concern") == {
        "Concern": "sorts", "About": "sorts", "Raised": "sorts", "By": "sorts", "Decision": "sorts", "Status": "sorts",
    }  # fmt: skip
    assert options_of(page, "status") == ["Open", "Closed", "Open and closed"]
    by_time = [row.split(" ")[1] for row in in_order_of(fay, address, "concern", "Raised", down=True)]
    assert by_time == ["Decided", "Referred", "Refers", "Waits"]
    assert [row.split(" ")[1] for row in in_order_of(fay, address, "concern", "About")] == [
        "Decided",
        "Referred",
        "Refers",
        "Waits",
    ]
    narrowed = fay.get(f"{address}?status=all")
    assert len(searched(fay, narrowed, "over", "concern")) == 1
    file = fay.get(address, {"download": "csv", "status": "all"}).content.decode("utf-8-sig").splitlines()
    assert file[0] == "Concern,About,Raised,By,Decision,Status,Closed"
    assert len(file) == 6
    assert "Read safeguarding concern" in words_of(page)
    assert "Read safeguarding concern" not in opened(alice, "practice:concerns"), "the lead's own list of work"
    today.now = RAISED + timedelta(hours=24)
    assert standing()["Waits"].endswith("Awaiting decision"), "24 hours are in time"
    today.now = RAISED + timedelta(hours=24, seconds=1)
    assert standing()["Waits"].endswith("No decision in time")
    assert standing()["Decided"].endswith("Decided"), "its clock has stopped"
    for name, minutes, words in (
        ("Decided", 24 * 60 + 1, "1 day 1 minute"),
        ("Referred", 2 * 24 * 60 - 60, "1 day 23 hours"),
    ):
        today.now = made[name].raised_at + timedelta(minutes=minutes)
        posted(fay, "practice:concern_close", made[name].ref, outcome="Support goes on.")
        (closed,) = [
            row
            for row in rows_of(fay.get(reverse("practice:concern", args=[made[name].ref])), "What happened")
            if row.startswith("Closed")
        ]
        assert closed.endswith(f"m {words}"), name


@pytest.mark.row("ESX-PSA-2.11")
def test_a_colleague_who_is_told_may_open_it_and_others_may_not(
    world: World, browser: Browser, today: Today, alice: Actor, fay: Actor
) -> None:
    client = browser("alice")
    gwen = User.objects.create_user("gwen@example.org", name="Gwen Hill")
    left = User.objects.create_user("left@example.org", name="Lee Left", is_active=False)
    over = User.objects.create_user("over@example.org", name="Olly Over")
    strange = User.objects.create_user("strange@example.org", name="Sid Strange")
    for user, service, until in (
        (gwen, SERVICE, None),
        (left, SERVICE, None),
        (over, SERVICE, RAISED),
        (strange, NEIGHBOUR, None),
    ):
        team = world.teams["tendring"] if service == SERVICE else None
        Grant.objects.create(
            user=user, role="caseworker", reach="team" if team else "user", service=service, team=team, until=until
        )
    concern = raised(client, "case", allocated(world).ref)
    beside = raised(client, "case", allocated(world, home=household("Other")).ref)
    world.users["gwen"] = gwen
    form = client.get(reverse("practice:concern_told", args=[concern.ref]))
    offered = options_of(form, "colleague")
    assert {"Gwen Hill", "Carol Reed"} <= set(offered)
    assert not {"Alice Marsh", "Bob Lennox", "Fay Linton", "Lee Left", "Olly Over", "Sid Strange"} & set(offered), (
        "who know already"
    )
    assert offered[1:] == sorted(offered[1:])
    assert "There is a problem" not in words_of(form)
    assert browser("gwen").get(reverse("practice:concern", args=[concern.ref])).status_code == 404
    told = {"how": "In person", "day": "12/11/2010", "clock": "15:00"}
    posted(client, "practice:concern_told", concern.ref, **told, colleague=gwen.pk)
    assert "A bruise on the arm." in opened(browser("gwen"), "practice:concern", concern.ref)
    assert browser("gwen").get(reverse("practice:concern", args=[beside.ref])).status_code == 404
    assert "Gwen Hill" not in options_of(client.get(reverse("practice:concern_told", args=[concern.ref])), "colleague")
    assert "Gwen Hill told" in opened(browser("fay"), "practice:concern", concern.ref)
    assert "Write who was told" in turned_down(client, "practice:concern_told", concern.ref, **told, who=" ")
    with pytest.raises(Refused):
        commands.tell(alice, concern, who=" ", told_at=RAISED, at=RAISED)

    # The checklist: each point once, those of this concern alone.
    where = ["practice:concern_checklist", concern.ref]
    before = opened(client, *where)
    posted(client, *where, items=["safe_now"])
    posted(client, "practice:concern_checklist", beside.ref, items=["lead_spoken_to"])
    assert len(opened(client, *where)) < len(before), "what is done is not asked again"
    assert "There is a problem" in turned_down(client, *where, items=["safe_now"])
    with pytest.raises(Refused, match="no point called no such point"):
        commands.check(alice, concern, items=["no_such_point"], at=RAISED)
    assert [step.item for step in commands.check(alice, concern, items=["safe_now", "lead_spoken_to"], at=RAISED)] == [
        "lead_spoken_to"
    ]

    # The lead reads it once, and only their own task of it is done.
    assert "There is a problem" not in opened(browser("fay"), "practice:concern_read", concern.ref)
    assert not Step.objects.filter(concern=concern, kind=Step.Kind.READ).exists(), "to open the form is not to say so"
    first = commands.read(fay, concern, at=RAISED)
    assert commands.read(fay, concern, at=RAISED + timedelta(minutes=1)).pk == first.pk
    assert commands.read(fay, beside, at=RAISED).pk != first.pk
    open_ = Task.objects.open().filter(service=SERVICE, owner=world.users["fay"])
    assert not [task for task in open_ if task.origin_id == concern.pk and "Read" in task.title]

    # What the lead decides: a word that is one, with the reason; once, unless it was to find out more.
    for wrong, field in (({"decision": "perhaps"}, "decision"), ({"reason": " "}, "reason")):
        with pytest.raises(Refused) as refusal:
            commands.decide(fay, concern, **{"decision": "support", "reason": "Told", **wrong}, at=RAISED)
        assert refusal.value.field == field
    commands.decide(fay, concern, decision="find_out", reason="Ask the school", at=RAISED)
    decided = commands.decide(
        fay, concern, decision="support", reason="The school knew", at=RAISED + timedelta(minutes=5)
    )
    assert (decided.decision, decided.decided_at) == ("support", RAISED + timedelta(minutes=5))
    with pytest.raises(Refused, match="Fay Linton decided on this already"):
        commands.decide(fay, concern, decision="nothing", reason="Again", at=RAISED + timedelta(minutes=6))
    commands.close(fay, concern, outcome="Support goes on.", at=RAISED + timedelta(minutes=7))
    for late in (
        lambda: commands.decide(fay, concern, decision="nothing", reason="Again", at=RAISED + timedelta(minutes=8)),
        lambda: commands.refer(
            alice, concern, referred_at=RAISED, referred_to="Care", at=RAISED + timedelta(minutes=8)
        ),
    ):
        with pytest.raises(Refused):
            late()


@pytest.mark.row("ESX-PSA-2.11")
def test_what_a_concern_cannot_be_without_is_asked_for(world: World, alice: Actor) -> None:
    home = household("Field")
    fits: dict[str, Any] = {"service": SERVICE, "seen": "A bruise.", "seen_at": RAISED, "at": RAISED}
    for wrong, field in (({"seen": " "}, "seen"), ({"seen_at": RAISED + timedelta(minutes=1)}, "seen_at")):
        with pytest.raises(Refused) as refusal:
            commands.raise_concern(alice, home.family, **fits | wrong)
        assert refusal.value.field == field
    made = commands.raise_concern(alice, home.family, **fits)
    assert (made.seen_at, made.source_ref, made.family_id) == (RAISED, home.family.ref, home.family.pk)
    told = Step.objects.filter(concern=made, kind=Step.Kind.TOLD)
    assert {step.user.name for step in told.select_related("user") if step.user} <= {"Fay Linton", "Bob Lennox"}


@pytest.mark.row("ESX-PSA-2.11")
def test_the_lead_is_written_to_once_and_not_before_the_next_try_is_due(world: World, browser: Browser) -> None:
    raised(browser("alice"), "case", allocated(world).ref)
    told = Email.objects.filter(message__recipient="fay@example.org", message__kind="concern_raised").get()
    for due, state in ((timezone.now() + timedelta(hours=1), Email.State.WAITING), (timezone.now(), Email.State.SENT)):
        Email.objects.filter(pk=told.pk).update(next_try_at=due)
        deliver(email=str(told.pk))
        told.refresh_from_db()
        assert told.state == state
    deliver(email=str(told.pk))
    told.refresh_from_db()
    assert told.tries == 1
