"""`fingerpost new`: what it writes is sound, is adopted as it is, and takes families on."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost import cli
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access.models import Grant, Organisation, User
from fingerpost.work.referrals.models import Request
from tests.pages.test_partners import TOLD

Said = pytest.CaptureFixture[str]
KEY = "young_carers"


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    return tmp_path / "contracts"


def make(contracts: Path, key: str = KEY) -> int:
    return cli.main(["new", key, "--in", str(contracts)])


def test_what_is_written_is_sound_and_says_what_to_do_next(contracts: Path, capsys: Said) -> None:
    assert make(contracts) == 0
    said = capsys.readouterr().out
    assert f"fingerpost check {contracts / KEY}" in said
    assert f"fingerpost adopt {contracts / KEY}" in said
    lines = [line for file in (contracts / KEY).glob("*.yaml") for line in file.read_text().splitlines()]
    assert len([line for line in lines if not line.startswith("#")]) <= 45
    for file in (contracts / KEY).glob("*.yaml"):
        assert (contracts / KEY / file.read_text().splitlines()[0].partition("$schema=")[2]).is_file()
    assert cli.main(["check", str(contracts / KEY)]) == 0
    checked = capsys.readouterr().out
    assert "0 errors, 0 warnings, 0 notes." in checked
    assert "3 examples run, none came out otherwise." in checked


@pytest.mark.parametrize("key", ["Young-Carers", "../elsewhere", "2_carers", "a" * 41, ""])
def test_a_key_that_cannot_be_is_refused(contracts: Path, capsys: Said, key: str) -> None:
    assert make(contracts, key) == 1
    assert "small letters, figures and underscores" in capsys.readouterr().err
    assert not contracts.exists()


def test_a_folder_that_is_there_is_left_as_it_is(contracts: Path, capsys: Said) -> None:
    (contracts / KEY).mkdir(parents=True)
    assert make(contracts) == 1
    assert "is there already. Choose another key" in capsys.readouterr().err
    assert not list((contracts / KEY).iterdir())


def test_what_cannot_be_written_leaves_nothing(contracts: Path, capsys: Said) -> None:
    contracts.write_text("A file, and no folder.")
    assert make(contracts) == 1
    assert "could not be written" in capsys.readouterr().err
    assert [path.name for path in contracts.parent.iterdir()] == ["contracts"]


def browser(name: str, role: str, reach: str) -> Client:
    employer = Organisation.objects.get(key="example_family_support")
    user = User.objects.create_user(email=f"{name}@example.org", name=name.capitalize(), organisation=employer)
    Grant.objects.create(user=user, role=role, reach=reach, service=KEY)
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db
def test_it_is_adopted_as_it_is_and_takes_a_family_on(contracts: Path) -> None:
    make(contracts)
    assert cli.main(["adopt", str(contracts / KEY)]) == 0
    assert Agreement.objects.get(key=KEY).title == "Young carers"
    erin, bob = browser("erin", "referrer", "user"), browser("bob", "supervisor", "service")
    told = TOLD | {"step": "send", "area": "north", "school": "", "source": "other"}
    erin.post(reverse("partners:refer"), told, follow=True)
    request = Request.objects.get(service=KEY)
    assert request.home_area.endswith("north")
    assert request.ref in bob.get(reverse("practice:requests")).content.decode()
    page = bob.get(reverse("practice:request", args=[request.ref])).content.decode()
    assert "Quill" in page
    assert "The family lives in one of the districts" in page
    assert bob.get(reverse("practice:my_work")).status_code == 200
