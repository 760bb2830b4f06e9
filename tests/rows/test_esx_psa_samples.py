"""Random samples at their edges: what may be drawn, which draws stand side by side, and what is read of them. Clause 4.2."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.places.models import Area, area_key
from fingerpost.proof.quality import commands as quality
from fingerpost.proof.quality.models import Finding, Sample
from fingerpost.proof.quality.queries import items_of
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case, Contact
from tests.fixtures.browsing import Browser, Today, heads_of, opened, options_of, posted, rows_of, turned_down
from tests.fixtures.cases import allocated
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.django_db
AT = moment(2010, 12, 31)
OCTOBER = date(2010, 10, 1), date(2010, 10, 31)
NOVEMBER = date(2010, 11, 1), date(2010, 11, 30)


@pytest.fixture(autouse=True)
def at_the_end_of_december(today: Today) -> None:
    today.now = AT


@pytest.fixture
def cases(world: World) -> dict[str, Case]:
    """Three cases, each with a session on the first and the last day of October and in November."""
    made = {}
    for name, locality in (("Inside", "tendring"), ("Hidden", "tendring"), ("West", "harlow_fields")):
        case = allocated(world, home=household(name), at=moment(2010, 9, 1))
        Case.objects.filter(pk=case.pk).update(home_area_id=area_key(SERVICE, locality))
        for at in (moment(2010, 10, 1), moment(2010, 10, 31), moment(2010, 11, 10)):
            casework.record_contact(
                world.actor("alice"), case, kind="casework_session", happened_at=at, minutes=30, at=AT
            )
        made[name] = case
    return made


def drawn(actor: Actor, agreement: Agreement, days: tuple[date, date] = OCTOBER, **asked: Any) -> Sample:
    told = {"population": "session", "size": 12, "seed": 1} | asked
    return quality.draw(actor, agreement, period_from=days[0], period_to=days[1], **told, at=AT)


def keys(sample: Sample) -> set[str]:
    return {one.item.key for one in items_of(sample)}


def assurer() -> Client:
    user = User.objects.create_user("audrey@example.org", name="Audrey Finch")
    Grant.objects.create(user=user, role="quality_assurer", reach="service", service=SERVICE)
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.row("ESX-PSA-4.2.2")
def test_draws_of_other_days_parts_and_kinds_stand_side_by_side(
    agreement: Agreement, sam: Actor, world: World, cases: dict[str, Case]
) -> None:
    west, north_east = world.area("west"), world.area("north_east")
    october = drawn(sam, agreement)
    assert [one.item.place for one in items_of(october)] == list(range(1, 7))
    november = drawn(sam, agreement, NOVEMBER)
    by_case = drawn(sam, agreement, population="case")
    standing = Sample.objects.filter(agreement=agreement, set_aside_at=None)
    assert set(standing) == {october, november, by_case}, "from the day after, and of another kind"
    assert drawn(sam, agreement) == october, "the same draw again is the one that stands"
    for other in (
        {"seed": 2},
        {"size": 11},
        {"area": west},
        {"days": (date(2010, 10, 31), date(2010, 10, 31))},
        {"days": (date(2010, 9, 1), date(2010, 10, 1))},
    ):
        with pytest.raises(Refused, match="Say why another one is drawn"):
            drawn(sam, agreement, **other)
    parts = [
        drawn(sam, agreement, area=west, reason="By quadrant"),
        drawn(sam, agreement, area=north_east),
    ]
    october.refresh_from_db()
    assert (october.set_aside_reason, parts[0].instead_of, parts[1].instead_of) == ("By quadrant", october, None)
    both = drawn(sam, agreement, (date(2010, 10, 1), date(2010, 11, 30)), reason="All of it")
    assert set(standing.all()) == {both, by_case}, "every draw of those days is set aside"
    assert {
        one.set_aside_reason for one in Sample.objects.filter(pk__in=[november.pk, *(one.pk for one in parts)])
    } == {"All of it"}
    assert quality.set_aside(sam, parts[0], reason="All of it", at=AT).set_aside_at == AT, "twice changes nothing"
    with pytest.raises(Refused, match="set aside already"):
        quality.set_aside(sam, parts[0], reason="Another reason", at=AT)


@pytest.mark.row("ESX-PSA-4.2.2")
def test_what_is_restricted_is_not_drawn_and_every_session_by_a_name_of_its_own(
    agreement: Agreement, sam: Actor, world: World, cases: dict[str, Case]
) -> None:
    inside, hidden, west = (cases[name] for name in ("Inside", "Hidden", "West"))
    first = Contact.objects.filter(case=inside).earliest("happened_at")
    casework.record_contact(
        world.actor("alice"), inside, kind="casework_session", happened_at=first.happened_at, minutes=45,
        is_another=True, at=AT,
    )  # fmt: skip
    Case.objects.filter(pk=hidden.pk).update(restricted=True)
    Contact.objects.filter(case=west, happened_at__month=10, happened_at__day=1).update(restricted=True)
    late = allocated(world, home=household("Late"), at=moment(2010, 11, 1, 0))
    sessions = keys(drawn(sam, agreement))
    assert len(sessions) == 4
    assert {key.split("/")[0] for key in sessions} == {inside.ref, west.ref}
    assert sum(key.startswith(f"{inside.ref}/2010-10-01T10:00") for key in sessions) == 2, "two at one time are two"
    assert keys(drawn(sam, agreement, population="case")) == {inside.ref, west.ref}, "one was opened the day after"
    assert late.ref in keys(drawn(sam, agreement, NOVEMBER, population="case"))
    one_day = (date(2010, 10, 31), date(2010, 10, 31))
    assert len(keys(drawn(sam, agreement, one_day, reason="One day"))) == 2
    assert drawn(sam, agreement, (date(2010, 12, 31), date(2010, 12, 31)), population="case", size=1).size == 1
    elsewhere = Area.objects.create(
        key="another_service/elsewhere", code="elsewhere", name="Elsewhere", scheme="another_service", level="quadrant"
    )
    for days, wrong, field in (
        ((date(2010, 10, 2), date(2010, 10, 1)), {}, "period_to"),
        ((date(2010, 12, 1), date(2011, 1, 1)), {}, "period_to"),
        (NOVEMBER, {"population": "family"}, "population"),
        (NOVEMBER, {"area": elsewhere}, "area"),
        (NOVEMBER, {"area": world.area("tendring")}, "area"),
        (NOVEMBER, {"size": 0}, "size"),
    ):
        with pytest.raises(Refused) as refusal:
            drawn(sam, agreement, days, **wrong)
        assert refusal.value.field == field


@pytest.mark.row("ESX-PSA-4.2.2")
def test_what_was_found_stands_in_the_form_and_is_hidden_once_the_record_is_restricted(
    agreement: Agreement, sam: Actor, browser: Browser, cases: dict[str, Case], today: Today
) -> None:
    sample, other = drawn(sam, agreement, NOVEMBER), drawn(sam, agreement, population="case")
    audrey, looked = assurer(), items_of(sample)
    where = reverse("oversight:audit_item", args=[sample.ref, looked[0].item.pk])
    assert audrey.get(reverse("oversight:audit_item", args=[other.ref, looked[0].item.pk])).status_code == 404
    form = audrey.get(where).content.decode()
    assert re.search(r'<input[^>]*type="hidden"[^>]*name="revision"[^>]*value="0"', form)
    told = {"grade": "good", "note": "Aims are clear.", "lesson": "Write aims.", "revision": 0}
    assert audrey.post(where, told).status_code == 302
    form = audrey.get(where).content.decode()
    for kept in ('value="good"', "Aims are clear.", "Write aims."):
        assert kept in form
    assert re.search(r'name="revision"[^>]*value="1"', form)
    assert re.search(r'value="good"[^>]*checked', form)
    assert (
        "Somebody else wrote a finding while you did" in audrey.post(where, told | {"note": "Late."}).content.decode()
    )
    with pytest.raises(ChangedMeanwhile):
        quality.record_finding(SYSTEM, looked[0].item, grade="good", note="Late.", revision=0, at=AT)
    with pytest.raises(Refused) as refusal:
        quality.record_finding(SYSTEM, looked[0].item, grade="splendid", note="", revision=1, at=AT)
    assert refusal.value.field == "grade"
    assert audrey.post(where, told | {"grade": "to_improve", "revision": 1}).status_code == 302
    (finding,) = Finding.objects.filter(item__sample=sample)
    assert (finding.grade, finding.revision, finding.item) == ("to_improve", 2, looked[0].item)
    assert "Aims are clear." in opened(browser("sam"), "oversight:sample", sample.ref)
    said = f"Sample {sample.ref}: 2 of 3 not read"
    assert said in opened(browser("sam"), "oversight:contract", SERVICE)
    assert f"Sample {other.ref}: 3 of 3 not read" in opened(browser("sam"), "oversight:contract", SERVICE)
    contact = Contact.objects.get(pk=looked[0].item.record_id)
    for model, pk in ((Contact, contact.pk), (Case, contact.case_id)):
        model.objects.filter(pk=pk).update(restricted=True)
        assert "Aims are clear." not in opened(browser("sam"), "oversight:sample", sample.ref), model
        assert "Aims are clear." not in audrey.get(where).content.decode()
        model.objects.filter(pk=pk).update(restricted=False)
    assert "Aims are clear." in opened(browser("sam"), "oversight:sample", sample.ref)


@pytest.mark.row("ESX-PSA-4.2.2")
def test_the_list_and_the_form_of_samples(
    agreement: Agreement, browser: Browser, cases: dict[str, Case], today: Today
) -> None:
    sam, today.now = browser("sam"), moment(2010, 12, 20)
    Area.objects.create(
        key="another_service/elsewhere", code="elsewhere", name="Elsewhere", scheme="another_service", level="quadrant"
    )
    form = sam.get(reverse("oversight:sample_new", args=[SERVICE]))
    quadrants = Area.objects.filter(scheme=SERVICE, parent=None).order_by("name").values_list("name", flat=True)
    assert options_of(form, "area") == ["Everywhere", *quadrants]
    markup = form.content.decode()
    days = [re.findall(rf'name="period_{end}"[^>]*value="([^"]*)"', markup) for end in ("from", "to")]
    assert days == [["1/10/2010"], ["20/12/2010"]], "the return under way, as far as it has come"
    told = {"population": "session", "period_from": "1/10/2010", "period_to": "31/10/2010", "seed": "7", "size": "2"}
    posted(sam, "oversight:sample_new", SERVICE, **told, area="west")
    sample = Sample.objects.get(agreement=agreement)
    assert sample.area.code == "west"
    again = turned_down(sam, "oversight:sample_new", SERVICE, **told | {"seed": "8"}, area="west")
    assert "Say why another one is drawn" in again
    page = sam.get(reverse("oversight:samples", args=[SERVICE]))
    assert heads_of(page, "sample") == {
        "Sample": "", "Drawn from": "sorts", "Period": "sorts", "Drawn on": "sorts", "Drawn by": "sorts",
        "Size": "sorts number", "Status": "sorts",
    }  # fmt: skip
    (line,) = rows_of(page, "sample")
    assert line.startswith(
        f"{sample.ref} Casework sessions, West 1 October 2010 to 31 October 2010 20 Dec 2010 Sam Otley"
    )
    sheet = opened(sam, "oversight:sample", sample.ref)
    assert cases["West"].ref in sheet, "the manager may see which they are"
    assert cases["West"].ref not in opened(browser("dave"), "oversight:sample", sample.ref)
    assert "Open to the assurer Until 31 January 2011" in sheet
    today.now = moment(2011, 1, 31)
    assert "Open to the assurer Until 31 January 2011" in opened(sam, "oversight:sample", sample.ref)
    posted(sam, "oversight:sample_set_aside", sample.ref, reason="Drawn too early")
    assert "Open to the assurer No longer" in opened(sam, "oversight:sample", sample.ref)
