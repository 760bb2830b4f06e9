"""What families say of the Parent Support Advisors, what part they take, and what changed at school, as people record it.

The figures are read as a service manager asks for them on the command line.
"""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.cli import main
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import commands as places
from fingerpost.people.families import commands as people
from fingerpost.people.families.models import Person
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case
from fingerpost.work.casework.occasions import occasion_of as of_case
from fingerpost.work.community import commands as community
from fingerpost.work.groups.models import Run
from fingerpost.work.groups.occasions import occasion_of as of_run
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.outcomes.models import Invitation, Response
from fingerpost.work.outcomes.tokens import token_of
from tests.fixtures.asked import CLOSED, LATER, OPENED, booked, closed_case, families
from tests.fixtures.browsing import Browser, Today, opened, rows_of, words_of
from tests.fixtures.cases import allocated, supervised
from tests.fixtures.families import KNOWN_SINCE, SYSTEM, Household, household
from tests.fixtures.figures import Ask
from tests.fixtures.folders import copied
from tests.fixtures.groups import agreed_run
from tests.fixtures.world import CONTRACT, SERVICE, World, moment

OF_SERVICE = Scope.of(service=SERVICE)


def numbers(found: dict[str, Any]) -> tuple[Any, Any, Any]:
    return found["numerator"], found["denominator"], found["value"]


def beside(found: dict[str, Any], label: str) -> dict[str, Any]:
    return next(one for one in found["beside"] if one["label"] == label)


def by(found: dict[str, Any], dimension: str) -> dict[str, tuple[int, int]]:
    """Numerator and denominator of each member that has any."""
    told = [one for one in found["breakdowns"] if one["dimension"] == dimension]
    return {one["label"]: (one["numerator"], one["denominator"]) for one in told if one["denominator"]}


def lines(found: dict[str, Any]) -> dict[str, tuple[Any, Any, Any]]:
    return {one["label"]: numbers(one) for one in found["lines"]}


def answer(asked: list[Invitation], ratings: list[int | None], **more: Any) -> None:
    for one, rating in zip(asked, ratings, strict=False):
        outcomes.respond(SYSTEM, one, answers={"rating": rating, **more}, at=LATER + timedelta(days=2))


# --- 3.5: feedback of parents ---


@pytest.mark.row("ESX-PSA-3.5")
def test_88_of_96_replies_are_positive_and_96_of_140_parents_replied(world: World, figure: Ask) -> None:
    alice = world.actor("alice")
    case = closed_case(world)
    course, drop_in = agreed_run(world, places=40), agreed_run(world, offer="drop_in")
    home = household("Marsh")
    asked = [outcomes.ask(alice, of_case(case), respondent="parent", person=_parent(case), at=LATER)]
    asked += outcomes.ask_everybody(
        SYSTEM, of_run(course), respondent="parent", people=booked(course, families(39)), at=LATER
    )
    for how_many in (60, 40):
        asked += outcomes.hand_out_cards(SYSTEM, of_run(drop_in), respondent="parent", how_many=how_many, at=LATER)
    assert len(asked) == 140
    answer(asked[:40], [5] * 20 + [4] * 15 + [3] * 3)
    answer(asked[40:], [5] * 30 + [4] * 23 + [2] * 5)
    outcomes.ask(alice, of_case(case), respondent="child", person=_child(case), at=LATER)  # a child is not a parent
    found = figure("parents_feedback", "--records")
    assert numbers(found) == (88, 96, "91.7")
    assert numbers(beside(found, "Response rate")) == (96, 140, "68.6")
    assert by(found, "activity_type") == {"Case": (1, 1), "Programme": (34, 37), "Drop in": (53, 58)}
    assert by(found, "quadrant") == {"North East": (88, 96)}
    assert len([one for one in found["records"] if one["answer"] == "in"]) == 88
    assert home.family.ref not in str(found)


def _parent(case: Case) -> Person:
    return Person.objects.get(last_name="Field", first_name="Pat")


def _child(case: Case) -> Person:
    return Person.objects.get(last_name="Field", first_name="Ada")


