"""The secret in a feedback link: long enough that nobody guesses it, and kept as its hash alone.

It is made from the invitation with the server's own key, so that a link can be shown and printed again while the database
holds nothing by which it could be opened.
"""

import hashlib
from uuid import UUID

from django.utils.crypto import salted_hmac

# As in references: no letter that is misheard or misread.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
"""26 letters of 32: 130 bits."""


def token_of(invitation: UUID, issue: int) -> str:
    """The token of an invitation's link; another issue has another."""
    made = salted_hmac("fingerpost.work.outcomes.tokens", f"{invitation}/{issue}", algorithm="sha256").digest()
    number = int.from_bytes(made, "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH))


def in_groups(token: str) -> str:
    """The token as it stands on paper, in groups that can be read out: 7K3Q-2MXA-…"""
    return "-".join(token[start : start + 4] for start in range(0, len(token), 4))


def hash_of(token: str) -> str:
    """What is kept of a token. However it was typed: small letters, gaps and the letters that are misread are set right."""
    plain = "".join(letter for letter in token.upper() if letter.isalnum())
    plain = plain.translate(str.maketrans("OILU", "011V"))
    # A guess at so many bits needs no slow hash.
    return hashlib.sha256(plain.encode()).hexdigest()
