"""The first administrator: an address that works once, as long as nobody administers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fingerpost.cli import main
from fingerpost.ground.access import commands
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.first_address import is_of_use
from fingerpost.ground.access.models import FirstAddress, Grant, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import PLATFORM

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("Set-up")
AT = timezone.now()
PASSWORD = "three wet umbrellas"


def address(at=AT) -> str:
    return commands.make_first_address(SYSTEM, PLATFORM, at=at)


def becomes_first(token: str, **told: object) -> User:
    given = {"name": "Ida Fern", "email": "Ida@example.org", "password": PASSWORD, "at": AT} | told
    return commands.become_first_administrator(SYSTEM, PLATFORM, token=token, **given)


def test_whoever_opens_it_administers_and_signs_in_with_their_password() -> None:
    user = becomes_first(address())
    assert (user.email, user.name) == ("ida@example.org", "Ida Fern")
    assert user.check_password(PASSWORD)
    assert Actor.of(user).can(Permission.ADMINISTER_SYSTEM, PLATFORM)
    assert not FirstAddress.objects.exists()


def test_it_works_once() -> None:
    token = address()
    becomes_first(token)
    with pytest.raises(commands.AddressOfNoUse):
        becomes_first(token, email="eve@example.org")
    assert User.objects.count() == 1


def test_a_day_later_it_is_too_old() -> None:
    token = address()
    assert is_of_use(token, AT + timedelta(hours=24, seconds=-1))
    assert not is_of_use(token, AT + timedelta(hours=24))
    with pytest.raises(commands.AddressOfNoUse):
        becomes_first(token, at=AT + timedelta(hours=24))


def test_a_newer_one_takes_its_place() -> None:
    old, new = address(), address()
    assert not is_of_use(old, AT)
    assert is_of_use(new, AT)


def test_the_database_keeps_its_hash_alone() -> None:
    token = address()
    kept = FirstAddress.objects.get()
    assert token not in kept.token_hash
    assert kept.token_hash not in token


def test_one_that_nobody_gave_out_is_of_no_use() -> None:
    token = address()
    for wrong in ("", "nothing", token[:-1], f"x{token}", token.partition(":")[0]):
        assert not is_of_use(wrong, AT), wrong


def test_none_is_made_and_none_works_once_somebody_administers() -> None:
    token = address()
    ida = User.objects.create_user("ida@example.org", name="Ida Fern")
    Grant.objects.create(user=ida, role="administrator", reach="platform")
    assert not is_of_use(token, timezone.now())
    with pytest.raises(Refused, match="administers this installation already"):
        address(timezone.now())
    with pytest.raises(commands.AddressOfNoUse):
        becomes_first(token, email="eve@example.org", at=timezone.now())


def test_who_was_taken_away_does_not_stand_in_the_way() -> None:
    ida = User.objects.create_user("ida@example.org", name="Ida Fern", is_active=False)
    Grant.objects.create(user=ida, role="administrator", reach="platform")
    assert is_of_use(address(timezone.now()), timezone.now())


@pytest.mark.parametrize("password", ["short", "123456789012", "fingerpost2026", "Ida Fern 2026"])
def test_a_weak_password_is_refused_by_the_rules_of_the_house(password: str) -> None:
    token = address()
    with pytest.raises(Refused) as refusal:
        becomes_first(token, password=password)
    assert refusal.value.field == "password"
    assert not User.objects.exists()
    assert is_of_use(token, AT)


def test_an_address_that_is_written_down_already_is_refused() -> None:
    User.objects.create_user("ida@example.org", name="Ida Fern")
    with pytest.raises(Refused, match="written down already"):
        becomes_first(address())


def test_the_command_line_prints_it_and_says_when_nobody_needs_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "first", "--address", "http://localhost:8000"]) == 0
    said = capsys.readouterr().out
    link = said.split()[-1]
    assert link.startswith("http://localhost:8000/set-up/first/")
    becomes_first(link.rpartition("/")[2], at=timezone.now())
    assert main(["user", "first"]) == 1
    assert "already" in capsys.readouterr().err
