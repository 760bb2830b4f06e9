"""Every table that points at people carries scope keys, by which the database shows its rows; or stands here with a reason."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from fingerpost.ground.access.scope import Scoped

# What these hold by id or as JSON is nobody's: no row of theirs is about a family, or names who is helped.
ABOUT_NOBODY = {
    "access.ServiceRoles": "what a contract says of its roles",
    "contracts.Version": "the words of a contract",
    "directory.Signposting": "how many people a session or a visit pointed to a service",
    "imports.Folder": "names of files that were passed over",
    "imports.List": "values for columns that a file lacks",
    "jobs.FailedJob": "arguments of a job: ids of records, which are read under the wall",
    "meetings.Meeting": "which users came, and what lay on the table",
    "places.NeedRow": "factors of an area",
}
# Rows about people without keys of their own: who reads them, and what keeps a restricted family out of their sight.
READ_OTHERWISE = {
    "correspondence.Email": "sent or printed by whoever runs the installation; a secret one is struck out once it has left",
    "correspondence.EmailTry": "when one was tried and what the mail server answered",
    "evidence.Link": "names a record by kind and id for a clause; the record is opened under the wall",
    "history.View": "the access log: added to only; `proof.quality.looks` shows whoever governs records those within reach",
    "imports.Correction": "what a list changed, for taking it back; no page shows it",
    "imports.Reference": "what a provider's word stands for; no page shows it, and what it leads to is read under the wall",
    "imports.Row": "what is wrong with a row of a list; `exchange.imports.queries` leaves out whoever is restricted now",
    "quality.Finding": "what was found in a record that was drawn; who reads it asks whether the record is restricted now",
    "quality.Item": "which record was drawn; who opens it asks whether the record is restricted now",
    "returns.Figure": "a figure as sent, with ids of what it counted; the list behind it is read under the wall",
    "returns.KeptList": "a list as sent, which names nobody",
}


def _own_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("fingerpost.")
        and not model._meta.proxy
        and not hasattr(model, "pgh_tracked_model")
    ]


def _holds_ids(field: Any) -> bool:
    """Whether a field may name records that no foreign key names. A batch is a list, and whoever acted is no subject."""
    if field.remote_field or field.primary_key or field.name in ("batch", "actor_id", "superseded_by"):
        return False
    inner = field.base_field if isinstance(field, ArrayField) else field
    return isinstance(inner, models.UUIDField | models.JSONField)


def _pointing() -> set[type[models.Model]]:
    """Models that point at people: by a foreign key, by an id, or through a row that does."""
    own = _own_models()
    found = {
        model for model in own if issubclass(model, Scoped) or any(_holds_ids(f) for f in model._meta.concrete_fields)
    }
    while True:
        sources = {model for model in found if model._meta.label not in ABOUT_NOBODY}
        more = {
            model
            for model in own
            if model not in found and any(field.related_model in sources for field in model._meta.concrete_fields)
        }
        if not more:
            return found
        found |= more


POINTING = {model._meta.label: model for model in _pointing()}


@pytest.mark.case("A9")
def test_whatever_points_at_people_carries_scope_keys() -> None:
    bare = {label for label, model in POINTING.items() if not issubclass(model, Scoped)}
    assert bare - ABOUT_NOBODY.keys() - READ_OTHERWISE.keys() == set(), "make these Scoped, or say here why not"


@pytest.mark.case("A9")
def test_what_is_left_out_is_there_and_still_bare() -> None:
    listed = ABOUT_NOBODY.keys() | READ_OTHERWISE.keys()
    assert {label for label in listed if label not in POINTING} == set(), "these point at nobody any more"
    assert {label for label in listed if issubclass(POINTING[label], Scoped)} == set(), "these are scoped now"
    assert not ABOUT_NOBODY.keys() & READ_OTHERWISE.keys()


@pytest.mark.case("A9")
@pytest.mark.django_db
def test_whatever_carries_keys_is_shown_row_by_row() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        guarded = {table for (table,) in cursor.fetchall()}
    tables = {model._meta.db_table for model in POINTING.values() if issubclass(model, Scoped)}
    assert tables - guarded == set()
    assert len(tables) > 40
