"""Forms that a command may refuse."""

from datetime import date, datetime, time

from django.forms import BaseForm
from django.utils import timezone

from fingerpost.ground.access.command import Refused


def refused(form: BaseForm, refusal: Refused, **renamed: str) -> None:
    """Show a command's refusal at the field it names, or above the form. `renamed`: command's field name to the form's."""
    field = renamed.get(refusal.field or "", refusal.field)
    form.add_error(field if field in form.fields else None, refusal.message)


def at_time(day: date, clock: time) -> datetime:
    """The local moment, aware."""
    return timezone.make_aware(datetime.combine(day, clock))


def at_noon(day: date) -> datetime:
    """Noon of the day: for things of which only the day is known."""
    return at_time(day, time(12))
