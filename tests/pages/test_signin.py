"""Signing in as a person does it: with a password, a second step, a new password, and out again."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from config.account_urls import urlpatterns
from fingerpost.ground.access.models import User
from tests.fixtures.world import World

PASSWORD, NEW = "three wet umbrellas", "four dry umbrellas"
PRESENT_AND_VERIFIED = 0x45  # flags of a device: somebody was there, was known to it, and a key follows
SIGN_IN, SIGN_OUT, INDEX = "/account/login/", "/account/logout/", "/account/2fa/"
APP, CODES = "/account/2fa/totp/activate/", "/account/2fa/recovery-codes/"


@pytest.fixture(autouse=True)
def counted_afresh(db: None, settings: Any) -> Iterator[None]:
    """Failed sign-ins are counted in the cache. A slow hash of passwords shows nothing here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def alice_signs_in(world: World) -> Callable[..., Client]:
    alice = world.users["alice"]
    alice.set_password(PASSWORD)
    alice.save()

    def sign_in(password: str = PASSWORD, **more: str) -> Client:
        browser = Client()
        browser.answer = browser.post(SIGN_IN, {"login": "Alice@example.org", "password": password, **more})  # type: ignore[attr-defined]
        return browser

    return sign_in


def words(answer: Any) -> str:
    """What a person reads: the page without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())  # type: ignore[attr-defined]


def code_of(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def set_up_app(browser: Client) -> str:
    """Set up an app that shows codes. Returns its secret."""
    page = browser.get(APP)
    secret = page.context_data["form"].secret
    assert secret in words(page)
    with time_machine.travel(timezone.now(), tick=False):  # a code is good for half a minute
        answer = browser.post(APP, {"code": code_of(secret)})
    assert (answer.status_code, answer["Location"]) == (302, CODES)
    return secret


def codes_of(user: User) -> list[str]:
    return RecoveryCodes(Authenticator.objects.get(user=user, type="recovery_codes")).get_unused_codes()


def give_passkey(user: User) -> Authenticator:
    """A passkey as a device would register it."""
    key, name = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key()), b"a work phone"
    held = AttestedCredentialData.create(bytes(16), name, key)
    shown = AuthenticatorData.create(sha256(b"testserver").digest(), PRESENT_AND_VERIFIED, 0, held)
    asked = CollectedClientData.create("webauthn.create", b"challenge", "https://testserver")
    credential = {
        "id": websafe_encode(name),
        "rawId": websafe_encode(name),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(asked),
            "attestationObject": websafe_encode(AttestationObject.create("none", shown, {})),
        },
        "clientExtensionResults": {},
    }
    return WebAuthn.add(user, "Work phone", credential).instance


class TestPassword:
    def test_opens_her_work(self, alice_signs_in: Callable[..., Client], settings: Any):
        settings.REQUIRE_SECOND_FACTOR = False
        browser = alice_signs_in()
        assert browser.answer["Location"] == "/"
        work = browser.get("/", follow=True)
        assert "Alice Marsh" in words(work)
        assert f'href="{INDEX}"' in work.content.decode(), "her name leads to how she signs in"

    def test_brings_her_where_she_wanted_to_go_and_nowhere_else(self, alice_signs_in: Callable[..., Client]):
        assert alice_signs_in(next="/requests").answer["Location"] == "/requests"
        assert alice_signs_in(next="https://example.com/").answer["Location"] == "/"

    @pytest.mark.parametrize("login", ["alice@example.org", "nobody@example.org"])
    def test_a_wrong_one_is_said_the_same_for_known_and_unknown(
        self, alice_signs_in: Callable[..., Client], login: str
    ):
        answer = Client().post(SIGN_IN, {"login": login, "password": "wrong"})
        assert "The email address or the password is not right." in words(answer)
        assert "_auth_user_id" not in answer.client.session

    def test_empty_fields_are_named(self, db: None):
        shown = words(Client().post(SIGN_IN, {}))
        assert "Enter your email address" in shown
        assert "Enter your password" in shown

    def test_after_five_failures_the_next_try_has_to_wait(self, alice_signs_in: Callable[..., Client]):
        for _ in range(5):
            assert "is not right" in words(alice_signs_in("wrong").answer)
        assert "Wait 30 seconds" in words(alice_signs_in(PASSWORD).answer)
        with time_machine.travel(timezone.now() + timedelta(seconds=31)):
            assert alice_signs_in(PASSWORD).answer.status_code == 302

    def test_a_person_who_left_may_not(self, alice_signs_in: Callable[..., Client], world: World):
        User.objects.filter(pk=world.users["alice"].pk).update(is_active=False)
        browser = alice_signs_in()
        assert "_auth_user_id" not in browser.session

    def test_is_changed(self, alice_signs_in: Callable[..., Client]):
        browser, where = alice_signs_in(), reverse("account_change_password")
        wrong = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
        assert "This is not your password" in words(browser.post(where, wrong))
        weak = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
        assert "at least 12 characters" in words(browser.post(where, weak))
        browser.post(where, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
        assert alice_signs_in(NEW).answer.status_code == 302
        assert alice_signs_in(PASSWORD).answer.status_code == 200
        assert [(m.subject, m.to) for m in mail.outbox] == [
            ("Fingerpost: Your password was changed", ["alice@example.org"])
        ]

    def test_a_forgotten_one_is_replaced_by_the_link_once(self, alice_signs_in: Callable[..., Client]):
        browser = Client()
        asked = browser.post(reverse("account_reset_password"), {"email": "alice@example.org"}, follow=True)
        assert "Check your email" in words(asked)
        (message,) = mail.outbox
        link = re.search(r"https?://[^/]+(/account/password/reset/key/\S+)", message.body)
        assert link, message.body
        form = browser.get(link[1], follow=True)
        assert "Choose a new password" in words(form)
        where = form.request["PATH_INFO"]
        answer = browser.post(where, {"password1": NEW, "password2": NEW}, follow=True)
        assert "Your password is changed" in words(answer)
        assert alice_signs_in(NEW).answer.status_code == 302
        assert "This link has been used" in words(Client().get(link[1], follow=True))

    def test_an_unknown_address_is_told_by_mail_and_not_on_the_page(self, db: None):
        asked = Client().post(reverse("account_reset_password"), {"email": "who@example.org"}, follow=True)
        assert "Check your email" in words(asked)
        assert [message.subject for message in mail.outbox] == ["Fingerpost: No account has this address"]
        assert "sign up" not in mail.outbox[0].body


class TestSecondStep:
    def test_is_asked_for_right_after_signing_in(self, alice_signs_in: Callable[..., Client]):
        browser = alice_signs_in()
        shown = browser.get("/", follow=True)
        assert shown.request["PATH_INFO"] == INDEX
        assert "Set up a second step now" in words(shown)
        for where in ("/work", "/requests", "/families/F-1", reverse("kit:stay")):
            assert browser.get(where)["Location"] == INDEX, where
        assert browser.get("/privacy").status_code == 200

    def test_opens_everything_once_set_up_and_is_looked_up_once(
        self, alice_signs_in: Callable[..., Client], django_assert_num_queries: Callable[[int], object]
    ):
        browser = alice_signs_in()
        browser.get("/work")
        set_up_app(browser)
        assert "Continue to your work" in words(browser.get(INDEX))
        assert browser.get("/", follow=True).request["PATH_INFO"] == "/work"
        assert "second_step_unsure" not in browser.session

    def test_is_asked_for_again_when_the_last_one_is_taken_away(self, alice_signs_in: Callable[..., Client]):
        browser = alice_signs_in()
        set_up_app(browser)
        assert browser.get("/work").status_code == 200
        assert browser.post(reverse("mfa_deactivate_totp"))["Location"] == INDEX
        assert browser.get("/work")["Location"] == INDEX

    def test_is_not_asked_for_where_the_settings_do_not(self, alice_signs_in: Callable[..., Client], settings: Any):
        settings.REQUIRE_SECOND_FACTOR = False
        assert alice_signs_in().get("/work").status_code == 200

    def test_a_wrong_first_code_sets_nothing_up(self, alice_signs_in: Callable[..., Client]):
        browser = alice_signs_in()
        browser.get(APP)
        assert "This code is not right" in words(browser.post(APP, {"code": "000000"}))
        assert not Authenticator.objects.exists()

    def test_is_asked_at_the_next_sign_in_and_a_code_serves_once(self, alice_signs_in: Callable[..., Client]):
        secret = set_up_app(alice_signs_in())
        with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
            browser = alice_signs_in()
            where = browser.answer["Location"]
            assert where == reverse("mfa_authenticate")
            assert "_auth_user_id" not in browser.session
            assert browser.get("/work")["Location"].startswith(SIGN_IN)
            assert "This code is not right" in words(browser.post(where, {"code": "000000"}))
            assert browser.post(where, {"code": code_of(secret)})["Location"] == "/"
            assert browser.get("/work").status_code == 200
            assert "This code is not right" in words(alice_signs_in().post(where, {"code": code_of(secret)}))

    def test_guessing_codes_has_to_wait(self, alice_signs_in: Callable[..., Client]):
        secret = set_up_app(alice_signs_in())
        browser, where = alice_signs_in(), reverse("mfa_authenticate")
        for n in range(5):
            browser.post(where, {"code": f"00000{n}"})
        assert "Wait 5 minutes" in words(browser.post(where, {"code": code_of(secret)}))

    def test_a_recovery_code_serves_once(self, alice_signs_in: Callable[..., Client], world: World):
        browser, where = alice_signs_in(), reverse("mfa_authenticate")
        set_up_app(browser)
        code, *others = codes_of(world.users["alice"])
        assert code in words(browser.get(CODES))
        assert alice_signs_in().post(where, {"code": code})["Location"] == "/"
        assert codes_of(world.users["alice"]) == others
        assert "This code is not right" in words(alice_signs_in().post(where, {"code": code}))

    def test_new_recovery_codes_replace_the_old(self, alice_signs_in: Callable[..., Client], world: World):
        browser = alice_signs_in()
        set_up_app(browser)
        old = codes_of(world.users["alice"])
        assert browser.post(reverse("mfa_generate_recovery_codes"))["Location"] == CODES
        new = codes_of(world.users["alice"])
        assert len(new) == 10
        assert not set(old) & set(new)

    def test_what_matters_asks_again_who_she_is(self, alice_signs_in: Callable[..., Client]):
        browser = alice_signs_in()
        set_up_app(browser)
        with time_machine.travel(timezone.now() + timedelta(minutes=6)):
            answer = browser.get(reverse("mfa_deactivate_totp"), follow=True)
            assert answer.request["PATH_INFO"] in (reverse("mfa_reauthenticate"), reverse("account_reauthenticate"))
            assert "Show that it is you" in words(answer)


class TestSession:
    def test_signing_out_ends_it(self, alice_signs_in: Callable[..., Client]):
        browser = alice_signs_in()
        assert "Do you want to sign out?" in words(browser.get(SIGN_OUT))
        assert browser.get(INDEX).status_code == 200, "asking is not doing"
        browser.post(SIGN_OUT)
        assert browser.get("/work")["Location"].startswith(SIGN_IN)

    @pytest.mark.case("A15")
    def test_signing_out_has_the_browser_forget_what_it_kept(self, alice_signs_in: Callable[..., Client]):
        browser = alice_signs_in()
        assert "Clear-Site-Data" not in browser.get(SIGN_OUT), "asking is not doing"
        assert browser.post(SIGN_OUT)["Clear-Site-Data"] == '"cache", "storage"'

    def test_half_an_hour_unused_ends_it(self, alice_signs_in: Callable[..., Client]):
        assert self.minutes_later(alice_signs_in, [29, 58]).status_code == 200
        assert self.minutes_later(alice_signs_in, [31])["Location"].startswith(SIGN_IN)

    def test_twelve_hours_end_it_however_busy(self, alice_signs_in: Callable[..., Client]):
        day = list(range(25, 12 * 60, 25))
        assert self.minutes_later(alice_signs_in, day).status_code == 200
        assert self.minutes_later(alice_signs_in, [*day, 12 * 60 + 2])["Location"].startswith(SIGN_IN)

    @staticmethod
    def minutes_later(alice_signs_in: Callable[..., Client], minutes: list[int]):
        """The last answer of a browser that asked for a page at each of these minutes after signing in."""
        began, answer = timezone.now(), None
        with time_machine.travel(began, tick=False):
            browser = alice_signs_in()
        for n in minutes:
            with time_machine.travel(began + timedelta(minutes=n), tick=False):
                answer = browser.get(INDEX)
        return answer

    def test_signing_up_is_closed(self, db: None):
        shown = words(Client().get("/account/signup/"))
        assert "You cannot make an account here" in shown
        Client().post("/account/signup/", {"email": "new@example.org", "password1": PASSWORD})
        assert not User.objects.filter(email="new@example.org").exists()


class Parts(HTMLParser):
    """Scripts, handlers and styles of a page, and its labels and placeholders."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[dict[str, str | None]] = []
        self.inline: list[str] = []
        self.inputs: list[str] = []
        self.labelled: list[str] = []
        self.placeholders: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self.scripts.append(given)
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "input" and given.get("type") not in ("hidden", "submit"):
            self.inputs.append(given.get("id") or "?")
        if tag == "label":
            self.labelled.append(given.get("for") or "?")
        self.placeholders += [given["placeholder"] or ""] if "placeholder" in given else []


