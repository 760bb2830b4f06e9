"""The token of the address by which somebody becomes the first administrator: signed, and kept as its hash alone."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core import signing

from fingerpost.ground.access.models import FirstAddress
from fingerpost.ground.access.queries import administrators

VALID_FOR = timedelta(hours=24)
_signer = signing.Signer(salt="fingerpost.ground.access.first")


def new_token() -> str:
    """A token that nobody guesses."""
    return _signer.sign(secrets.token_urlsafe(24))


def is_of_use(token: str, at: datetime) -> bool:
    """Whether the address of this token still makes somebody the first administrator. Two queries at the most."""
    return standing(token, at) is not None and not administrators(at)


def standing(token: str, at: datetime) -> FirstAddress | None:
    """The address of this token while it stands; None for one that was used, is too old, or was never given out."""
    try:
        _signer.unsign(token)
    except signing.BadSignature:
        return None
    return FirstAddress.objects.filter(token_hash=hash_of(token), expires_at__gt=at).first()


def hash_of(token: str) -> str:
    """What the database keeps of a token."""
    # A guess at so many bits needs no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()