@pytest.mark.row("ESX-PSA-3.5")
def test_a_positive_comment_is_told_by_the_parent_or_judged_by_a_worker(world: World, figure: Ask) -> None:
    alice, case = world.actor("alice"), closed_case(world)
    run = agreed_run(world, offer="drop_in")
    cards = outcomes.hand_out_cards(SYSTEM, of_run(run), respondent="parent", how_many=5, at=LATER)
    told, judged, blank, silent, otherwise = cards
    outcomes.respond(SYSTEM, otherwise, answers={"rating": 5, "positive_comment": "no"}, at=LATER)
    outcomes.respond(SYSTEM, told, answers={"rating": 2, "positive_comment": "yes", "comment": "Thank you."}, at=LATER)
    reply = outcomes.respond(SYSTEM, judged, answers={"rating": 3, "comment": "You listened."}, at=LATER)
    outcomes.respond(SYSTEM, blank, answers={"comment": "It was far away."}, at=LATER)
    outcomes.note_result(SYSTEM, silent, result="declined", at=LATER)
    away = outcomes.ask(alice, of_case(case), respondent="parent", person=_parent(case), result="not_reached", at=LATER)
    assert away.token_hash is None
    before = figure("parents_feedback", "--reading", "B")
    assert (before["numerator"], before["denominator"], before["not_known"]) == (1, 2, 2)
    own_word = Response.objects.get(invitation=told)
    with pytest.raises(Refused):  # nothing was written that could be judged, and what they say of it stands
        outcomes.code_comment(SYSTEM, own_word, is_positive=False, at=LATER)
    outcomes.code_comment(alice, reply, is_positive=True, at=LATER)
    after = figure("parents_feedback", "--reading", "B")
    assert (after["numerator"], after["denominator"], after["not_known"]) == (2, 3, 1)
    outcomes.code_comment(alice, reply, is_positive=False, at=LATER)  # a second reader judges otherwise
    assert figure("parents_feedback", "--reading", "B")["numerator"] == 1
    rated = figure("parents_feedback")
    assert (rated["numerator"], rated["denominator"], rated["not_known"]) == (1, 3, 1)
    # Who declined was asked and is in the rate; who was not reached was not asked.
    assert numbers(beside(rated, "Response rate"))[:2] == (4, 5)
    outcomes.note_result(SYSTEM, silent, result="not_reached", at=LATER)
    assert numbers(beside(figure("parents_feedback"), "Response rate"))[:2] == (4, 4)


# --- 3.6: feedback of children ---


@pytest.mark.row("ESX-PSA-3.6")
def test_17_of_20_childrens_replies_are_positive_on_a_line_of_their_own(
    world: World, figure: Ask, today: Today
) -> None:
    today.now = LATER
    drop_in = agreed_run(world, offer="drop_in")
    children = outcomes.hand_out_cards(SYSTEM, of_run(drop_in), respondent="child", how_many=20, at=LATER)
    parents = outcomes.hand_out_cards(SYSTEM, of_run(drop_in), respondent="parent", how_many=5, at=LATER)
    with pytest.raises(Refused, match="200 letters or fewer"):
        answer(children[:1], [5], who_helped="A" * 201)
    by_its_link = {"k": token_of(children[0].pk, children[0].issue)}
    assert "Who helped you?" in words_of(Client().get("/say", by_its_link))
    answer(children[:8], [5] * 7 + [2], age_band="5_to_7", who_helped="A" * 200, comment="It was good. " * 300)
    answer(children[8:14], [4] * 5 + [1], age_band="8_to_11")
    answer(children[14:], [4] * 5 + [3], age_band="12_or_older")
    answer(parents, [1] * 5)
    found = figure("children_feedback")
    assert numbers(found) == (17, 20, "85.0")
    assert by(found, "age_band") == {"5 to 7": (7, 8), "8 to 11": (5, 6), "12 or older": (5, 6)}
    assert numbers(figure("parents_feedback"))[:2] == (0, 5)


# --- 3.7: having a say ---


