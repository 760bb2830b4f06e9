"""Short public references such as C-7K3Q2M: said on the telephone, put in an address, telling nothing of a person."""

import secrets
from collections.abc import Iterator

from django.db import models

# No I, L, O, U: they are misheard or misread.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference(model: type[models.Model], letter: str) -> str:
    """A reference that no row of the model has yet."""
    return next(new_references(model, letter, 1))


def new_references(model: type[models.Model], letter: str, how_many: int) -> Iterator[str]:
    """That many references, none in use. One query a batch."""
    left = how_many
    while left:
        drawn = {f"{letter}-{''.join(secrets.choice(ALPHABET) for _ in range(6))}" for _ in range(left)}
        drawn -= set(model._default_manager.filter(ref__in=drawn).values_list("ref", flat=True))
        left -= len(drawn)
        yield from drawn
