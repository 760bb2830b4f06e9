"""What goes with a return: case studies and barriers. Clause 4.1."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import returns_of
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area, area_key
from fingerpost.ground.tasks.models import Task
from fingerpost.people.consent import commands as consents
from fingerpost.people.consent.models import Consent
from fingerpost.people.families import commands as families
from fingerpost.people.schooling.models import Enrolment, School
from fingerpost.proof.quality import commands as quality
from fingerpost.proof.returns import commands
from fingerpost.proof.returns.document import document_of
from fingerpost.proof.returns.models import Return
from fingerpost.work.casework.models import Case
from tests.fixtures.browsing import Browser, Today, rows_of
from tests.fixtures.cases import allocated
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.returns import approved_studies
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.django_db
HEADINGS = ("outcomes", "delivery", "performance_targets", "barriers")
AT = moment(2010, 12, 31)
DECEMBER = date(2010, 12, 31)


@pytest.fixture(autouse=True)
def at_the_end_of_december(today: Today) -> None:
    today.now = AT


def december(agreement: Agreement, sam: Actor) -> Return:
    """The December return, every heading written."""
    due = next(one for one in returns_of(agreement) if one.due == DECEMBER)
    made = commands.assemble(sam, agreement, due=due, at=AT)
    for heading in HEADINGS:
        commands.write_narrative(sam, made, heading=heading, text=f"About {heading}.", revision=1, at=AT)
    return made


def agreed(case: Case, at: datetime = AT) -> None:
    consents.answer(SYSTEM, case.family, kind="case_study", answer="given", answered_at=at, at=at)


# --- 4.1.4 Case studies ---


@pytest.mark.row("ESX-PSA-4.1.4")
def test_four_four_three_and_four_studies_are_one_short_in_the_third_quadrant(
    agreement: Agreement, sam: Actor, browser: Browser, world: World, alice: Actor, bob: Actor
) -> None:
    made = december(agreement, sam)
    third = "south"
    approved_studies(agreement, DECEMBER, {"mid": 4, "north_east": 4, third: 3, "west": 4})
    drafted = allocated(world, home=household("Draft"), at=moment(2010, 10, 1))
    Case.objects.filter(pk=drafted.pk).update(home_area_id=area_key(SERVICE, "canvey_shore"))
    drafted.refresh_from_db()
    commands.write(alice, drafted, title="Not offered yet", text="A draft.", at=AT)
    page = browser("sam").get(reverse("oversight:return", args=[made.ref])).content.decode()
    assert "1 missing: South" in page, "a draft does not count"
    answer = browser("sam").post(reverse("oversight:return_submit", args=[made.ref]))
    assert answer.status_code == 200
    assert "1 missing: South" in answer.content.decode()
    made.refresh_from_db()
    assert made.submitted_at is None

    # The sixteenth, by the whole way: written, consent asked, offered, approved by somebody else.
    case = allocated(world, home=household("Quill"), at=moment(2010, 10, 1))
    Case.objects.filter(pk=case.pk).update(home_area_id=area_key(SERVICE, "canvey_shore"))
    case.refresh_from_db()
    study = commands.write(alice, case, title="A calmer morning", text="The child likes school again.", at=AT)
    with pytest.raises(Refused, match="Ask a parent"):
        commands.offer(alice, study, at=AT)
    agreed(case)
    study = commands.offer(alice, study, at=AT)
    study = commands.approve(bob, study, at=AT)
    assert study.area_id == area_key(SERVICE, third)
    page = browser("sam").get(reverse("oversight:return", args=[made.ref])).content.decode()
    assert "missing" not in page
    assert browser("sam").post(reverse("oversight:return_submit", args=[made.ref])).status_code == 302
    made.refresh_from_db()
    assert made.submitted_at is not None
    shown = browser("dave").get(reverse("oversight:return", args=[made.ref])).content.decode()
    assert shown.count("A calmer morning") == 16
    assert "The child likes school again." in shown
    assert case.ref not in shown, "the case is hidden from the reader"
    assert "Quill" not in shown


@pytest.mark.row("ESX-PSA-4.1.4")
def test_a_study_names_nobody_and_a_second_person_approves_it(
    agreement: Agreement, world: World, alice: Actor, bob: Actor, carol: Actor
) -> None:
    home = household("Quill", children=("Adaline", "A", "Bo", "Will"))
    case = allocated(world, home=home, at=moment(2010, 10, 1))
    agreed(case)
    text = "Adaline of Quay Primary School lives at CO15 4JX. Ring 01255 123456. Mill Lane, Tendring."
    study = commands.write(alice, case, title="Mrs Quill’s story", text=text, at=AT)
    Enrolment.objects.create(
        person=home.child,
        school=world.schools["8815001"],
        since=date(2009, 9, 1),
        recorded_at=AT,
        scope_keys=home.child.scope_keys,
    )
    with pytest.raises(Refused) as refusal:
        commands.offer(alice, study, at=AT)
    for word in ("Quill", "Adaline", "Quay Primary School", "CO15 4JX", "01255 123456", "Mill Lane", "Tendring"):
        assert f"“{word}”" in refusal.value.message
    assert refusal.value.field == "text"
    for code, name in (("8819001", "Fox Primary School"), ("8819002", "Ox Primary School")):
        school = School.objects.create(code=code, name=name, area_id=area_key(SERVICE, "tendring"), calendar="another")
        Enrolment.objects.create(
            person=home.child, school=school, since=date(2008, 9, 1), until=date(2009, 7, 1), recorded_at=AT,
            scope_keys=home.child.scope_keys,
        )  # fmt: skip
    for words, named in (
        ("Bo came.", "Bo"),
        ("Then Will came.", "Will"),
        ("They walked from Quay.", "Quay"),
        ("They walked from Fox.", "Fox"),
        ("Alice came.", "Alice"),
        ("A cart with an Ox will do.", ""),
    ):
        study = commands.rewrite(alice, study, title="A story", text=words, revision=study.revision, at=AT)
        if named:
            with pytest.raises(Refused, match=f"“{named}”"):
                commands.offer(alice, study, at=AT)
        else:
            commands.offer(alice, study, at=AT)
    study.refresh_from_db()
    assert study.offered_at == AT, "nobody is named by a word that anybody writes"
    standing = Task.objects.open().get(kind="case_study_approval", origin_ref=study.ref)
    other = allocated(world, home=household("Reed"), at=moment(2010, 10, 1))
    agreed(other)
    beside = commands.offer(alice, commands.write(alice, other, title="Another", text="It went well.", at=AT), at=AT)
    again = commands.write(alice, other, title=" Another ", text="It went well.", at=AT)
    assert again.pk == beside.pk, "written twice it is one"
    study = commands.rewrite(bob, study, title="A story", text="On a bus.", revision=study.revision, at=AT)
    standing.refresh_from_db()
    assert (standing.outcome, study.written_by_id, study.offered_at) == ("Written anew", bob.id, None)
    assert Task.objects.open().filter(kind="case_study_approval", origin_ref=beside.ref).exists(), "the other one waits"
    with pytest.raises(ChangedMeanwhile):
        commands.rewrite(alice, study, title="A story", text="Overtaken.", revision=study.revision - 1, at=AT)
    commands.approve(bob, beside, at=AT)
    study = commands.rewrite(
        bob, study, title="A story", text="She comes to school on a bus.", revision=study.revision, at=AT
    )
    commands.offer(bob, study, at=AT)
    assert Task.objects.open().filter(kind="case_study_approval", origin_ref=study.ref).count() == 1
    with pytest.raises(Refused, match="somebody else"):
        commands.approve(bob, study, at=AT)
    sam = world.actor("sam")
    # A sister called School joins the family while the study waits: what was nameless names somebody now.
    sister = families.register(SYSTEM, home.family.scope, first_name="School", last_name="Quill", at=AT)
    families.join(SYSTEM, home.family, person=sister, part="child", at=AT)
    with pytest.raises(Refused, match="“school”"):
        commands.approve(sam, study, at=AT)
    study.refresh_from_db()
    study = commands.rewrite(bob, study, title="A story", text="She comes every day.", revision=study.revision, at=AT)
    commands.offer(bob, study, at=AT)
    assert commands.approve(sam, study, at=AT).approved_by_id == sam.id
    assert not Task.objects.open().filter(kind="case_study_approval").exists()


@pytest.mark.row("ESX-PSA-4.1.4")
def test_a_family_that_takes_back_its_word_is_no_longer_told(agreement: Agreement, sam: Actor) -> None:
    made = december(agreement, sam)
    studies = approved_studies(agreement, DECEMBER)
    sent = commands.submit(sam, made, at=AT)
    family = studies[0].case.family
    consents.answer(SYSTEM, family, kind="share_with_school", answer="given", answered_at=AT, at=AT)
    consents.withdraw(SYSTEM, family, kind="case_study", at=AT + timedelta(days=3))
    kept = {one.kind: one.ended_at for one in Consent.objects.filter(family=family)}
    assert kept == {"share_with_school": None, "case_study": AT + timedelta(days=3)}
    assert consents.withdraw(SYSTEM, family, kind="case_study", at=AT + timedelta(days=4)) is None, "nothing stands"
    told = [
        passage
        for heading in document_of(sent, at=AT)["headings"]
        for one in heading["lists"]
        for passage in one["passages"]
    ]
    assert len(told) == 16
    assert [passage["ref"] for passage in told if passage["title"] == "Taken back"] == [studies[0].ref]


# --- 4.1.5 Barriers ---


@pytest.mark.row("ESX-PSA-4.1.5")
def test_three_barriers_of_the_quarter_stand_in_the_december_return(
    agreement: Agreement, sam: Actor, alice: Actor, world: World, browser: Browser
) -> None:
    logged = [
        _barrier(alice, date(2010, 10, 12), "tendring", "Assessments take six weeks to reach us"),
        _barrier(sam, date(2010, 11, 8), None, "Two schools send attendance late"),
        _barrier(alice, date(2010, 12, 2), "tendring", "Snow closed the hall"),
    ]
    for day, where, field in (
        (date(2011, 1, 1), "tendring", "logged_on"),
        (date(2010, 3, 31), "tendring", "logged_on"),
        (date(2010, 12, 2), "elsewhere", "area"),
    ):
        beyond = {"scheme": "another_service", "code": "elsewhere", "name": "Else", "level": "locality"}
        Area.objects.get_or_create(key="another_service/elsewhere", defaults=beyond)
        with pytest.raises(Refused) as refusal:
            _barrier(sam, day, where, "Not taken", at=AT)
        assert refusal.value.field == field
    assert _barrier(sam, date(2010, 4, 1), None, "On the first day of the agreement").logged_on == date(2010, 4, 1)
    before = _barrier(alice, date(2010, 9, 20), "tendring", "Over before the quarter")
    quality.resolve_barrier(alice, before, resolved_on=date(2010, 9, 30), outcome="Done", at=AT)
    _barrier(alice, date(2011, 1, 1), "tendring", "The day after the quarter")
    for wrong in (date(2010, 12, 1), date(2011, 1, 1)):
        with pytest.raises(Refused) as refusal:
            quality.resolve_barrier(alice, logged[2], resolved_on=wrong, outcome="The hall is open", at=AT)
        assert refusal.value.field == "resolved_on"
    with pytest.raises(ChangedMeanwhile):
        quality.resolve_barrier(alice, logged[2], resolved_on=AT.date(), outcome="", revision=2, at=AT)
    settled = quality.resolve_barrier(
        alice, logged[2], resolved_on=date(2010, 12, 13), outcome="The hall is open", revision=1, at=AT
    )
    assert settled.revision == 2
    made = december(agreement, sam)
    page = browser("sam").get(reverse("oversight:return", args=[made.ref])).content.decode()
    for barrier in logged:
        assert barrier.description in page
    assert "Over before the quarter" not in page
    assert "The day after the quarter" not in page
    assert "3 open and 1 resolved on 31 December 2010." in page
    log = [
        " ".join(row.split())
        for row in rows_of(browser("sam").get(reverse("oversight:return", args=[made.ref])), "Barrier log")
    ]
    assert log == [
        "1 April 2010 The whole service On the first day of the agreement Families wait. We asked. Open",
        "12 October 2010 Tendring Assessments take six weeks to reach us Families wait. We asked. Open",
        "8 November 2010 The whole service Two schools send attendance late Families wait. We asked. Open",
        "2 December 2010 Tendring Snow closed the hall Families wait. We asked. Resolved: The hall is open",
    ]
    approved_studies(agreement, DECEMBER)
    sent = commands.submit(sam, made, at=AT)
    quality.resolve_barrier(sam, logged[1], resolved_on=date(2011, 1, 5), outcome="", at=moment(2011, 1, 6))
    barriers = next(one for one in document_of(sent, at=moment(2011, 1, 6))["headings"] if one["key"] == "barriers")
    (log,) = barriers["lists"]
    assert [row[-1].split(":")[0] for row in log["rows"]] == ["Open", "Open", "Open", "Resolved"], (
        "frozen as it was sent"
    )


@pytest.mark.row("ESX-PSA-4.1.5")
def test_a_barrier_of_the_first_and_of_the_last_day_belongs_to_the_quarter(
    agreement: Agreement, sam: Actor, alice: Actor, browser: Browser, today: Today
) -> None:
    made, late = december(agreement, sam), moment(2011, 1, 2)
    today.now = late
    for day, words in ((date(2010, 10, 1), "On the first day"), (date(2010, 12, 31), "On the last day")):
        _barrier(alice, day, "tendring", words, at=late)
    page = browser("sam").get(reverse("oversight:return", args=[made.ref])).content.decode()
    assert "On the first day" in page
    assert "On the last day" in page


def _barrier(actor: Actor, day: date, locality: str | None, description: str, at: datetime | None = None) -> Any:
    of_service = Area.objects.filter(scheme="another_service" if locality == "elsewhere" else SERVICE)
    place = of_service.get(code=locality) if locality else None
    scope = Scope.of(service=SERVICE, area=area_key(SERVICE, locality or ""), users=[actor.id] if actor.id else [])
    return quality.log_barrier(
        actor,
        scope,
        service=SERVICE,
        logged_on=day,
        area=place,
        description=description,
        effect="Families wait.",
        action="We asked.",
        at=at or max(AT, moment(day.year, day.month, day.day, 17)),
    )
