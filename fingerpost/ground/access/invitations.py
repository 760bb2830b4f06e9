"""The link by which somebody who was added chooses their first password: the package's own for a forgotten one."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from fingerpost.ground.access.models import User

VALID_DAYS = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)


def link_for(user: User, address: str) -> str:
    """A new link for them. It works until a password was chosen by it, or it is too old. `address` is where the site is."""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return f"{address.rstrip('/')}{path}"