@pytest.mark.row("ESX-PSA-3.7")
def test_30_of_200_parents_and_12_of_180_children_had_a_say_each_counted_once(
    world: World, figure: Ask, browser: Browser, today: Today
) -> None:
    parents, children = _supported(world)
    alice = world.actor("alice")

    def say(kind: str, people: list[Person]) -> None:
        community.record_say(
            alice,
            Scope.of(users=[alice.id] if alice.id else []),
            service=SERVICE,
            kind=kind,
            title="When drop-ins are held",
            happened_on=date(2010, 10, 14),
            people=people,
            said="Mornings are hard.",
            at=moment(2010, 10, 15),
        )

    told = community.record_say(
        alice, Scope.of(users=[alice.id]), service=SERVICE, kind="planning", title="Evenings", people=parents[40:41],
        happened_on=date(2010, 9, 14), changed="Drop-ins are held in the evening too.", at=moment(2010, 9, 15),
    )  # fmt: skip
    page = opened(browser("alice"), "practice:say", told.ref)
    assert "We did Drop-ins are held in the evening too." in page
    assert "Told on 15 September 2010" in page
    say("consultation", parents[:20] + children[:10])
    say("planning", parents[15:25])  # five of them were asked for views too
    say("reviewing", parents[25:28])
    say("monitoring", parents[28:30])
    say("evaluation", [children[10], children[11], parents[0]])
    found = figure("people_taking_part")
    assert lines(found) == {"Parent": (30, 200, "15.0"), "Child": (12, 180, "6.7")}
    assert {one["label"]: numbers(one) for one in found["beside"]} == {
        "Consultation": (30, 380, "7.9"),
        "Planning": (10, 380, "2.6"),
        "Reviewing": (3, 380, "0.8"),
        "Monitoring": (2, 380, "0.5"),
        "Evaluation": (3, 380, "0.8"),
    }
    apart = figure("people_taking_part", "--reading", "C")
    told = {one["label"]: one["numerator"] for one in apart["breakdowns"]}
    assert (apart["numerator"], told["Consultation"], told["Planning"]) == (42, 30, 10)
    today.is_(2010, 12, 31)
    page = browser("sam").get(reverse("oversight:figure", args=[SERVICE, "people_taking_part"]) + "?until=2010-12-31")
    assert "Parent: 15.0 % (30 of 200)" in words_of(page)
    assert "Child: 6.7 % (12 of 180)" in words_of(page)
    assert "Consultation: 7.9 % (30 of 380)" in words_of(page)
    assert rows_of(page, "By person kind (consultation)") == [
        "Child 5.6 % 10 of 180 0",
        "Parent 10.0 % 20 of 200 0",
    ]


def _supported(world: World) -> tuple[list[Person], list[Person]]:
    """200 parents and 180 children on 20 cases: a family has ten parents and carers and nine children here."""
    parents, children = [], []
    for number in range(20):
        home = household(f"Field{number}", children=[f"Child{n}" for n in range(9)])
        own = [home.parent, *(_another_parent(home, place) for place in range(9))]
        allocated(world, home=home, at=OPENED)
        parents += own
        children += home.children
    return parents, children


def _another_parent(home: Household, place: int) -> Person:
    given = {"first_name": f"Carer{place}", "last_name": home.parent.last_name, "at": KNOWN_SINCE}
    person = people.register(SYSTEM, home.family.scope, **given)
    people.join(SYSTEM, home.family, person=person, part="parent", at=KNOWN_SINCE)
    return person


@pytest.mark.row("ESX-PSA-3.7")
def test_of_all_parents_in_the_localities_waits_for_a_count_of_them(world: World, figure: Ask) -> None:
    case = allocated(world, at=OPENED)
    sam = world.actor("sam")
    community.record_say(
        world.actor("alice"),
        case.scope,
        service=SERVICE,
        kind="consultation",
        title="What to offer",
        happened_on=date(2010, 10, 14),
        people=[_parent(case)],
        at=LATER,
    )
    without = figure("people_taking_part", "--reading", "B")
    assert (without["value"], without["status"]) == (None, "no_data")
    count = {"area": world.area("tendring"), "group": "parents", "since": date(2010, 4, 1), "source": "Census"}
    kept = [
        places.count_residents(sam, OF_SERVICE, residents=residents, **count, at=moment(2010, 11, day)).pk
        for day, residents in enumerate((500, 410, 420, 430, 400, 400), start=1)  # put right, and once told twice
    ]
    assert len(set(kept)) == 5
    assert kept[-1] == kept[-2], "told again it is the one that stands"
    found = figure("people_taking_part", "--reading", "B")
    assert (found["numerator"], found["denominator"], found["value"]) == (1, 400, "0.3")
    with pytest.raises(Refused):
        places.count_residents(sam, OF_SERVICE, residents=-1, **count, at=LATER)
    nobody = {**count, "area": world.area("colchester")}
    with pytest.raises(Refused, match="cannot be before the first"):
        places.count_residents(sam, OF_SERVICE, residents=0, until=date(2010, 3, 31), **nobody, at=LATER)
    one_day = places.count_residents(sam, OF_SERVICE, residents=0, until=date(2010, 4, 1), **nobody, at=LATER)
    assert (one_day.residents, one_day.until) == (0, date(2010, 4, 1))
    with pytest.raises(Refused, match="who counted them"):
        places.count_residents(sam, OF_SERVICE, residents=1, **{**count, "source": " "}, at=LATER)


