"""A family's story: every record once, only what the reader may see, and the silences between. Its people and ties on any day."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.scope import Scope
from fingerpost.pages.practice.pictures.ecomap import ecomap
from fingerpost.pages.practice.pictures.genogram import age_in_words, genogram
from fingerpost.people.families import commands as families
from fingerpost.people.families.models import Family, Membership, Person, Relationship
from fingerpost.proof.chronology import events
from fingerpost.proof.chronology.generations import placed
from fingerpost.proof.chronology.kinship import HIDDEN_NAME, kinship, outside
from fingerpost.proof.chronology.silences import attendance_by_term, silences
from fingerpost.work.casework import commands as casework
from fingerpost.work.safeguarding import commands as concerns
from tests.fixtures.attendance import load_attendance
from tests.fixtures.world import World, moment
from tests.pages.households import a_case

AT = moment(2010, 12, 31)
TODAY = AT.date()


def test_the_story_of_a_case_from_request_to_closing(world: World, alice: Actor) -> None:
    case, _, _ = a_case(world)
    story = events.of_family(alice, case.row.family)
    assert [event.what for event in story] == [
        "case_closed",
        "discussed",
        "contact",
        "allocated",
        "case_opened",
        "request_decided",
        "request_received",
        "moved",
        "excluded",
        "assessed",
    ]
    assert {event.ref for event in story if event.what in ("contact", "case_closed")} == {case.row.ref}
    assert [event.what for event in events.of_family(alice, case.row.family, subjects=["contact"])] == ["contact"]
    assert [e.what for e in events.of_family(alice, case.row.family, before=date(2010, 9, 2), most=2)] == [
        "request_received",
        "moved",
    ]


def test_the_story_takes_one_query_however_long_it_is(
    world: World, alice: Actor, django_assert_num_queries: object
) -> None:
    case, _, _ = a_case(world)
    with django_assert_num_queries(1):  # type: ignore[operator]
        events.of_family(alice, case.row.family)
    for day in range(1, 20):
        casework.record_contact(
            alice, case.row, kind="phone_call", happened_at=moment(2010, 10, day), minutes=5, at=moment(2010, 10, day)
        )
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(events.of_family(alice, case.row.family)) > 25


def test_another_team_reads_nothing(world: World, alice: Actor, carol: Actor, dave: Actor) -> None:
    case, _, _ = a_case(world)
    assert events.of_family(alice, case.row.family)
    assert events.of_family(carol, case.row.family) == []
    assert events.of_family(dave, case.row.family) == []


def test_a_concern_is_told_only_to_those_who_may_know(world: World, alice: Actor, bob: Actor, sam: Actor) -> None:
    case, _, _ = a_case(world)
    concerns.raise_concern(
        alice,
        case.row,
        service=world.service,
        seen="A bruise on the arm.",
        seen_at=moment(2010, 10, 4, 15),
        at=moment(2010, 10, 4, 15, 10),
    )
    for reader, told in ((alice, ["concern_raised"]), (bob, ["concern_raised"]), (sam, [])):
        assert [e.what for e in events.of_family(reader, case.row.family, subjects=["worry"])] == told


def test_what_became_of_somebody_after_she_left_is_not_told(world: World, alice: Actor) -> None:
    case, _, _ = a_case(world)
    mother = Person.objects.get(first_name="Sarah")
    families.leave(alice, case.row.family, person=mother, on=date(2010, 12, 10), at=AT)
    families.move(alice, mother, postcode="CM1 1AA", since=date(2010, 12, 20), at=AT)
    told = events.of_family(alice, case.row.family, subjects=["home"])
    assert [(e.what, timezone.localdate(e.at)) for e in told] == [
        ("left", date(2010, 12, 10)),
        ("moved", date(2010, 9, 1)),
    ]


def test_a_long_spell_without_a_record_is_a_silence(world: World, alice: Actor) -> None:
    case, _, _ = a_case(world)  # a contact on 10 September, supervision on 1 December
    spells = [(date(2010, 9, 3), date(2010, 12, 3))]
    found = silences(events.of_family(alice, case.row.family), spells, longer_than=28)
    assert [(one.since, one.until, one.days) for one in found] == [(date(2010, 9, 11), date(2010, 11, 30), 81)]
    assert silences([], [(date(2010, 9, 1), date(2010, 9, 29))], longer_than=28) == []
    assert silences([], [(date(2010, 9, 1), date(2010, 9, 30))], longer_than=28)[0].days == 28
    assert silences([], spells, longer_than=28, known_from=date(2010, 11, 20)) == []


def test_a_term_that_nobody_loaded_is_not_known(world: World, alice: Actor, sam: Actor) -> None:
    case, _, _ = a_case(world)
    child = Person.objects.get(pk=case.children[0])
    load_attendance(sam, child, [8] * 4, before=date(2010, 10, 22), at=moment(2010, 10, 22))
    terms = attendance_by_term(alice, [child], since=date(2010, 9, 6), until=TODAY)
    assert [(t.attended, t.possible) for t in terms] == [(0, 0), (32, 40)]
    assert terms[0].percent is None
    assert terms[1].percent == 80


# --- People and relationships ---


def relative(alice: Actor, family: Family, first: str, sex: str, born: date, part: str, since: date | None = None):
    person = families.register(
        alice, family.scope, first_name=first, last_name="Quill", sex=sex, born_on=born, at=moment(2010, 9, 4)
    )
    families.join(alice, family, person=person, part=part, since=since, at=moment(2010, 9, 4))
    return person


@pytest.fixture
def quills(world: World, alice: Actor) -> dict[str, Person | Family]:
    """A mother with Maya and a baby; the father, from whom she has parted; and a grandmother who looks after Maya."""
    case, _, _ = a_case(world)
    family = case.row.family
    mother, maya = Person.objects.get(first_name="Sarah"), Person.objects.get(pk=case.children[0])
    father = relative(alice, family, "Tom", "M", date(1975, 1, 1), "parent", date(2009, 1, 1))
    granny = relative(alice, family, "Ann", "F", date(1950, 1, 1), "other")
    baby = relative(alice, family, "Bo", "", date(2010, 9, 1), "child", date(2010, 9, 1))
    at = moment(2010, 9, 5)
    families.relate(alice, granny, kind="parent", other=mother, at=at)
    families.relate(alice, granny, kind="carer", other=maya, since=date(2010, 9, 1), at=at)
    families.relate(alice, father, kind="partner", other=mother, since=date(2000, 1, 1), at=at)
    for child in (maya, baby):
        families.relate(alice, father, kind="parent", other=child, at=at)
    families.relate(alice, mother, kind="parent", other=baby, at=at)
    families.part(
        alice, Relationship.objects.get(kind="partner", person=father), on=date(2010, 11, 1), at=moment(2010, 11, 2)
    )
    families.leave(alice, family, person=father, on=date(2010, 11, 1), at=moment(2010, 11, 2))
    return {"family": family, "mother": mother, "maya": maya, "father": father, "granny": granny, "baby": baby}


def test_a_family_tree_has_a_row_for_each_generation(alice: Actor, quills: dict) -> None:
    kin = kinship(alice, quills["family"], TODAY)
    rows = {place.kin.name.split()[0]: place.row for place in placed(kin)}
    assert rows == {"Ann": 0, "Sarah": 1, "Tom": 1, "Maya": 2, "Bo": 2}
    columns = [(place.row, place.column) for place in placed(kin)]
    assert len(set(columns)) == len(columns), "nobody stands on somebody else"


def test_a_tie_that_ended_is_shown_as_ended_from_that_day(alice: Actor, quills: dict) -> None:
    def couple(on: date):
        return next(tie for tie in kinship(alice, quills["family"], on).ties if tie.kind == "partner")

    assert not couple(date(2010, 11, 1)).is_ended
    assert couple(date(2010, 11, 2)).is_ended
    names = {one.name: one.part for one in kinship(alice, quills["family"], date(2010, 11, 1)).people}
    assert names["Tom Quill"] == "parent"
    assert kinship(alice, quills["family"], date(2008, 1, 1)).named(quills["father"].pk) == "Tom Quill"


def test_every_name_and_age_of_the_picture_is_drawn_and_escaped(alice: Actor, quills: dict) -> None:
    Person.objects.filter(pk=quills["father"].pk).update(first_name="<b>Tom")
    kin = kinship(alice, quills["family"], date(2010, 10, 1))
    ages = {one.id: age_in_words(one.born_on, kin.on) for one in kin.people}
    drawn = genogram(kin, ages)
    assert "&lt;b&gt;Tom" in drawn
    assert "<b>" not in drawn
    assert drawn.count("<rect") == 1  # the father; two circles for each woman would be one too many
    assert "9 years" in drawn  # Maya, born 4 May 2001
    assert age_in_words(date(2010, 9, 1), date(2010, 10, 1)) == "0 years"


def test_somebody_protected_stands_without_a_name_unless_the_reader_may_know(
    world: World, alice: Actor, quills: dict
) -> None:
    father = quills["father"]
    for model, found in (
        (Person, {"pk": father.pk}),
        (Membership, {"person": father}),
        (Relationship, {"person": father}),
    ):
        model.objects.filter(**found).update(restricted=True)
    kin = kinship(alice, quills["family"], date(2010, 10, 1))
    hidden = [one for one in kin.people if one.is_hidden]
    assert [(one.name, one.sex, one.born_on, one.part) for one in hidden] == [(HIDDEN_NAME, "", None, "parent")]
    assert "Tom" not in genogram(kin, {})
    assert father.pk not in {one.id for one in kin.people}
    assert not [tie for tie in kin.ties if father.pk in (tie.person, tie.other)]
    everything = kinship(Actor.system(), quills["family"], date(2010, 10, 1))
    assert "Tom Quill" in {one.name for one in everything.people}


def test_ties_outside_the_home_are_those_of_the_day(world: World, alice: Actor, quills: dict) -> None:
    def on(day: date):
        return outside(alice, quills["family"], kinship(alice, quills["family"], day))

    working = on(date(2010, 10, 1))
    assert ("Worker", "Alice Marsh") in [(tie.kind, tie.name) for tie in working]
    assert ("Asked for support", "Erin Bolt") in [(tie.kind, tie.name) for tie in working]
    assert "Worker" not in [tie.kind for tie in on(TODAY + timedelta(days=30))]
    assert [tie.kind for tie in on(date(2009, 1, 1))] == ["School"], "since when she goes there is not known"
    assert "Alice Marsh" in ecomap("The Quills", working)
    assert ecomap("The Quills", []) == ""


def test_nobody_is_drawn_of_an_empty_family(alice: Actor, world: World) -> None:
    family = families.form_family(
        alice, Scope.of(service=world.service, users=[alice.id] if alice.id else []), name="Nobody yet", at=AT
    )
    kin = kinship(alice, family, TODAY)
    assert (kin.people, genogram(kin, {})) == ([], "")
