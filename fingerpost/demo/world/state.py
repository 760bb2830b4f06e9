"""Whether the invented county stands in this database: not at all, half built, or whole.

The mark is a row among the days of demonstrated services: one that says "being built", made first and in an empty database
only, and taken away last, in the transaction that says which day it is. Whatever lies in a database that bears it is ours.
"""

from datetime import date

from django.apps import apps
from django.db import connection, transaction

from fingerpost.demo.world.county import ESSEX, THURROCK
from fingerpost.demo.world.days import TODAY
from fingerpost.ground.access import clock
from fingerpost.ground.access.models import DemonstrationDay, Organisation, User
from fingerpost.people.families.models import Person

BEING_BUILT = "being_built"
THURROCK_TODAY = date(2016, 11, 30)
KEPT = {"places_workday", "contenttypes", "django_migrations"}


def is_whole() -> bool:
    return DemonstrationDay.objects.filter(service=ESSEX).exists()


def is_half_built() -> bool:
    return DemonstrationDay.objects.filter(service=BEING_BUILT).exists()


def is_empty() -> bool:
    return not any(model.objects.exists() for model in (User, Person, Organisation))  # type: ignore[attr-defined]


def begin() -> None:
    """Mark the database as a demonstration that is not whole yet."""
    DemonstrationDay.objects.create(service=BEING_BUILT, day=TODAY)


@transaction.atomic
def finish() -> None:
    DemonstrationDay.objects.filter(service=BEING_BUILT).delete()
    clock.turn_to(ESSEX, TODAY)
    clock.turn_to(THURROCK, THURROCK_TODAY)


def clear() -> None:
    """Empty every table of ours, histories and sessions with them. Only for a half-built demonstration."""
    if not is_half_built():
        raise RuntimeError("Only a demonstration that was not finished may be cleared away")
    tables = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.app_config.name.startswith(("fingerpost.", "django.contrib.sessions"))
    ]
    named = ", ".join(connection.ops.quote_name(table) for table in sorted(set(tables) - KEPT))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {named} RESTART IDENTITY CASCADE")
