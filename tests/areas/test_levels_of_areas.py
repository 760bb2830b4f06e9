"""A contract's areas have one to four levels of any name: the same work is done, and counted by each level."""

import re
from datetime import date
from random import Random

import pytest

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.ground.places.models import Area, area_key
from fingerpost.language import VOCABULARY, check
from fingerpost.language.periods import Period
from fingerpost.language.read import read_folder
from fingerpost.proof.measures.evaluate import evaluate
from fingerpost.proof.measures.sets import RECORD_SETS
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.queries.allocation import offered
from fingerpost.work.groups.listed import drop_ins
from tests.fixtures.cases import allocated
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.referrals import received
from tests.fixtures.world import CONTRACT, SERVICE, World, moment

FROM, TERM = date(2010, 4, 2), Period(date(2010, 4, 1), date(2010, 12, 31))
LISTS_OF_LEVELS = re.compile(r"\[[a-z_, ]+\]")


def with_levels(*levels: str) -> dict[str, str]:
    """The contract of Essex, its second version, with other levels: the widest for quadrants, the smallest for localities."""
    sources = dict(read_folder(CONTRACT))
    for name, words in sources.items():
        if name not in ("areas.yaml", "examples.yaml", "clauses.yaml", "CHANGES.md"):
            words = re.sub(r"\b(quadrant)\b", levels[0], words)
            sources[name] = LISTS_OF_LEVELS.sub(_each_once, re.sub(r"\b(locality)\b", levels[-1], words))
    agreement = sources["agreement.yaml"].replace("version: 1", "version: 2")
    sources["agreement.yaml"] = re.sub(r"  levels: .*\n", f"  levels: [{', '.join(levels)}]\n", agreement)
    sources["areas.yaml"] = areas(len(levels))
    sources.pop("examples.yaml")
    return sources


def _each_once(found: re.Match[str]) -> str:
    return f"[{', '.join(dict.fromkeys(found[0][1:-1].split(', ')))}]"


def areas(levels: int) -> str:
    """Essex's areas: its smallest alone, with its quadrants, or with further areas between the two."""
    lines, wide = [], ""
    for line in read_folder(CONTRACT)["areas.yaml"].splitlines():
        if inner := re.match(r"    (\w+): (\{.*\})", line):
            if levels == 1:
                lines.append(f"{inner[1]}: {inner[2]}")
                continue
            depth, code = 4 * (levels - 1), inner[1]
            lines.append(f"{' ' * depth}{code}: {inner[2]}")
        elif (found := re.match(r"(\w+):$", line)) and levels > 1:
            wide = found[1]
            lines += [f"{wide}:", f"  name: {wide}", "  areas:"]
            for step in range(1, levels - 1):
                lines += [
                    f"{' ' * 4 * step}{wide}_{step}:",
                    f"{' ' * (4 * step + 2)}name: Part {step} of {wide}",
                    f"{' ' * (4 * step + 2)}areas:",
                ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "levels", [("centre",), ("ward_of_town", "estate"), ("district", "cluster", "parish"), ("a1", "b1", "c1", "d1")]
)
def test_the_main_job_runs_whatever_the_levels_are(world: World, levels: tuple[str, ...]) -> None:
    contracts.adopt(SYSTEM, PLATFORM, sources=with_levels(*levels), in_force_from=FROM, at=moment(2010, 4, 2))
    smallest = Area.objects.get(pk=area_key(SERVICE, "tendring"))
    assert (smallest.level, smallest.depth) == (levels[-1], len(levels))
    alice, day = world.actor("alice"), moment(2010, 6, 1)
    home = household()
    request = received(home, alice, at=day)
    assert request.home_area == smallest.key
    workers = offered(request, rules(SERVICE, day.date()))
    assert "Alice Marsh" in [one.name for one in workers if one.is_home]
    assert "Carol Reed" not in [one.name for one in workers if one.is_home]
    case = allocated(world, home=household("Reed"), at=day)
    assert case.home_area == smallest
    casework.record_contact(alice, case, kind="casework_session", happened_at=day, minutes=60, at=day)
    found = evaluate(SERVICE, "families_reached", actor=SYSTEM, period=TERM, as_known_at=moment(2011, 1, 10), by=levels)
    counted = {one.dimension: one.label for one in found.breakdowns if one.numerator}
    assert set(counted) == set(levels)
    assert counted[levels[-1]] == "Tendring"


def test_lists_say_what_the_contract_calls_a_level(world: World) -> None:
    sources = with_levels("district", "cluster", "parish")
    sources["agreement.yaml"] = sources["agreement.yaml"].replace("labels:\n", "labels:\n  district: Borough\n")
    version = contracts.adopt(SYSTEM, PLATFORM, sources=sources, in_force_from=FROM, at=moment(2010, 4, 2))
    listed = drop_ins(version.agreement, TERM, moment(2011, 1, 10))
    assert (listed.columns[0].title, {row[1] for row in listed.rows}) == ("Borough", {"None in borough"})


def test_a_level_that_the_scheme_lacks_is_refused_with_the_nearest() -> None:
    sources = with_levels("district", "cluster", "parish")
    sources["indicators.yaml"] = sources["indicators.yaml"].replace("by: [district]", "by: [distric]", 1)
    sources["offers.yaml"] = sources["offers.yaml"].replace("in_each: district", "in_each: clusters", 1)
    said = [str(fault) for fault in check(sources, VOCABULARY)]
    assert any("is not broken down by distric" in one and "Did you mean district" in one for one in said)
    assert any("clusters is not a level" in one and "Did you mean cluster" in one for one in said)


@pytest.mark.parametrize("level", ["worker", "school", "family", "request"])
def test_a_level_may_not_take_a_name_of_the_products_own(level: str) -> None:
    said = [str(fault) for fault in check(with_levels(level, "parish"), VOCABULARY)]
    assert any(f"calls something else {level}" in one for one in said)


def test_every_set_whose_rows_lie_in_areas_joins_them() -> None:
    assert {
        name for name, one in RECORD_SETS.items() if one.spec.areas != one.offers("any_level", ("any_level",))
    } == set()


def test_names_of_levels_are_nobodys_business() -> None:
    names = [f"level_{Random(7).randrange(10**6)}_{place}" for place in range(3)]
    assert [str(one) for one in check(with_levels(*names), VOCABULARY) if one.severity.name == "ERROR"] == []
