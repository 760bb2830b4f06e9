"""Samples are drawn by chance and in time; a reading that is agreed changes something."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.signals import Severity, signals
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.language.compile import check
from fingerpost.language.read import read_folder
from fingerpost.language.vocabulary import VOCABULARY
from fingerpost.proof.measures.evaluate import evaluate
from fingerpost.proof.quality import commands
from fingerpost.proof.quality.models import Sample
from tests.cases.test_figures_exact import AUTUMN, KNOWN, TIED
from tests.fixtures.casebook import Casebook
from tests.fixtures.pasts import SYSTEM, bring_in
from tests.fixtures.world import CONTRACT, SERVICE, World, moment

AT = moment(2010, 12, 12)
EARLIER = moment(2010, 12, 1)
FIRST, LAST = date(2010, 10, 1), date(2010, 11, 30)


@pytest.fixture
def agreement(world: World) -> Iterator[Agreement]:
    book = Casebook()
    for _ in range(20):
        book.case(date(2010, 10, 4), date(2010, 11, 12))
    for day in (date(2010, 9, 20), FIRST, LAST, date(2010, 12, 3)):
        book.case(date(2010, 9, 6), day)
    book.save()
    return Agreement.objects.get(key=SERVICE)


def draw(dave: Actor, agreement: Agreement, since: date = FIRST, until: date = LAST, **more: Any) -> Sample:
    asked = {"population": "case", "size": 5, "seed": 1, "at": AT, **more}
    return commands.draw(dave, agreement, period_from=since, period_to=until, **asked)


@pytest.mark.case("R5")
@pytest.mark.parametrize(
    ("since", "until", "asks"),
    [
        (FIRST, date(2010, 11, 29), True),
        (date(2010, 10, 2), LAST, True),
        (LAST, date(2010, 12, 10), True),
        (date(2010, 9, 1), FIRST, True),
        (date(2010, 9, 1), date(2010, 12, 10), True),
        (date(2010, 12, 1), date(2010, 12, 10), False),
    ],
)
def test_another_sample_over_some_of_the_same_days_takes_a_reason(
    agreement: Agreement, dave: Actor, since: date, until: date, asks: bool
) -> None:
    first = draw(dave, agreement)
    if not asks:
        assert draw(dave, agreement, since, until, seed=2).instead_of is None
        return
    with pytest.raises(Refused, match="Say why another one is drawn"):
        draw(dave, agreement, since, until, seed=2)
    again = draw(dave, agreement, since, until, seed=2, reason="The first had files of one worker alone")
    first.refresh_from_db()
    assert (again.instead_of, bool(first.set_aside_at)) == (first, True)


@pytest.mark.case("R5")
def test_another_part_of_the_county_overlaps_with_all_of_it(agreement: Agreement, dave: Actor, world: World) -> None:
    draw(dave, agreement)
    with pytest.raises(Refused, match="Say why another one is drawn"):
        draw(dave, agreement, area=world.area("north_east"))


@pytest.mark.case("R6")
@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2010, 12, 1), []),
        (date(2010, 12, 3), [(Severity.AT_RISK, "no sample has been drawn yet for the time to 31 December 2010")]),
        (date(2011, 1, 1), [(Severity.MISSED, "no sample was drawn of 1 October 2010 to 31 December 2010")]),
    ],
)
def test_a_review_without_a_sample_is_raised_before_it_is_missed(
    agreement: Agreement, dave: Actor, on: date, said: list[tuple[Severity, str]]
) -> None:
    def raised() -> list[tuple[Severity, str]]:
        found = [one for one in signals(agreement, on, inward=False) if one.clause == "random_sample"]
        return [
            (one.severity, one.words)
            for one in found
            if ("2010" in one.words and "October" in one.words) or "December" in one.words
        ]

    told = raised()
    assert len(told) == len(said)
    for (severity, words), (wanted, part) in zip(told, said, strict=True):
        assert severity is wanted
        assert part in words
    draw(dave, agreement, at=EARLIER)
    assert raised() == []
    assert rules(SERVICE, on).contract.clauses["random_sample"].status == "evidenced"


@pytest.mark.case("R7")
def test_every_reading_of_an_unclear_clause_changes_what_it_says(world: World, dave: Actor) -> None:
    bring_in(TIED)
    asked = {"actor": SYSTEM, "period": AUTUMN, "as_known_at": KNOWN, "reading": {"": "B"}}
    assert evaluate(SERVICE, "parents_engaged", **asked).exact == -1
    contracts.agree_reading(
        dave,
        Agreement.objects.get(key=SERVICE),
        question="which_second_score",
        letter="B",
        in_force_from=date(2010, 4, 1),
        at=moment(2010, 12, 1),
    )
    assert evaluate(SERVICE, "parents_engaged", **asked).exact == 2


@pytest.mark.case("R7")
@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ("A: {label: One}\n    B: {label: Another}", "change nothing"),
        ("A: {label: One, settings: {second_score: end}}\n    B: {label: Two, settings: {second_score: end}}", "change nothing"),
        ("A: {label: One, settings: {second_scor: end}}\n    B: {label: Another}", "no dated value"),
        ("A: {label: One, settings: {second_score: end}}\n    B: {label: Another}", ""),
    ],
)  # fmt: skip
def test_the_check_refuses_a_reading_that_nothing_reads(tmp_path: Path, answers: str, fault: str) -> None:
    for file in CONTRACT.rglob("*.yaml"):
        here = tmp_path / "essex_parent_support_advisors" / file.relative_to(CONTRACT)
        here.parent.mkdir(parents=True, exist_ok=True)
        here.write_text(file.read_text())
    folder = tmp_path / "essex_parent_support_advisors"
    question = f"one_more:\n  clause: home_area\n  title: Which?\n  readings:\n    {answers}\n  reading: A\n"
    with (folder / "readings.yaml").open("a") as readings:
        readings.write("\n" + question)
    said = [str(one) for one in check(read_folder(folder), VOCABULARY) if "one_more" in str(one)]
    assert bool(said) is bool(fault), said
    assert all(fault in one for one in said[:1])
