"""Without a stopwatch: pages ask a fixed number of questions, never count everybody, and never read a big table whole."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from fingerpost.demo.bench_county import Size
from fingerpost.ground.access.models import User
from fingerpost.people.families.models import Family, Person
from fingerpost.work.casework.models import Case, Contact
from tests.load.statements import Statement, captured, counts_everybody, scans

pytestmark = [pytest.mark.load, pytest.mark.django_db]
# A family's page also asks for concerns that its reader may know of, and for the groups its people belong to.
MOST = {"W1": 12, "W2": 15, "case": 16, "W3": 5, "cases": 10}  # a case's page also says how to reach the family


@pytest.fixture
def worker(loaded: Size) -> User:
    return User.objects.get(email="worker0@example.org")


@pytest.fixture
def client(worker: User) -> Client:
    """Signed in, and past the first click, so that the session's own mark is not counted."""
    client = Client()
    client.force_login(worker)
    client.get("/cookies")
    return client


def asked(client: Client, path: str, **posted: str) -> list[Statement]:
    """The statements of one page that came back well."""
    with captured() as statements:
        response = client.post(path, posted) if posted else client.get(path)
    assert response.status_code == 200, response.content[:400]
    return statements


def require_good(statements: list[Statement]) -> None:
    assert not counts_everybody(statements)
    assert not scans(statements)


def test_w1_my_cases(client: Client, worker: User) -> None:
    assert Case.objects.open().filter(worker=worker).count() > 50
    whole, rest = asked(client, "/work"), asked(client, "/work?page=2")
    assert len(whole) == len(rest) <= MOST["W1"], [sql for sql, _ in whole]
    require_good(whole)


def test_w2_a_family_and_a_case(client: Client, worker: User) -> None:
    case = Case.objects.open().filter(worker=worker).select_related("family").order_by("ref").first()
    path = f"/families/{case.family.ref}"
    few = asked(client, path)
    now = timezone.now()
    Contact.objects.bulk_create(
        Contact(
            service=case.service,
            case=case,
            family=case.family,
            kind="phone_call",
            happened_at=now - timedelta(days=n),
            minutes=5,
            worker=worker,
            recorded_at=now,
            scope_keys=case.scope_keys,
        )
        for n in range(60)
    )
    many = asked(client, path)
    assert len(few) == len(many) <= MOST["W2"], "\n".join(sql[:160] for sql, _ in many)
    require_good(many)
    of_case = asked(client, f"/cases/{case.ref}")
    assert len(of_case) <= MOST["case"], [sql for sql, _ in of_case]
    require_good(of_case)


@pytest.mark.parametrize("order", ["{first} {last}", "{last} {first}", "{last}, {first}", "{part}"])
def test_w3_find(client: Client, worker: User, order: str) -> None:
    person = Person.objects.filter(scope_keys__contains=[f"user:{worker.pk}"]).order_by("search_name").first()
    words = order.format(first=person.first_name, last=person.last_name, part=person.last_name[1:5])
    statements = asked(client, "/find", words=words)
    assert len(statements) <= MOST["W3"], [sql for sql, _ in statements]
    require_good(statements)


def test_w3_finds_in_every_order_and_misspelt(client: Client, worker: User) -> None:
    person = Person.objects.filter(scope_keys__contains=[f"user:{worker.pk}"], last_name__regex="^.{7,}$").first()
    first, last = person.first_name, person.last_name
    for words in (
        f"{first} {last}",
        f"{last}, {first}",
        f"{last} {first[:3]}",
        f"{first} {last[:-2]}{last[-1]}{last[-2]}",
    ):
        assert last in client.post("/find", {"words": words}).content.decode(), words


def test_w4_save_a_contact(client: Client, worker: User) -> None:
    case = Case.objects.open().filter(worker=worker).first()
    path = f"/cases/{case.ref}/contacts/new"
    form = client.get(path).content.decode()
    once = re.search(r'name="_once" value="([^"]+)"', form)
    local = timezone.localtime()
    posted = {
        "kind": "phone_call",
        "day": f"{local:%d/%m/%Y}",
        "clock": "00:00",
        "minutes": "5",
        "attended": "yes",
        "note": "Rang.",
        "_once": once.group(1) if once else "",
    }
    with captured() as statements:
        response = client.post(path, posted)
    assert response.status_code == 302, response.content.decode()[:3000]
    require_good(statements)


def test_the_county_is_large_enough_to_tell(loaded: Size) -> None:
    assert Person.objects.count() == loaded.people > 10_000
    assert Family.objects.count() == loaded.cases > 10_000


def test_the_list_of_cases_asks_as_often_for_any_page_order_and_filter(client: Client) -> None:
    first = asked(client, "/cases")
    for query in ("?page=2", "?sort=family", "?sort=-opened&rows=100", "?status=overdue"):
        kept = "rows=" in query  # that many rows are wanted from now on is kept with the session
        assert len(asked(client, f"/cases{query}")) - kept == len(first) <= MOST["cases"], query
    require_good(first)
