"""Policies of the Essex advisors and their plan to last, at the edges: who is asked, from which day, what is refused. 2.12, 1.5."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from fingerpost.agreements.requirements import commands as policies
from fingerpost.agreements.requirements.models import Acknowledgement, Policy, PolicyIssue
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.work.workforce import commands
from fingerpost.work.workforce.models import PlanAction, PostChange
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
    told,
    turned_down,
    words_of,
)
from tests.fixtures.families import SYSTEM
from tests.fixtures.staff import WHOLE, issued
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.django_db
FIRST = date(2010, 9, 1)


def refused_for(field: str, write: Callable[[], Any]) -> None:
    with pytest.raises(Refused) as refusal:
        write()
    assert refusal.value.field == field


@pytest.mark.row("ESX-PSA-2.12")
def test_a_title_belongs_to_one_policy_at_a_time_and_withdrawing_frees_it(
    world: World, browser: Browser, today: Today, sam: Actor
) -> None:
    today.is_(2010, 10, 1)
    client = browser("sam")
    told_: dict[str, Any] = {"service": SERVICE, "at": today.now}
    kept = issued().policy
    earlier = issued("Another policy", on=date(2010, 4, 1), version="1").policy
    assert (
        policies.keep_policy(sam, WHOLE, title=" lone WORKING ", owner="Education Welfare Service", **told_).pk
        == kept.pk
    )
    for title, owner, field in (
        (" ", "Somebody", "title"),
        ("Lone", " ", "owner"),
        ("Lone working", "Somebody else", "title"),
    ):
        refused_for(field, lambda t=title, o=owner: policies.keep_policy(sam, WHOLE, title=t, owner=o, **told_))  # type: ignore[misc]
    where = ["oversight:policy_withdraw", SERVICE, kept.pk]
    assert "There is a problem" not in opened(client, *where)
    assert "before the policy was first issued" in turned_down(client, *where, on="31/8/2010", reason="Superseded")
    assert "Enter why it is withdrawn" in turned_down(client, *where, on="1/9/2010", reason=" ")
    refused_for("reason", lambda: policies.withdraw_policy(sam, kept, on=FIRST, reason=" ", at=today.now))
    assert "The policy has been withdrawn." in told(client, *where, on="1/9/2010", reason="Superseded")
    kept.refresh_from_db()
    assert kept.withdrawn_on == FIRST, "on the very day of its first version it can be"
    assert "This policy was withdrawn already." in turned_down(client, *where, on="2/9/2010", reason="Again")
    issue_it = {"version": "3", "issued_on": "2/10/2010", "review_on": "2/10/2011", "text": "Words."}
    assert "There is a problem" in turned_down(client, "oversight:policy_issue", SERVICE, kept.pk, **issue_it)
    again = policies.keep_policy(sam, WHOLE, title="Lone working", owner="Somebody else", **told_)
    assert again.pk != kept.pk
    posted(client, "oversight:policy_withdraw", SERVICE, again.pk, on="1/1/2010", reason="Never issued")
    assert Policy.objects.get(pk=again.pk).withdrawn_on == date(2010, 1, 1)
    listed = opened(client, "oversight:policies", SERVICE)
    assert "No version in force yet" not in listed, "what is withdrawn waits for nothing"
    posted(client, "oversight:policy_new", SERVICE, title="To come", owner="Council")
    posted(client, "oversight:policy_new", SERVICE, title="Next", owner="Council")
    assert "No version in force yet Next To come" in opened(client, "oversight:policies", SERVICE)
    assert earlier.title in listed


@pytest.mark.row("ESX-PSA-2.12")
def test_a_version_told_again_is_the_same_and_other_words_are_another(
    world: World, browser: Browser, today: Today, sam: Actor
) -> None:
    today.is_(2010, 10, 1)
    client, other = browser("sam"), issued("Another policy", on=FIRST, version="1").policy
    posted(client, "oversight:policy_new", SERVICE, title="Lone working", owner="Council")
    kept = Policy.objects.get(service=SERVICE, title="Lone working")
    told_ = {"version": "1", "issued_on": "1/9/2010", "review_on": "2/9/2010", "text": "Tell somebody."}
    where = ["oversight:policy_issue", SERVICE, kept.pk]
    assert "There is a problem" not in opened(client, *where)
    for wrong, words in (
        ({"review_on": "1/9/2010"}, "The day of review must be after the day of issue"),
        ({"version": " "}, "Enter which version it is"),
        ({"text": " "}, "Enter what it says, or where it is kept"),
        ({"kept_at": "ftp://council.example/policy"}, "Enter an address that begins with https://"),
        ({"kept_at": "the shelf https://council.example"}, "Enter an address that begins with https://"),
    ):
        assert words in turned_down(client, *where, **told_ | wrong), words
    refused_for("version", lambda: policies.issue_policy(
        sam, kept, version=" ", issued_on=FIRST, review_on=FIRST + timedelta(days=1), text="Words", at=today.now))  # fmt: skip
    posted(client, *where, **told_)  # of another policy a version 1 of that day stands already
    posted(client, *where, **told_ | {"version": " 1 "})
    assert PolicyIssue.objects.filter(policy=kept).count() == 1
    assert "There is a problem" in turned_down(client, *where, **told_ | {"text": "Other words."}), (
        "version 1 says otherwise"
    )
    assert "Another version was issued on that day" in turned_down(client, *where, **told_ | {"version": "2"})
    for address, version in (("https://council.example/2", "2"), ("http://council.example/3", "3")):
        day = f"{version}/9/2010"
        posted(
            client,
            *where,
            **told_ | {"version": version, "issued_on": day, "review_on": "1/9/2011", "text": "", "kept_at": address},
        )
    assert [
        row.split(" ")[0]
        for row in rows_of(client.get(reverse("oversight:policy", args=[SERVICE, kept.pk])), "Versions")
    ] == ["3", "2", "1"]
    assert other.pk != kept.pk
    for who, answer in (("bob", 404), ("dave", 403), ("alice", 403)):
        assert browser(who).get(reverse(where[0], args=where[1:])).status_code in (answer, 403, 404), who


@pytest.mark.row("ESX-PSA-2.12")
def test_a_version_is_read_by_each_for_themselves_and_while_it_is_in_force(
    world: World, browser: Browser, today: Today, sam: Actor, alice: Actor, carol: Actor
) -> None:
    one, two = issued(on=FIRST, version="1"), issued(on=date(2010, 10, 1), version="2")
    other = issued("Another policy", on=date(2010, 9, 15), version="9")

    def read(actor: Actor, issue: PolicyIssue, day: date, **words: Any) -> Acknowledgement:
        where = WHOLE if actor.is_system else Scope(actor.keys(Permission.RECORD_CONTACT))
        return policies.acknowledge(actor, where, issue=issue, at=moment(day.year, day.month, day.day), **words)

    for issue, day, why in (
        (one, date(2010, 8, 31), "not in force yet"),
        (one, date(2010, 10, 1), "Version 2 has taken the place of this one"),
        (two, date(2010, 9, 30), "not in force yet"),
    ):
        with pytest.raises(Refused, match=why):
            read(alice, issue, day)
    with pytest.raises(Refused, match="cannot be in the future"):
        read(alice, one, FIRST, acknowledged_at=moment(2010, 9, 2))
    with pytest.raises(NotAllowed):
        read(SYSTEM, one, FIRST)
    first = read(alice, one, FIRST)
    assert read(alice, one, date(2010, 9, 30)).pk == first.pk, "once is enough"
    assert read(carol, one, date(2010, 9, 30)).user_id == world.users["carol"].pk
    assert read(alice, two, date(2010, 10, 1)).pk != first.pk
    policies.withdraw_policy(sam, other.policy, on=date(2010, 9, 20), reason="Over", at=moment(2010, 9, 19))
    other.refresh_from_db()
    withdrawn = PolicyIssue.objects.select_related("policy").get(pk=other.pk)
    assert read(alice, withdrawn, date(2010, 9, 19)).issue_id == other.pk
    with pytest.raises(Refused, match="This policy was withdrawn"):
        read(carol, withdrawn, date(2010, 9, 20))

    # On the page of the manager: whose version it is, and who else is asked. Those who signed on paper are written down.
    today.is_(2010, 10, 4)
    client, where = browser("sam"), [SERVICE, one.policy_id]
    page = client.get(reverse("oversight:policy", args=where))
    assert rows_of(page, "Have not read it yet (2)") == ["Bob Lennox Tendring", "Carol Reed Colchester"]
    assert "Have read it (1) Alice Marsh" in words_of(page)
    assert options_are(client.get(reverse("oversight:policy_signed", args=where))) == ["Bob Lennox", "Carol Reed"]
    both = {"users": [world.users["bob"].pk, world.users["carol"].pk]}
    for day in ("30/9/2010", "5/10/2010"):
        assert "There is a problem" in turned_down(client, "oversight:policy_signed", *where, **both, on=day), day
    assert "Recorded: 2 have read version 2." in told(client, "oversight:policy_signed", *where, **both, on="1/10/2010")
    signed = Acknowledgement.objects.filter(issue=two).exclude(user=world.users["alice"])
    assert {(row.user_id, row.acknowledged_at, row.recorded_at) for row in signed} == {
        (world.users[who].pk, moment(2010, 10, 1, 12), today.now) for who in ("bob", "carol")
    }
    assert "Everybody in post has read it." in opened(client, "oversight:policy", *where)
    kept = issued("Third", on=date(2010, 10, 4), version="1")
    one_of_them = {"users": [world.users["bob"].pk], "on": "4/10/2010"}
    assert "Recorded: 1 has read version 1." in told(
        client, "oversight:policy_signed", SERVICE, kept.policy_id, **one_of_them
    )
    assert Acknowledgement.objects.get(issue=kept).acknowledged_at == today.now, "not at noon, which is still to come"
    for gone in (
        other.policy_id,
        policies.keep_policy(sam, WHOLE, service=SERVICE, title="Empty", owner="C", at=today.now).pk,
    ):
        assert client.get(reverse("oversight:policy_signed", args=[SERVICE, gone])).status_code == 404


def options_are(answer: Any) -> list[str]:
    """The boxes of the form, in their order, as they are offered before anything was sent."""
    page = answer.content.decode()
    assert "There is a problem" not in page
    labels = re.findall(
        r'<label class="govuk-label govuk-checkboxes__label"[^>]*>\s*(.*?)\s*</label>', page, flags=re.DOTALL
    )
    return [" ".join(re.sub(r"<[^>]+>", " ", label).split()) for label in labels]


@pytest.mark.row("ESX-PSA-2.12")
def test_the_register_can_be_sorted_narrowed_and_searched(world: World, browser: Browser, today: Today) -> None:
    today.is_(2011, 9, 2)
    for title, day in (("Zeal", FIRST), ("Lone working", date(2010, 9, 2)), ("Safe visits", date(2010, 8, 1))):
        issued(title, on=day)
    for number in range(3):
        issued(f"More {number}", on=date(2011, 9, 1))
    issued("To come", on=date(2011, 9, 3))
    client, address = browser("sam"), reverse("oversight:policies", args=[SERVICE])
    posted(browser("alice"), "practice:policy", PolicyIssue.objects.get(policy__title="Safe visits").pk, read="on")
    page = client.get(address)
    assert heads_of(page, "policies") == {
        "Policy": "sorts", "Owner": "sorts", "Version": "", "Issued": "sorts", "Review due": "sorts", "Read by": "sorts",
    }  # fmt: skip
    rows = rows_of(page, "policies")
    assert [row.split(" Education")[0] for row in rows] == [
        "Lone working",
        "More 0",
        "More 1",
        "More 2",
        "Safe visits",
        "Zeal",
    ]
    assert rows[0].endswith("2 September 2011 0 of 3 acknowledged"), "on the day itself the review is not overdue"
    assert rows[-1].endswith("1 September 2011 Overdue 0 of 3 acknowledged")
    assert rows[4].endswith("Overdue 1 of 3 acknowledged")
    assert len(rows_of(client.get(f"{address}?review=overdue"), "policies")) == 2
    assert options_of(page, "review") == ["All", "Overdue"]
    assert in_order_of(client, address, "policies", "Read by", down=True)[0].startswith("Safe visits")
    assert in_order_of(client, address, "policies", "Issued")[0].startswith("Safe visits")
    assert [row.split(" E")[0] for row in searched(client, page, "zeal", "policy")] == ["Zeal"]
    assert "To come" not in words_of(page).split("No version in force yet")[0]
    file = client.get(address, {"download": "csv"}).content.decode("utf-8-sig").splitlines()
    assert file[0] == "Policy,Owner,Version,Issued,Review due,Read by"
    assert len(file) == 7
    mine = rows_of(browser("alice").get(reverse("practice:policies")), "policies")
    assert mine[-1].endswith("Read 2 September 2011"), "what is still to be read comes first"
    assert [row.endswith("To read") for row in mine] == [True] * 5 + [False]
    assert all(
        row.endswith("To read") for row in rows_of(browser("carol").get(reverse("practice:policies")), "policies")
    )
    asked = browser("alice").get(reverse("practice:policy", args=[PolicyIssue.objects.get(policy__title="Zeal").pk]))
    assert "There is a problem" not in words_of(asked)


# 1.5


@pytest.mark.row("ESX-PSA-1.5")
def test_what_an_action_or_a_change_of_a_post_cannot_say_is_refused(
    world: World, browser: Browser, today: Today, sam: Actor
) -> None:
    client, day = browser("sam"), date(2010, 10, 1)
    fits: dict[str, Any] = {"what": "Ask schools", "owner": "Service manager", "due_on": day, "at": today.now}
    made = commands.plan_action(sam, WHOLE, service=SERVICE, **fits, started_on=day, done_on=day)
    assert (made.revision, made.done_on) == (1, day), "begun and done on one day"
    before = day - timedelta(days=1)
    for wrong, field in (
        ({"what": " "}, "what"),
        ({"owner": " "}, "owner"),
        ({"started_on": day, "done_on": before}, "done_on"),
        ({"done_on": day, "dropped_on": day}, "dropped_on"),
    ):
        refused_for(field, lambda w=wrong: commands.change_action(sam, made, **fits | w, revision=1))  # type: ignore[misc]
        if "dropped_on" not in wrong:
            refused_for(field, lambda w=wrong: commands.plan_action(sam, WHOLE, service=SERVICE, **fits | w))  # type: ignore[misc]
    for revision in (1, 2):
        made = commands.change_action(sam, made, **fits, started_on=day, done_on=None, revision=revision)
        assert made.revision == revision + 1
    with pytest.raises(ChangedMeanwhile):
        commands.change_action(sam, made, **fits, revision=2)
    where = ["oversight:plan_action", SERVICE, made.pk]
    form = client.get(reverse(where[0], args=where[1:])).content.decode()
    assert re.search(r'<input[^>]*type="hidden"[^>]*name="revision"[^>]*value="3"', form), (
        "nobody is asked for a version"
    )
    assert "There is a problem" not in form
    strange = PlanAction.objects.exclude(service=SERVICE)[0]
    assert client.get(reverse(where[0], args=[SERVICE, strange.pk])).status_code == 404, "of another service"
    typed = {"what": "Ask schools", "owner": "Service manager", "due_on": "1/10/2010", "revision": 3}
    both = turned_down(client, *where, **typed, done_on="1/10/2010", dropped_on="1/10/2010")
    assert "It cannot be both done and dropped." in both
    posted(client, *where, **typed, dropped_on="2/10/2010")
    for on, status in ((1, "Not started"), (2, "Dropped")):
        today.is_(2010, 10, on)
        assert status in rows_of(client.get(reverse("oversight:plan", args=[SERVICE])), "Actions")[0], on

    def change(role_from: str = "Advisor", role_to: str = "Worker", **words: Any) -> PostChange:
        told_ = {"effective_on": day, "action": made, **words}
        return commands.plan_post_change(
            sam, WHOLE, service=SERVICE, role_from=role_from, role_to=role_to, **told_, at=today.now
        )

    for names, field in (
        (("Advisor", " "), "role_to"),
        (("", "Worker"), "role_from"),
        (("Worker", " Worker "), "role_to"),
    ):
        refused_for(field, lambda n=names: change(*n))  # type: ignore[misc]
    first = change(note="Two posts.")
    again = change(" Advisor ", " Worker ", note="From April.")
    assert again.pk == first.pk
    assert "Two posts." in again.note
    assert "From April." in again.note
    others = [change(effective_on=before), change(action=None), change(role_to="Lead"), change("Senior")]
    assert len({first.pk, *(one.pk for one in others)}) == 5
    page = client.get(reverse("oversight:post_change_new", args=[SERVICE]))
    assert options_of(page, "action") == ["None", "Ask schools"]
    assert "There is a problem" not in words_of(page)
    assert re.search(r'name="role_from"[^>]*value="Parent Support Advisor"', page.content.decode())
    changes = rows_of(client.get(reverse("oversight:plan", args=[SERVICE])), "Posts that change")
    assert changes[0] == "Advisor Worker 30 September 2010 Ask schools"
    assert "Advisor Worker 1 October 2010 –" in changes
    answer = {"role_from": "Advisor", "role_to": "Coach", "effective_on": "1/10/2010", "action": made.pk}
    posted(client, "oversight:post_change_new", SERVICE, **answer)
    assert PostChange.objects.get(role_to="Coach").action_id == made.pk
    same = turned_down(client, "oversight:post_change_new", SERVICE, **answer | {"role_to": "Advisor"})
    assert "It becomes what it is now." in same
    assert "Add an action" in opened(client, "oversight:plan", SERVICE)
    assert "Add an action" not in opened(browser("dave"), "oversight:plan", SERVICE)
