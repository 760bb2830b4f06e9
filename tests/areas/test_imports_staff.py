"""A list of staff takes the length of a full-time week from its rows or the contract, and from nowhere else."""

from datetime import date
from pathlib import Path
from typing import Any

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.language.read import read_folder
from fingerpost.work.workforce.models import Post
from tests.fixtures.listed import SYSTEM, loader
from tests.fixtures.world import CONTRACT, World, moment

HEAD = "Name,E-mail,Role,Locality,Hours,Full-time hours,Since"


def test_where_neither_row_nor_contract_says_how_long_a_full_time_week_is_the_row_is_refused(
    world: World, settings: Any, tmp_path: Path
) -> None:
    load = loader(world, settings, tmp_path)
    stated = load("Ann Post,ann@example.org,Parent Support Advisor,Tendring,18.5,,01/09/2010", head=HEAD, kind="staff")
    assert stated.written.added == 1, "the contract says 37"
    assert Post.objects.get(since="2010-09-01").full_time_hours == 37
    sources = dict(read_folder(CONTRACT))
    sources["workforce.yaml"] = sources["workforce.yaml"].replace("    full_time_hours: 37\n", "")
    sources["agreement.yaml"] = sources["agreement.yaml"].replace("version: 1\n", "version: 2\n")
    contracts.adopt(SYSTEM, PLATFORM, sources=sources, in_force_from=date(2010, 10, 1), at=moment(2010, 9, 2))
    silent = load(
        "Bea Post,bea@example.org,Parent Support Advisor,Tendring,18.5,,02/09/2010",
        "Cat Post,cat@example.org,Parent Support Advisor,Tendring,18,36,03/09/2010",
        head=HEAD, kind="staff", good_rows_only=True,
    )  # fmt: skip
    (fault,) = (one for one in silent.faults if one.severity == "error")
    assert fault.message == "The contract does not say how long a full-time week is. Enter full-time hours."
    assert not Post.objects.filter(since="2010-09-02").exists()
    assert Post.objects.get(since="2010-09-03").full_time_hours == 36
