"""Scores and contacts of the Essex advisors: what a sheet of a course and a case take, refuse and show. Clauses 1.1 and 1.2."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.tasks import commands as tasks
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.commands.contacts import AlreadyRecorded
from fingerpost.work.casework.models import Contact
from fingerpost.work.groups import commands as groups
from fingerpost.work.groups.models import Booking, Waiting
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.outcomes.models import Administration
from tests.fixtures.browsing import Browser, Today, opened, posted, rows_of, turned_down
from tests.fixtures.cases import allocated, supervised
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.groups import agreed_run, proposed_run
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.django_db
SHEET = "practice:measures"


# 1.2


@pytest.mark.row("ESX-PSA-1.2")
def test_a_sheet_takes_scores_of_those_with_a_place_and_keeps_what_was_typed(
    world: World, browser: Browser, today: Today, alice: Actor
) -> None:
    today.is_(2010, 9, 14)
    client, run = browser("alice"), agreed_run(world)
    other = agreed_run(world, area="tendring")
    pat, sue, gone = (household(name).parent for name in ("Orchard", "Pear", "Gone"))
    for person in (pat, sue, gone):
        groups.book(alice, run, person=person, at=moment(2010, 9, 1))
    groups.book(alice, other, person=pat, at=moment(2010, 9, 1))
    groups.cancel(alice, Booking.objects.get(run=run, person=gone), at=moment(2010, 9, 2))

    def sheet(point: str = "start", of: Any = run) -> str:
        return client.get(reverse(SHEET, args=[of.ref, point])).content.decode()

    def box(page: str, person: Any, outcome: str = "behaviour") -> str:
        (found,) = re.findall(rf'<input[^>]*name="s-{person.pk}-{outcome}"[^>]*>', page)
        value = re.search(r'value="([^"]*)"', found)
        return value[1] if value else ""

    page = sheet()
    assert "There is a problem" not in page
    assert re.search(r'name="taken_on"[^>]*value="14/9/2010"', page), "the first day"
    assert re.search(r'name="taken_on"[^>]*value="14/9/2010"', sheet("end")), "today, as the last day is still to come"
    assert f"s-{gone.pk}-" not in page, "whoever gave their place back is not asked"
    assert (box(page, pat), box(page, sue)) == ("", "")
    for point, of in (("middle", run), ("start", proposed_run(world, offer="drop_in"))):
        assert client.get(reverse(SHEET, args=[of.ref, point])).status_code == 404, point
    where, day = [SHEET, run.ref, "start"], {"taken_on": "14/9/2010"}
    assert "Enter at least one score." in turned_down(client, *where, **day)
    assert "must be on or before 14 September 2010" in turned_down(
        client, *where, taken_on="15/9/2010", **{f"s-{pat.pk}-behaviour": "3"}
    )
    refused = client.post(
        reverse(SHEET, args=where[1:]), {**day, f"s-{pat.pk}-behaviour": "20.5", f"s-{sue.pk}-behaviour": "7"}
    ).content.decode()
    assert "must be a number from 0 to 20" in refused
    assert (box(refused, pat), box(refused, sue)) == ("20.5", "7"), "what was typed stays"
    assert not Administration.objects.filter(episode_id=run.pk).exists(), "all or none"
    posted(client, *where, **day, **{f"s-{pat.pk}-behaviour": "0", f"s-{sue.pk}-behaviour": "20"})
    posted(client, SHEET, other.ref, "start", **day, **{f"s-{pat.pk}-behaviour": "11"})
    page = sheet()
    assert (box(page, pat), box(page, sue), box(sheet(of=other), pat)) == ("0", "20", "11")
    assert (box(page, pat, "learning_engagement"), box(sheet("end"), pat)) == ("", "")
    posted(client, *where, **day, **{f"s-{pat.pk}-behaviour": "12.5"})
    page = sheet()
    assert (box(page, pat), box(page, sue), box(sheet(of=other), pat)) == ("12.5", "20", "11"), (
        "corrected, each in its place"
    )
    assert Administration.objects.filter(episode_id=run.pk, person=pat).count() == 1
    kept = Administration.objects.get(episode_id=run.pk, person=pat)
    assert (kept.point, kept.score, kept.taken_on, kept.recorded_at) == (
        "start",
        Decimal("12.5"),
        date(2010, 9, 14),
        today.now,
    )
    today.is_(2010, 12, 15)
    assert re.search(r'name="taken_on"[^>]*value="14/12/2010"', sheet("end")), "the last day of the course"
    posted(client, *where, taken_on="14/12/2010", **{f"s-{pat.pk}-behaviour": "12"})
    after = {f"s-{pat.pk}-behaviour": "12", f"s-{sue.pk}-learning_engagement": "9"}
    posted(client, SHEET, run.ref, "end", taken_on="14/12/2010", **after)
    page = client.get(reverse("practice:run", args=[run.ref]))
    people = {row.split(" ")[1]: row for row in rows_of(page, "people") if row.startswith("Pat ")}
    assert "12 to 12, same" in people["Orchard"]
    assert "20 to no score" in people["Pear"]
    assert "No score to 9" in people["Pear"]
    assert "Not measured" in people["Orchard"]
    assert (box(sheet(), pat), box(sheet("end"), pat)) == ("12", "12")


@pytest.mark.row("ESX-PSA-1.2")
def test_the_rules_of_a_sheet_hold_without_the_page(world: World, alice: Actor) -> None:
    run, other, pat = agreed_run(world), agreed_run(world), household("Orchard").parent
    groups.book(alice, run, person=pat, at=moment(2010, 9, 1))

    def measure(of: Any = run, point: str = "start", day: date = run.starts_on, outcome: str = "behaviour") -> int:
        scores = {pat.pk: {outcome: Decimal(8)}}
        return len(groups.measure(alice, of, point=point, taken_on=day, scores=scores, at=moment(2010, 12, 31)))

    one = timedelta(days=1)
    for words, given in (
        ("The group ended on 14 December 2010", {"day": run.ends_on + one}),
        ("The group began on 14 September 2010", {"point": "end", "day": run.starts_on - one}),
        ("no place on this run", {"of": other}),
        ("does not work towards sleep", {"outcome": "sleep"}),
        ("cannot be in the future", {"point": "end", "day": date(2011, 1, 1)}),
    ):
        with pytest.raises(Refused, match=words):
            measure(**given)  # type: ignore[arg-type]
    assert measure(day=run.ends_on) == 1, "a start until the last day"
    assert measure(point="end") == 1, "an end from the first"
    assert measure(day=run.starts_on - one) == 1, "before the course began they may have been asked"


@pytest.mark.row("ESX-PSA-1.2")
def test_a_place_given_back_goes_to_whoever_is_first_in_line_for_it(world: World, alice: Actor) -> None:
    at = moment(2010, 9, 2)
    run, other = agreed_run(world, places=1), agreed_run(world, places=1, area="colchester")
    people = [household(f"Parent{number}").parent for number in range(4)]
    for course in (run, other):
        groups.advertise(SYSTEM, course, at=at)
    booking = groups.book(alice, run, person=people[0], at=at)
    elsewhere = groups.book(SYSTEM, other, person=people[3], at=at)
    first = groups.wait(alice, run, person=people[1], at=at + timedelta(hours=1))
    second = groups.wait(alice, run, person=people[2], at=at + timedelta(hours=2))
    beside = groups.wait(SYSTEM, other, person=people[2], at=at)
    (given,) = groups.cancel(alice, booking, at=moment(2010, 9, 3))
    assert given.person_id == people[1].pk
    assert groups.cancel(alice, booking, at=moment(2010, 9, 4)) == [], "twice changes nothing"
    booking.refresh_from_db()
    assert booking.cancelled_at == moment(2010, 9, 3)
    for line, ended in ((first, moment(2010, 9, 3)), (second, None), (beside, None)):
        line.refresh_from_db()
        assert line.ended_at == ended
    (again,) = groups.cancel(alice, given, at=moment(2010, 12, 14))
    assert again.person_id == people[2].pk, "until the last day of the course"
    groups.cancel(SYSTEM, elsewhere, at=moment(2011, 5, 1))
    assert Waiting.objects.get(pk=beside.pk).ended_at is None, "once it is over nobody gets a place"


# 1.1


@pytest.mark.row("ESX-PSA-1.1")
def test_a_contact_that_cannot_have_been_is_refused_and_the_case_knows_its_last(
    world: World, alice: Actor, today: Today
) -> None:
    case, other = (
        allocated(world, at=moment(2010, 9, 20)),
        allocated(world, home=household("Other"), at=moment(2010, 9, 20)),
    )
    at = moment(2010, 10, 1)

    def contact(of: Any = case, **words: Any) -> Contact:
        told_ = {"kind": "casework_session", "happened_at": at, "minutes": 60, "at": at, **words}
        return casework.record_contact(alice, of, **told_)

    for wrong, field in (
        ({"kind": "no_such_kind"}, "kind"),
        ({"happened_at": at + timedelta(minutes=1)}, "happened_at"),
        ({"happened_at": moment(2010, 9, 19, 23)}, "happened_at"),
        ({"minutes": -1}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"next_due_on": date(2010, 9, 30)}, "next_due_on"),
    ):
        with pytest.raises(Refused) as refusal:
            contact(**wrong)
        assert refusal.value.field == field, wrong
    with pytest.raises(NotAllowed):
        casework.record_contact(SYSTEM, case, kind="casework_session", happened_at=at, minutes=60, at=at)
    assert not Contact.objects.filter(case=case).exists()
    first = contact(next_due_on=date(2010, 10, 1))
    assert first.scope_keys == case.scope_keys
    assert contact().pk == first.pk, "word for word the same is the same"
    with pytest.raises(AlreadyRecorded):
        contact(minutes=30)
    assert contact(minutes=30, is_another=True).pk != first.pk
    assert contact(other).pk != first.pk, "of another family"
    assert contact(happened_at=moment(2010, 9, 20), minutes=0).minutes == 0, "on the day it was opened"
    assert contact(happened_at=moment(2010, 9, 21), minutes=1440, next_due_on=date(2010, 10, 8)).minutes == 1440
    case.refresh_from_db()
    assert (case.last_contact_at, case.next_due_on) == (at, date(2010, 10, 8)), "what was earlier is not the last"
    assert contact(next_due_on=date(2010, 10, 7)).pk == first.pk, "the same contact with another day for the next"
    case.refresh_from_db()
    assert case.next_due_on == date(2010, 10, 7)
    supervised(world, case, at=moment(2010, 10, 4))
    casework.close(alice, case, reason="needs_met", outcomes_met="fully", at=moment(2010, 10, 5))
    later = moment(2010, 10, 6)
    assert contact(happened_at=moment(2010, 10, 5, 17), at=later).pk, "until the end of its last day"
    with pytest.raises(Refused, match="The case was closed on 5 October 2010"):
        contact(happened_at=moment(2010, 10, 6, 0, 30), at=later)


@pytest.mark.row("ESX-PSA-1.1")
def test_a_score_at_the_end_comes_after_the_one_at_the_start_of_the_same_work(
    world: World, browser: Browser, today: Today, alice: Actor
) -> None:
    home, other = household("Field"), household("Other")
    case, beside = (allocated(world, home=one, at=moment(2010, 9, 20)) for one in (home, other))
    client = browser("alice")
    tasks.raise_task(SYSTEM, case, service=SERVICE, kind="ring", title="Ring the school", due_on=date(2010, 11, 1),
                     owner=world.users["alice"], ref=case.ref, family_id=home.family.pk, at=moment(2010, 9, 20))  # fmt: skip
    tasks.raise_task(SYSTEM, beside, service=SERVICE, kind="ring", title="Ring the doctor", due_on=date(2010, 11, 1),
                     owner=world.users["alice"], ref=beside.ref, family_id=other.family.pk, at=moment(2010, 9, 20))  # fmt: skip

    def score(of: Any, point: str, day: date, **words: Any) -> Administration:
        whose = home.parent if of is case else other.parent
        told_ = {"completed_by": "Pat", "answers": dict.fromkeys(QUESTIONS, 3), **words}
        return outcomes.administer(
            alice, whose, service=SERVICE, instrument="how_things_are", point=point, taken_on=day, episode_kind="case",
            episode_id=of.pk, source="casework", beside=of.scope, at=moment(2010, 11, 12), **told_,
        )  # fmt: skip

    for wrong, field in (
        ({"day": date(2010, 11, 13)}, "taken_on"),
        ({"completed_by": " "}, "completed_by"),
        ({"instrument": "no_such"}, "instrument"),
    ):
        with pytest.raises((Refused, TypeError)):
            score(case, "start", wrong.pop("day", date(2010, 10, 1)), **wrong)  # type: ignore[arg-type]
        assert field
    score(beside, "start", date(2010, 11, 11))
    start = score(case, "start", date(2010, 10, 4))
    assert set(start.scope_keys) >= case.scope.keys, "whoever works with the family reads it"
    with pytest.raises(Refused):
        score(case, "end", date(2010, 10, 3))
    today.is_(2010, 11, 12)
    open_still = opened(client, "practice:case_close", case.ref)
    gap = "no score at the end"
    assert open_still.count(gap) == 2, "of how things are, and of part in schooling"
    assert "Ring the school" in open_still
    assert "Ring the doctor" not in open_still
    end = score(case, "end", date(2010, 10, 4))
    assert end.score == 18
    assert opened(client, "practice:case_close", case.ref).count(gap) == 1
    assert opened(client, "practice:case_close", beside.ref).count(gap) == 2, "that is another family's"


QUESTIONS = ("rest", "mornings", "enjoyed", "someone", "coped", "look_ahead")