@pytest.mark.row("ESX-PSA-3.7")
def test_who_is_supported_from_the_first_day_of_a_case_to_its_last(world: World, figure: Ask) -> None:
    """The return is of October to December: one case ended before it, and one on its first day."""
    for name, closed_at in (("Before", moment(2010, 9, 30)), ("Within", moment(2010, 10, 1))):
        home = household(name)
        case = allocated(world, home=home, at=OPENED)
        supervised(world, case, at=moment(2010, 9, 27))
        for number, (joined, left) in enumerate(
            (
                (None, OPENED.date()),
                (None, OPENED.date() - timedelta(days=1)),
                (closed_at.date(), None),
                (closed_at.date() + timedelta(days=1), None),
            )
        ):
            carer = people.register(SYSTEM, home.family.scope, first_name=f"Carer{number}", last_name=name, at=OPENED)
            people.join(SYSTEM, home.family, person=carer, part="parent", since=joined, at=moment(2010, 10, 4))
            if left:
                people.leave(SYSTEM, home.family, person=carer, on=left, at=moment(2010, 10, 4))
        casework.close(world.actor("alice"), case, reason="needs_met", outcomes_met="fully", at=closed_at)
    found = figure("people_taking_part")
    assert lines(found) == {"Parent": (0, 3, "0.0"), "Child": (0, 1, "0.0")}
    assert {one["label"]: one["denominator"] for one in found["beside"]}["Planning"] == 4


# --- 3.3: engagement in education ---


@pytest.mark.row("ESX-PSA-3.3")
def test_34_of_45_parents_with_both_scores_improved_and_9_are_listed_without_a_second(
    world: World, figure: Ask
) -> None:
    alice = world.actor("alice")
    cases = [closed_case(world, home) for home in families(9)]
    course = agreed_run(world, places=60)
    on_course = booked(course, [household(f"Reed{number}") for number in range(45)])
    pairs = [(5, 9)] * 34 + [(7, 7)] * 6 + [(8, 6)] * 5
    for case, points in zip(cases[:6], pairs[:6], strict=True):
        _scored(world, case, *points)
    for case in cases[6:]:
        _scored(world, case, 6, None)
    for person, points in zip(on_course[:39], pairs[6:], strict=True):
        _scored_on_course(course, person, *points)
    for person in on_course[39:]:
        _scored_on_course(course, person, 6, None)
    for day in (date(2010, 11, 2), date(2010, 11, 9)):
        came = outcomes.record_school_event(
            alice,
            cases[0].family,
            service=SERVICE,
            person=Person.objects.get(last_name="Field0", first_name="Pat"),
            kind="parents_evening",
            happened_on=day,
            at=LATER,
        )
        assert came.happened_on == day
    found = figure("parents_engaged", "--known", "2011-01-31", "--records")
    assert numbers(found) == (34, 45, "75.6")
    missing = [one for one in found["records"] if one["answer"] == "not_known"]
    assert (found["not_known"], len(missing)) == (9, 9)
    assert {one["reason_label"] for one in missing} == {"Change"}
    assert {one["reference"] for one in missing} == {*(case.ref for case in cases[6:]), course.ref}
    assert by(found, "source") == {"Case": (6, 6), "Programme": (28, 39)}
    bands = figure("parents_engaged", "--known", "2011-01-31", "--by", "change_band")
    assert by(bands, "change_band") == {"Improved": (34, 34), "Sustained": (0, 6), "Fell": (0, 5)}
    mean = figure("parents_engaged", "--known", "2011-01-31", "--reading", "B")
    assert mean["value"] == "2.8"  # 34 times 4 and 5 times -2, over 45
    told = figure("parents_engaged", "--known", "2011-01-31", "--reading", "C")
    assert (told["value"], told["recorded"]) == (None, False)
    assert "Give an example" in told["prompt"]
    assert numbers(beside(found, "Came to a school event"))[:2] == (1, 54)
    # Until the second score is late, who has none is pending and not lost.
    early = figure("parents_engaged", "--known", "2010-12-20")
    assert (early["pending"], early["not_known"]) == (6, 3)


