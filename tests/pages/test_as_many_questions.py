"""Pages of those who lead and those who commission ask the database as many questions, however many rows they show."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.evidence import commands as evidence
from fingerpost.ground.access import clock
from fingerpost.proof.returns import commands as returns
from fingerpost.proof.returns.models import Return
from tests.fixtures.assurance import a_barrier, a_study, an_action, an_item
from tests.fixtures.returns import with_case_studies
from tests.fixtures.staff import ADVISOR, absent, everything, hired, issued
from tests.fixtures.world import SERVICE, World, moment
from tests.pages.households import a_case, a_return

AT = moment(2010, 12, 31, 15)


def the_pages(made: Return) -> dict[str, str]:
    of_service = (
        "contract",
        "figures",
        "readings",
        "returns",
        "staffing",
        "need",
        "policies",
        "plan",
        "meetings",
        "samples",
    )
    found = {name: reverse(f"oversight:{name}", args=[SERVICE]) for name in of_service}
    for name in ("return", "return_submit", "restatement"):
        found[name] = reverse(f"oversight:{name}", args=[made.ref])
    found["figure"] = reverse("oversight:figure", args=[SERVICE, "attendance_improved"])
    found["records"] = reverse("oversight:records", args=[SERVICE, "attendance_improved"])
    for name in ("staff", "staff_figures", "staff_areas", "case_studies", "barriers"):
        found[name] = reverse(f"practice:{name}")
    return found


def questions(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200, address
    return len(asked)


def grow(world: World, first: int, last: int) -> None:
    """One more of everything that these pages list, for each number."""
    agreement = Agreement.objects.get(key=SERVICE)
    for number in range(first, last):
        made, _, _ = a_case(world, worker="alice", area="tendring", last_name=f"Quill{number}", restricted=False)
        a_study(world, made.row.ref)
        a_barrier(world)
        an_action(world, date(2010, 11, number))
        issued(f"Policy {number}")
        evidence.attach(world.actor("sam"), agreement, clause="placed_by_need", title=f"Table {number}", note="", at=AT)
        (advisor,) = hired(1, role=ADVISOR, hours=str(30 - number), area="tendring")
        world.users[f"advisor{number}"] = advisor
        absent(world, f"advisor{number}", since=date(2010, 12, 6), at=AT)


@pytest.mark.parametrize("is_sent", [False, True], ids=["draft", "sent"])
def test_however_many_rows(world: World, monkeypatch: pytest.MonkeyPatch, is_sent: bool) -> None:
    monkeypatch.setattr(clock, "now", lambda service="": AT)
    made = a_return(world)
    everything(world)
    grow(world, 1, 3)
    an_item(world)
    if is_sent:
        send(world, made)
        grow(world, 3, 4)  # so that the figures are other ones now, which is asked into once a figure
    pages, sam = the_pages(made), Client()
    sam.force_login(world.users["sam"])
    for address in pages.values():
        questions(sam, address)
    few = {name: questions(sam, address) for name, address in pages.items()}
    grow(world, 4, 8)
    many = {name: questions(sam, address) for name, address in pages.items()}
    # Once in a while a page also notes when its reader was last seen; asked again, it does not.
    many |= {name: questions(sam, pages[name]) for name in pages if many[name] > few[name]}
    assert {name: (few[name], many[name]) for name in pages if many[name] > few[name]} == {}


def send(world: World, made: Return) -> None:
    sam = world.actor("sam")
    for heading in ("outcomes", "delivery", "performance_targets", "barriers"):
        returns.write_narrative(sam, made, heading=heading, text="Words.", revision=1, at=AT)
    with_case_studies(made)
    returns.submit(sam, made, at=AT)
