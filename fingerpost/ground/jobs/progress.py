"""A job that a page watches: how far it is, and how it ended."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connections
from django.db.models import Model
from django.db.models.functions import Now

from fingerpost.ground.access.actor import NotAllowed
from fingerpost.ground.access.command import Refused

Tell = Callable[[int], None]


@contextmanager
def progress(row: Model, column: str) -> Iterator[Tell]:
    """Gives a function that writes a count to a column of the row, and the moment to its `moved_at`.

    It writes on a connection of its own, so that the page sees it before the work is committed.
    """
    beside = connections.create_connection("default")
    statement = f'UPDATE "{row._meta.db_table}" SET "{column}" = %s, moved_at = now() WHERE id = %s'  # noqa: S608 - own names

    def tell(count: int) -> None:
        with beside.cursor() as cursor:
            cursor.execute(statement, [count, row.pk])

    try:
        yield tell
    finally:
        beside.close()


class Ended(Exception):
    """A fault of ours that the job has already told whoever asked: it is logged, and they, not the queue, try again."""


@contextmanager
def ending(row: Model, *, not_allowed: str, went_wrong: str) -> Iterator[None]:
    """Writes on the row that its work ended, with what refused it, if anything did. A fault of ours is raised as `Ended`.

    Where the database went away the work has not ended: it is tried again, and `given_up` says so when that was often enough.
    """
    refusal = went_wrong
    try:
        yield
        refusal = ""
    except Refused as refused:
        refusal = refused.message
    except NotAllowed:
        refusal = not_allowed
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        end(row, refusal)
        raise Ended from fault
    end(row, refusal)


def end(row: Model, refusal: str) -> None:
    """Write on the row that its work is over, if it is not yet, and why it came to nothing."""
    type(row)._default_manager.filter(pk=row.pk, ended_at=None).update(ended_at=Now(), refusal=refusal)