def test_a_change_within_the_stated_error_of_the_questionnaire_is_no_change(
    world: World, figure: Ask, tmp_path: Path
) -> None:
    folder = copied(CONTRACT, tmp_path / SERVICE)
    for file, old, new in (
        ("instruments/part_in_school.yaml", "  better: up", "  better: up\n  stated_error: 2"),
        ("agreement.yaml", "version: 1", "version: 2"),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert main(["adopt", str(folder), "--from", "2010-04-02"]) == 0
    course = agreed_run(world, places=4)
    for person, points in zip(booked(course, families(4)), [(5, 8), (5, 7), (8, 6), (8, 5)], strict=True):
        _scored_on_course(course, person, *points)
    found = figure("parents_engaged", "--known", "2011-01-31", "--by", "change_band")
    assert by(found, "change_band") == {"Improved": (1, 1), "Sustained": (1, 2), "Fell": (0, 1)}


@pytest.mark.row("ESX-PSA-3.3")
def test_of_several_second_scores_the_latest_counts_and_of_one_day_the_review(world: World, figure: Ask) -> None:
    alice, last = world.actor("alice"), CLOSED - timedelta(days=7)
    for home, given in zip(
        families(4),
        (
            (("start", 5, OPENED), ("end", 4, CLOSED), ("review", 9, CLOSED)),  # a review before an end
            (("start", 5, OPENED), ("review", 9, last), ("end", 5, CLOSED)),  # the later day
            (("start", 5, CLOSED), ("end", 9, CLOSED)),  # all on one day
            (("end", 9, CLOSED),),  # no first score, and so no pair
        ),
        strict=True,
    ):
        case = closed_case(world, home)
        for point, points, at in given:
            outcomes.administer(
                alice, home.family, service=SERVICE, instrument="part_in_school", point=point, taken_on=at.date(),
                completed_by="Parent", score=Decimal(points), person=home.parent, episode_id=case.pk, at=LATER,
            )  # fmt: skip
    found = figure("parents_engaged")
    assert numbers(found) == (2, 3, "66.7")
    assert (found["not_known"], found["pending"]) == (0, 0)


def _scored(world: World, case: Case, before: int, after: int | None) -> None:
    person = Person.objects.get(last_name=case.family.name.split()[0], first_name="Pat")
    for point, points, at in (("start", before, OPENED), ("end", after, CLOSED)):
        if points is not None:
            outcomes.administer(
                world.actor("alice"),
                case.family,
                service=SERVICE,
                instrument="part_in_school",
                point=point,
                taken_on=at.date(),
                completed_by="Parent",
                score=Decimal(points),
                person=person,
                episode_id=case.pk,
                at=at,
            )


def _scored_on_course(run: Run, person: Person, before: int, after: int | None) -> None:
    for point, points, at in (("start", before, moment(2010, 9, 14)), ("end", after, moment(2010, 12, 14))):
        if points is not None:
            outcomes.administer(
                SYSTEM,
                person,
                service=SERVICE,
                instrument="part_in_school",
                point=point,
                taken_on=at.date(),
                completed_by="Parent",
                score=Decimal(points),
                episode_kind="run",
                episode_id=run.pk,
                source="programme",
                beside=run.scope,
                at=at,
            )


def test_every_indicator_of_the_contract_has_records_behind_it(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["figures", SERVICE, "--at", "2010-12-31", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["figures"]
    assert len(found) > 10
    assert [one["indicator"] for one in found if not one["recorded"]] == []
    assert [(one["indicator"], each["label"]) for one in found for each in one["beside"] if not each["recorded"]] == []
