from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate


class Places(AppConfig):
    name = "fingerpost.ground.places"
    label = "places"

    def ready(self) -> None:
        post_migrate.connect(_load_calendars, sender=self)


def _load_calendars(**_: object) -> None:
    from fingerpost.ground.places import working_days
    from fingerpost.ground.places.models import WorkDay

    # A migration backwards may have taken the table away.
    if WorkDay._meta.db_table in connection.introspection.table_names():
        working_days.ensure_set_up()
