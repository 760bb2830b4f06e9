"""The invented county built from nothing: places and people first, then the four quadrants side by side, then the return."""

import gc
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing.context import ForkProcess
from multiprocessing.sharedctypes import Synchronized
from random import Random

from django.db import connection, connections

from fingerpost.demo.world import casework, county, employed, families, groups, reporting, safety, staff, state, voice
from fingerpost.demo.world.county import County
from fingerpost.demo.world.days import FIRST_DAY, TODAY
from fingerpost.demo.world.progress import Progress
from fingerpost.demo.world.staff import Staff
from fingerpost.ground.access import references
from fingerpost.work.groups.models import Programme

REQUESTS, CASES, RUNS = 1008, 800, 60  # a few more are accepted than advisors can take on by the end of the year
SMALL_REQUESTS, SMALL_RUNS = 60, 8
PLACES_DONE, GROUPS_DONE = 0.04, 0.95
TO_TURN_OFF = "SET synchronous_commit = off"  # a power cut would leave a half-built world, which is built anew anyway


@dataclass(frozen=True)
class Size:
    """How large a county: requests, runs of groups, and the most cases."""

    requests: int = REQUESTS
    runs: int = RUNS
    cases: int = CASES


SMALL = Size(SMALL_REQUESTS, SMALL_RUNS)


@dataclass
class Prepared:
    """What the quadrants share."""

    county: County
    staff: Staff
    programmes: dict[str, Programme]
    size: Size
    seed: int


def build(size: Size, seed: int, progress: Progress, *, processes: int = 2) -> None:
    """Build the world and mark it as whole. The same seed makes the same families, dates, words and figures."""
    state.begin()
    progress.show(0, "Contracts, places and people")
    with _drawn_from(Random(f"{seed}")):
        prepared = _prepare(size, seed)
    quadrants = list(prepared.county.quadrants)
    progress.show(PLACES_DONE, "Families")
    if processes > 1:
        _side_by_side(prepared, quadrants, processes, progress)
    else:
        shares = dict.fromkeys(quadrants, 0.0)
        for quadrant in quadrants:
            _live(prepared, quadrant, lambda share, q=quadrant: _tell(progress, shares, q, share))  # type: ignore[misc]
    progress.show(GROUPS_DONE, "Readings, evidence and the return of September")
    _analyse()
    with _drawn_from(Random(f"{seed} return")):
        employed.look_after(prepared.staff, prepared.county, Random(f"{seed} looked after"))
        reporting.report(prepared.staff, prepared.county)
        safety.build(prepared.staff)
        county.build_thurrock()
        staff.build_thurrock()
    state.finish()
    progress.show(1, "Ready")
    progress.end()


def _prepare(size: Size, seed: int) -> Prepared:
    with connection.cursor() as cursor:
        cursor.execute(TO_TURN_OFF)
    built = county.build(Random(f"{seed} county"))
    people = staff.build(built, Random(f"{seed} staff"))
    employed.go_away(people, built)
    return Prepared(built, people, groups.define(people), size, seed)


@contextmanager
def _drawn_from(random: Random) -> Iterator[None]:
    """References drawn from the seed while this lasts, so that the same seed gives the same C-7K3Q2M."""
    drawing = references.secrets
    references.secrets = random  # type: ignore[assignment]
    try:
        yield
    finally:
        references.secrets = drawing


def _live(prepared: Prepared, quadrant: str, tell: Callable[[float], None]) -> None:
    """A quadrant's year."""
    gc.freeze()  # what is there by now stays; looking through it again and again takes a tenth of the time
    random = Random(f"{prepared.seed} {quadrant}")
    quarter = len(prepared.county.quadrants)
    days = (TODAY - FIRST_DAY).days

    def on(day: date) -> None:
        tell(0.9 * (day - FIRST_DAY).days / days)

    with _drawn_from(Random(f"{prepared.seed} {quadrant} references")):
        stories = list(families.invent(prepared.county, quadrant, prepared.size.requests // quarter, random))
        most = prepared.size.cases // quarter
        lived = casework.Quadrant(prepared.county, prepared.staff, quadrant, stories, random, most=most)
        lived.play(on)
        groups.hold(
            prepared.county,
            prepared.staff,
            quadrant,
            prepared.programmes,
            lived.told,
            prepared.size.runs // quarter,
            random,
        )
        voice.Voices(lived, Random(f"{prepared.seed} {quadrant} voices")).speak()
    tell(1)


def _tell(progress: Progress, shares: dict[str, float], quadrant: str, share: float) -> None:
    shares[quadrant] = share
    whole = sum(shares.values()) / len(shares)
    progress.show(PLACES_DONE + (GROUPS_DONE - PLACES_DONE) * whole, "Families")


def _side_by_side(prepared: Prepared, quadrants: list[str], processes: int, progress: Progress) -> None:
    """The quadrants in a few processes, each with a connection of its own. Raises RuntimeError when one of them fails."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    shares = {quadrant: context.Value("d", 0.0) for quadrant in quadrants}
    waiting, running = list(quadrants), list[ForkProcess]()
    while waiting or running:
        while waiting and len(running) < processes:
            quadrant = waiting.pop(0)
            worker = context.Process(target=_in_a_process, args=(prepared, quadrant, shares[quadrant]), daemon=True)
            worker.start()
            running.append(worker)
        time.sleep(0.2)
        failed = [worker for worker in running if worker.exitcode]
        if failed:
            for worker in running:
                worker.terminate()
            raise RuntimeError("A part of the county could not be built. What went wrong stands above.")
        running = [worker for worker in running if worker.exitcode is None]
        whole = sum(share.value for share in shares.values()) / len(shares)
        progress.show(PLACES_DONE + (GROUPS_DONE - PLACES_DONE) * whole, "Families")
    with connection.cursor() as cursor:
        cursor.execute(TO_TURN_OFF)


def _in_a_process(prepared: Prepared, quadrant: str, share: "Synchronized[float]") -> None:
    with connection.cursor() as cursor:
        cursor.execute(TO_TURN_OFF)
    gc.set_threshold(50_000, 20, 100)  # little that is made here goes round in circles
    parent = os.getppid()

    def tell(reached: float) -> None:
        if os.getppid() != parent:  # the building was killed; nobody waits for this part any more
            os._exit(1)
        share.value = reached

    _live(prepared, quadrant, tell)
    connections.close_all()


def _analyse() -> None:
    """Let the database know how its tables look now: figures are minutes slower without, and so are the first pages."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