NOBODY = (
    "account_login account_signup account_inactive account_reset_password account_reset_password_done "
    "account_reset_password_from_key account_reset_password_from_key_done"
)
SOMEBODY = (
    "account_logout account_reauthenticate account_change_password mfa_index mfa_reauthenticate mfa_activate_totp "
    "mfa_deactivate_totp mfa_view_recovery_codes mfa_generate_recovery_codes mfa_list_webauthn mfa_add_webauthn "
    "mfa_reauthenticate_webauthn mfa_remove_webauthn mfa_edit_webauthn"
)
ELSEWHERE = "mfa_authenticate mfa_login_webauthn account_set_password"  # half signed in; for scripts; no password yet
ODD = ("Authenticator code", "Passwordless", "(again)", "two-factor", "Two-Factor", "Forgot your password?", "Remember")


class TestPages:
    """Every page of signing in is ours, in plain words, and runs no script that the policy would stop."""

    def test_none_is_left_out(self):
        known = {pattern.name for pattern in urlpatterns}
        assert known == set(f"{NOBODY} {SOMEBODY} {ELSEWHERE}".split())

    @pytest.mark.parametrize("name", NOBODY.split())
    def test_for_somebody_not_yet_signed_in(self, name: str, db: None):
        arguments = ["a1", "b2"] if name == "account_reset_password_from_key" else []
        self.look_at(Client().get(reverse(name, args=arguments)))

    @pytest.mark.parametrize("name", SOMEBODY.split())
    def test_for_somebody_signed_in(self, name: str, alice_signs_in: Callable[..., Client], world: World):
        browser = alice_signs_in()
        if name != "mfa_activate_totp":
            set_up_app(browser)
        passkey = give_passkey(world.users["alice"])
        arguments = [passkey.pk] if name in ("mfa_remove_webauthn", "mfa_edit_webauthn") else []
        answer = browser.get(reverse(name, args=arguments))
        self.look_at(answer)
        if "webauthn" in name and name.split("_")[1] in ("add", "reauthenticate"):
            self.has_passkey_scripts(answer)

    def test_the_second_step_offers_a_passkey(self, alice_signs_in: Callable[..., Client], world: World):
        set_up_app(alice_signs_in())
        give_passkey(world.users["alice"])
        answer = alice_signs_in().get(reverse("mfa_authenticate"))
        self.look_at(answer)
        self.has_passkey_scripts(answer)

    def test_somebody_without_a_password_chooses_one(self, world: World):
        browser = Client()
        browser.force_login(world.users["alice"])
        where = reverse("account_set_password")
        self.look_at(browser.get(where))
        assert "at least 12 characters" in words(browser.post(where, {"password1": "short", "password2": "short"}))
        browser.post(where, {"password1": NEW, "password2": NEW})
        assert User.objects.get(pk=world.users["alice"].pk).check_password(NEW)

    def test_signing_in_offers_a_passkey(self, db: None):
        self.has_passkey_scripts(Client().get(SIGN_IN))
        asked = Client().get(reverse("mfa_login_webauthn"), headers={"x-requested-with": "XMLHttpRequest"})
        assert asked.json()["request_options"]["publicKey"]["challenge"]

    def test_addresses_of_the_package_that_we_do_not_use_are_not_found(self, db: None):
        for rest in ("email/", "confirm-email/", "3rdparty/", "2fa/recovery-codes/download/"):
            assert Client().get(f"/account/{rest}").status_code == 404, rest

    @staticmethod
    def has_passkey_scripts(answer: Any) -> None:
        found = [one.get("src") or "" for one in Parts(answer.content.decode()).scripts]  # type: ignore[attr-defined]
        for file in ("webauthn-json.js", "webauthn.js", "onload.js"):
            assert any(src.endswith(file) and src.startswith("/") for src in found), file

    @staticmethod
    def look_at(answer: Any) -> None:
        page = answer.content.decode()  # type: ignore[attr-defined]
        assert answer.status_code == 200, page  # type: ignore[attr-defined]
        title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
        assert title
        assert title[1].strip().endswith("– Fingerpost")
        assert page.count("<h1") == 1
        parts = Parts(page)
        assert not parts.inline
        assert not parts.placeholders
        assert set(parts.inputs) <= set(parts.labelled)
        assert not [odd for odd in ODD if odd in page]
        policy = answer["Content-Security-Policy"]  # type: ignore[attr-defined]
        assert "unsafe" not in policy
        nonce = re.search(r"'nonce-([^']+)'", policy)
        for script in parts.scripts:
            is_allowed = (
                (script.get("src") or "").startswith("/")
                or script.get("type") == "application/json"
                or (nonce and script.get("nonce") == nonce[1])
            )
            assert is_allowed, script
