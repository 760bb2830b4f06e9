"""What allauth may do here: sign people in, by password or passkey, and ask them for a second step.

Accounts are made by an administrator, never by signing up.
"""

from collections.abc import Callable
from time import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from config.guessing import Try, in_words
from config.sessions import BEGAN

UNSURE = "second_step_unsure"  # in the session: whether they have a second step must be looked up
LOSES_ONE = ("mfa_deactivate_totp", "mfa_remove_webauthn")
SECOND_STEPS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def name_of(user: Any) -> str:
    """How a person is spoken of."""
    return str(user.name)


def _has_just_signed_in(request: HttpRequest) -> bool:
    shown = [record["at"] for record in get_authentication_records(request, request.user)]
    return bool(shown) and time() - max(shown) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The email address or the password is not right. Try again, or get a new password.",
        "enter_current_password": "This is not your password. Type it again.",
        "incorrect_password": "This is not your password. Type it again.",
        "invalid_password_reset": "This link has been used, or is too old.",
        "rate_limited": "You have tried too often. Wait 5 minutes, then try again.",
        "too_many_login_attempts": "You have tried too often. Wait 5 minutes, then try again.",
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises ValidationError while wrong passwords make this account wait at this address."""
        self._try = self._tried(request, credentials)
        if seconds := self._try.begin():
            raise ValidationError(in_words(seconds), code="too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user:
            self._try.succeeded()
        return user

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Called where somebody has chosen a new password by the link that was sent to them."""
        self._tried(request, credentials).forgive()

    def _tried(self, request: HttpRequest, credentials: dict[str, Any]) -> Try:
        return Try.of(str(credentials.get("email") or ""), self.get_client_ip(request))

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Whoever signed in a moment ago has just shown who they are."""
        return super().is_reauthentication_required(app=app, **more) and not _has_just_signed_in(context.request)

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        request.session[BEGAN], request.session[UNSURE] = int(time()), True


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_generate_recovery_codes": "Set up an app that shows codes, or a passkey, first.",
        "incorrect_code": "This code is not right. Wait for the next one, and enter that.",
    }

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's word
        return f"Passkey {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"

    def _get_site_name(self) -> str:
        return "Fingerpost"


def ask_for_second_step(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Nobody opens a page that asks for sign-in before they have a second step, where the settings require one.

    It is looked up once after signing in, and once after one was taken away; no other page costs a query.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        met = request.resolver_match
        if request.method == "POST" and met and met.url_name in LOSES_ONE:
            request.session[UNSURE] = True
        return response

    def process_view(request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        spec = getattr(view, "page_spec", None)
        if not settings.REQUIRE_SECOND_FACTOR or spec is None or not spec.signed_in:
            return None
        if not request.user.is_authenticated or not request.session.get(UNSURE):
            return None
        if is_mfa_enabled(request.user, SECOND_STEPS):
            del request.session[UNSURE]
            return None
        return HttpResponseRedirect(reverse("mfa_index"))

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware
