"""The secret in a feedback link: long enough that nobody guesses it, kept as its hash alone."""

import hashlib
import secrets

# As in references: no letter that is misheard or misread.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
"""26 letters of 32: 130 bits."""


def new_token() -> str:
    """A token that nobody has had."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def in_groups(token: str) -> str:
    """The token as it stands on paper, in groups that can be read out: 7K3Q-2MXA-…"""
    return "-".join(token[start : start + 4] for start in range(0, len(token), 4))


def hash_of(token: str) -> str:
    """What is kept of a token. However it was typed: small letters, gaps and the letters that are misread are set right."""
    plain = "".join(letter for letter in token.upper() if letter.isalnum())
    plain = plain.translate(str.maketrans("OILU", "011V"))
    # A guess at random bits needs no slow hash: there are too many of them.
    return hashlib.sha256(plain.encode()).hexdigest()
