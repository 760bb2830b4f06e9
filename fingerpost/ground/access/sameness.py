"""When the same is told twice: it is the same only where nothing new is in it. Words are never answered by "saved" and dropped."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from fingerpost.ground.access.command import Refused


class AlreadyRecorded(Refused):
    """Something like this is on record, but not all of it is the same. Carries what is there, so that the page can show it."""

    def __init__(self, message: str, *, standing: models.Model, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.standing = standing


def holds(standing: models.Model, given: Mapping[str, Any]) -> bool:
    """Whether the record holds all that was given, so that writing it down again would add nothing."""
    return all(getattr(standing, name) == value for name, value in given.items())


def require_same(standing: models.Model, given: Mapping[str, Any], otherwise: str, *, field: str | None = None) -> None:
    """Raises AlreadyRecorded with the message unless the record holds all that was given."""
    if not holds(standing, given):
        raise AlreadyRecorded(otherwise, standing=standing, field=field)


def both_words(standing: str, new: str) -> str:
    """The words on record with new ones below them; once where a paragraph of them says the same already."""
    new = new.strip()
    if not new or f"\n\n{new}\n\n" in f"\n\n{standing}\n\n":
        return standing
    return f"{standing}\n\n{new}".strip()
