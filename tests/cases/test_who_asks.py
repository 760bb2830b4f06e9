"""Behind a proxy everybody is still who they are: limits, the access log and sign-ins know the true address.

Wrong passwords slow one account at one address down, and whoever tries many; nobody is locked out by what another did.
"""

import http.client
import re
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from config.guessing import (
    ACCOUNT_FROM_ADDRESS,
    ACCOUNTS_FROM_ONE_ADDRESS,
    ADDRESSES_AT_ONE_ACCOUNT,
    Limit,
    in_words,
)
from config.proxies import address_of, networks, read_way
from fingerpost.ground.access.models import User
from fingerpost.ground.history.models import View
from tests.fixtures.browsing import plain
from tests.fixtures.nginx import HOST, Proxy, nginx_before
from tests.fixtures.world import World
from tests.pages.households import a_referral

SIGN_IN, PASSWORD = "/account/login/", "three wet umbrellas"
OUTSIDER, OFFICE, HOME = "203.0.113.9", "198.51.100.7", "192.0.2.44"


@pytest.fixture(autouse=True)
def counted_afresh(settings: Any) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def proxied(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1", "10.0.0.0/8"]


# --- The way that a request came ---


def way(peer: str, trusted: list[str], settings: Any, **headers: str) -> tuple[str, bool]:
    """Who asks, and whether over TLS."""
    settings.TRUSTED_PROXIES = trusted
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = RequestFactory().get("/", REMOTE_ADDR=peer, **headers)
    read_way(request)
    return request.META["REMOTE_ADDR"], request.is_secure()


NEAR = ["127.0.0.1"]
WAYS: list[tuple[str, list[str], dict[str, str], tuple[str, bool]]] = [
    # peer, trusted, headers, who asks and whether over TLS
    ("127.0.0.1", NEAR, {}, ("127.0.0.1", False)),
    ("127.0.0.1", NEAR, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, ("203.0.113.9", False)),
    ("127.0.0.1", NEAR, {"HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_X_FORWARDED_PROTO": "https"}, ("203.0.113.9", True)),
    ("127.0.0.1", NEAR, {"HTTP_X_FORWARDED_PROTO": "https"}, ("127.0.0.1", True)),
    ("127.0.0.1", NEAR, {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.9"}, ("203.0.113.9", False)),
    ("127.0.0.1", [*NEAR, "10.0.0.0/8"], {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.9, 10.2.3.4"}, ("203.0.113.9", False)),
    ("127.0.0.1", [*NEAR, "10.0.0.0/8"], {"HTTP_X_FORWARDED_FOR": "10.9.9.9, 10.2.3.4"}, ("10.9.9.9", False)),
    ("127.0.0.1", NEAR, {"HTTP_X_FORWARDED_FOR": "6.6.6.6, rubbish"}, ("127.0.0.1", False)),
    ("127.0.0.1", NEAR, {"HTTP_X_FORWARDED_FOR": "rubbish, 203.0.113.9"}, ("203.0.113.9", False)),
    ("127.0.0.1", NEAR, {"HTTP_X_FORWARDED_FOR": ""}, ("127.0.0.1", False)),
    ("127.0.0.1", NEAR, {"HTTP_X_FORWARDED_FOR": "203.0.113.9:51234"}, ("203.0.113.9", False)),
    ("127.0.0.1", NEAR, {"HTTP_X_FORWARDED_FOR": "[2001:db8::1]:51234"}, ("2001:db8::1", False)),
    ("127.0.0.1", NEAR, {"HTTP_X_FORWARDED_FOR": "2001:db8::1"}, ("2001:db8::1", False)),
    ("127.0.0.1", NEAR, {"HTTP_X_FORWARDED_FOR": "::ffff:203.0.113.9"}, ("203.0.113.9", False)),
    ("::ffff:127.0.0.1", NEAR, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, ("203.0.113.9", False)),
    ("::1", ["::1"], {"HTTP_FORWARDED": 'for="[2001:db8::1]:4711";proto=https;by=10.0.0.1'}, ("2001:db8::1", True)),
    ("127.0.0.1", NEAR, {"HTTP_FORWARDED": "for=6.6.6.6, for=203.0.113.9;proto=https"}, ("203.0.113.9", True)),
    ("127.0.0.1", NEAR, {"HTTP_FORWARDED": "for=unknown"}, ("127.0.0.1", False)),
    ("127.0.0.1", NEAR, {"HTTP_FORWARDED": "for=_hidden, for=203.0.113.9"}, ("203.0.113.9", False)),
    ("127.0.0.1", NEAR, {"HTTP_FORWARDED": "for=6.6.6.6", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, ("203.0.113.9", False)),
    # Nobody else is believed, whatever they say.
    ("203.0.113.9", NEAR, {"HTTP_X_FORWARDED_FOR": "6.6.6.6", "HTTP_X_FORWARDED_PROTO": "https"}, ("203.0.113.9", False)),
    ("127.0.0.1", [], {"HTTP_X_FORWARDED_FOR": "6.6.6.6", "HTTP_X_FORWARDED_PROTO": "https"}, ("127.0.0.1", False)),
    ("203.0.113.9", NEAR, {"HTTP_FORWARDED": "for=6.6.6.6;proto=https"}, ("203.0.113.9", False)),
    ("", NEAR, {"HTTP_X_FORWARDED_FOR": "6.6.6.6"}, ("", False)),
    ("127.0.0.1", ["10.0.0.0/8"], {"HTTP_X_FORWARDED_FOR": "6.6.6.6"}, ("127.0.0.1", False)),
    ("127.0.0.1", NEAR, {"HTTP_X_FORWARDED_FOR": ",".join(["6.6.6.6"] * 5000 + ["203.0.113.9"])}, ("203.0.113.9", False)),
]  # fmt: skip


@pytest.mark.case("A7")
@pytest.mark.parametrize(("peer", "trusted", "headers", "right"), WAYS)
def test_only_a_trusted_proxy_is_believed(
    settings: Any, peer: str, trusted: list[str], headers: dict[str, str], right: tuple[str, bool]
) -> None:
    assert way(peer, trusted, settings, **headers) == right


@pytest.mark.case("A7")
def test_claims_are_taken_away_before_anything_reads_them(settings: Any) -> None:
    settings.TRUSTED_PROXIES = NEAR
    for peer in ("127.0.0.1", "203.0.113.9"):
        claims = {"HTTP_X_FORWARDED_FOR": "6.6.6.6", "HTTP_FORWARDED": "for=6.6.6.6", "HTTP_X_REAL_IP": "6.6.6.6"}
        request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_HOST="evil.example", **claims)
        read_way(request)
        assert not {*claims, "HTTP_X_FORWARDED_HOST"} & request.META.keys()


@pytest.mark.case("A7")
def test_what_is_set_wrongly_says_so_at_the_start() -> None:
    assert [str(one) for one in networks("127.0.0.1, 10.0.0.0/8 ::1")] == ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES"):
        networks("proxy.example.org")
    assert address_of("fe80::1%eth0") is None


# --- Wrong passwords ---


def from_(address: str) -> Client:
    """A browser somewhere out there, its requests brought by the proxy."""
    return Client(REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": address})


def enters(address: str, login: str = "alice@example.org", password: str = "wrong") -> str:  # noqa: S107
    """What the page says; nothing where it lets them in."""
    answer = from_(address).post(SIGN_IN, {"login": login, "password": password})
    return "" if answer.status_code == 302 else plain(answer.content.decode())


@pytest.fixture
def staff(world: World) -> World:
    cache.clear()
    for user in world.users.values():
        user.set_password(PASSWORD)
        user.save()
    return world


@pytest.mark.case("A7")
@pytest.mark.usefixtures("staff", "proxied")
class TestWrongPasswords:
    def test_an_outsider_hinders_nobody_but_themselves(self) -> None:
        for _ in range(11):
            enters(OUTSIDER)
        assert "Wait" in enters(OUTSIDER, password=PASSWORD)
        assert enters(OFFICE, password=PASSWORD) == "", "the same account from another address"
        assert enters(OUTSIDER, "bob@example.org", PASSWORD) == "", "another account from the same address"

    def test_the_wait_grows_and_is_told_in_words(self) -> None:
        waits, now = [], timezone.now()
        for _ in range(12):
            with time_machine.travel(now, tick=False):
                told = enters(OUTSIDER)
                if found := re.search(r"Wait (\d+) (second|minute)s?", told):
                    seconds = int(found[1]) * (60 if found[2] == "minute" else 1)
                    waits.append(seconds)
                    now += timedelta(seconds=seconds + 1)
        assert waits == sorted(waits)
        assert waits[:3] == [30, 60, 120]
        assert max(waits) <= ACCOUNT_FROM_ADDRESS.longest_wait

    def test_whoever_waits_may_try_again_and_the_right_password_ends_it(self) -> None:
        for _ in range(5):
            enters(OUTSIDER)
        assert "Wait 30 seconds" in enters(OUTSIDER, password=PASSWORD)
        with time_machine.travel(timezone.now() + timedelta(seconds=31)):
            assert enters(OUTSIDER, password=PASSWORD) == ""
            assert "is not right" in enters(OUTSIDER), "counted anew"

    def test_impatience_does_not_make_the_wait_longer(self) -> None:
        for _ in range(40):
            enters(OUTSIDER)
        with time_machine.travel(timezone.now() + timedelta(seconds=31)):
            assert enters(OUTSIDER, password=PASSWORD) == ""

    def test_many_accounts_from_one_address_are_slowed(self, staff: World) -> None:
        assert enters(OUTSIDER, "bob@example.org", PASSWORD) == ""
        told = [enters(OUTSIDER, f"worker{n}@example.org") for n in range(ACCOUNTS_FROM_ONE_ADDRESS.free + 1)]
        assert all("is not right" in words for words in told[:-1])
        assert "Wait" in told[-1]
        assert "Wait" in enters(OUTSIDER, password=PASSWORD)
        assert enters(OUTSIDER, "bob@example.org", PASSWORD) == "", "they have signed in from there before"
        assert enters(OFFICE, password=PASSWORD) == "", "elsewhere nothing has happened"

    def test_one_account_from_many_addresses_is_slowed_but_where_it_is_known(self) -> None:
        assert enters(HOME, password=PASSWORD) == ""
        told = [enters(f"203.0.113.{n}") for n in range(ADDRESSES_AT_ONE_ACCOUNT.free + 1)]
        assert "Wait" in told[-1]
        assert "Wait" in enters("198.51.100.99", password=PASSWORD)
        assert enters(HOME, password=PASSWORD) == ""

    def test_a_right_password_now_and_then_buys_no_guesses(self) -> None:
        assert enters(OUTSIDER, "bob@example.org", PASSWORD) == ""
        for n in range(ACCOUNTS_FROM_ONE_ADDRESS.free):
            enters(OUTSIDER, f"worker{n}@example.org")
        assert enters(OUTSIDER, "bob@example.org", PASSWORD) == ""
        assert "Wait" in enters(OUTSIDER, "carol@example.org")

    def test_typing_errors_of_an_office_hinder_nobody(self, staff: World) -> None:
        for n in range(ACCOUNTS_FROM_ONE_ADDRESS.free + 5):
            User.objects.create_user(f"worker{n}@example.org", PASSWORD, name=f"Worker {n}")
            enters(OFFICE, f"worker{n}@example.org")
            assert enters(OFFICE, f"worker{n}@example.org", PASSWORD) == ""

    def test_whoever_has_half_of_ipv6_is_one(self) -> None:
        for n in range(5):
            enters(f"2001:db8:0:1::{n}")
        assert "Wait" in enters("2001:db8:0:1::beef", password=PASSWORD)
        assert enters("2001:db8:0:2::1", password=PASSWORD) == ""

    def test_known_and_unknown_accounts_are_told_the_same(self) -> None:
        told = {login: [enters(OUTSIDER, login) for _ in range(6)] for login in ("alice@example.org", "no@example.org")}
        alice, nobody = (["Wait" in words for words in answers] for answers in told.values())
        assert alice == nobody == [False] * 5 + [True]


@pytest.mark.case("clock going back")
@pytest.mark.usefixtures("staff", "proxied")
class TestClockGoingBack:
    def test_nobody_waits_longer_because_of_it(self) -> None:
        for _ in range(9):
            enters(OUTSIDER)
        assert "Wait" in enters(OUTSIDER)
        with time_machine.travel(timezone.now() - timedelta(days=1)):
            assert enters(OUTSIDER, password=PASSWORD) == ""

    def test_whoever_is_signed_in_goes_on_and_is_signed_out_in_time(self) -> None:
        now, browser = timezone.now(), from_(OFFICE)
        browser.post(SIGN_IN, {"login": "alice@example.org", "password": PASSWORD})
        with time_machine.travel(now - timedelta(hours=3)):
            assert browser.get(reverse("sessions")).status_code == 200
        with time_machine.travel(now - timedelta(hours=3) + timedelta(minutes=29)):
            assert browser.get(reverse("sessions")).status_code == 200
        with time_machine.travel(now - timedelta(hours=3) + timedelta(minutes=61)):
            assert browser.get(reverse("sessions")).status_code == 302, "half an hour unused, counted from the new time"


@pytest.mark.case("A7")
def test_waits_double_and_have_an_end() -> None:
    limit = Limit(free=3, first_wait=10, longest_wait=60, forgotten_after=3600)
    assert [limit.wait_after(n) for n in (0, 1, 2, 3, 4, 5, 6, 1000)] == [0, 0, 0, 10, 20, 40, 60, 60]
    assert [re.search("Wait [^,]*", in_words(n)).group() for n in (30, 60, 61, 900)] == [  # type: ignore[union-attr]
        "Wait 30 seconds", "Wait 1 minute", "Wait 2 minutes", "Wait 15 minutes",
    ]  # fmt: skip


@pytest.mark.case("A7")
@pytest.mark.usefixtures("proxied")
def test_the_access_log_names_who_looked_and_not_the_proxy(world: World) -> None:
    home = a_referral(world).family
    browser = from_(OFFICE)
    browser.force_login(world.users["alice"])
    assert browser.get(reverse("practice:family", args=[home.ref])).status_code == 200
    assert set(View.objects.values_list("address", flat=True)) == {OFFICE}


# --- Behind a real nginx ---


class At:
    """Somebody at an address of this machine, who reaches the application through nginx alone."""

    def __init__(self, proxy: Proxy, address: str) -> None:
        self.proxy, self.address, self.cookies = proxy, address, ""

    def ask(self, method: str, path: str, **told: str) -> tuple[int, str]:
        trusting = ssl.create_default_context(cafile=str(self.proxy.folder / "certificate.pem"))
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.proxy.port, context=trusting, source_address=(self.address, 0), timeout=20
        )
        headers = {"Host": HOST, "Cookie": self.cookies, "Referer": f"https://{HOST}/", "X-Forwarded-For": "6.6.6.6"}
        if told:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(told) if told else None, headers)
        answer = connection.getresponse()
        words = answer.read().decode()
        given = [value.partition(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie"]
        kept = dict(pair.split("=", 1) for pair in [*self.cookies.split("; "), *given] if "=" in pair)
        self.cookies = "; ".join(f"{name}={value}" for name, value in kept.items())
        connection.close()
        return answer.status, words

    def enters(self, password: str) -> tuple[int, str]:
        _, page = self.ask("GET", SIGN_IN)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, page[:300]
        told = {"login": "alice@example.org", "password": password, "csrfmiddlewaretoken": token[1]}
        return self.ask("POST", SIGN_IN, **told)


@pytest.mark.case("A7")
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_behind_nginx_each_has_an_address_of_their_own(
    live_server: LiveServer, staff: World, settings: Any, tmp_path: Path
) -> None:
    settings.TRUSTED_PROXIES, settings.ALLOWED_HOSTS = ["127.0.0.1"], ["*"]
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    home = a_referral(staff).family
    with nginx_before(live_server.thread.port, tmp_path) as proxy:
        outsider, alice = At(proxy, "127.0.0.66"), At(proxy, "127.0.0.77")
        for _ in range(11):
            status, told = outsider.enters("wrong")
            assert status == 200
        assert "Wait" in told
        assert alice.enters(PASSWORD)[0] == 302
        assert alice.ask("GET", reverse("practice:family", args=[home.ref]))[0] == 200
    assert set(View.objects.values_list("address", flat=True)) == {"127.0.0.77"}
