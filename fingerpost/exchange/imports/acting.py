"""What a person may have done with a list: tried, loaded, taken back. A list of a folder stands for the whole folder."""

from datetime import datetime

from django.conf import settings

from fingerpost.exchange.imports import commands, folders, queries, reading, storage
from fingerpost.exchange.imports.checking import Tell, tell_nobody
from fingerpost.exchange.imports.models import List, Run
from fingerpost.ground.access.actor import Actor

REASON = "Undone on the page of lists"


def is_long(received: List) -> bool:
    """Whether the worker does it, because it takes a while. What cannot be read from its first lines on is said at once."""
    lists = queries.together(received)
    if sum(one.size for one in lists) <= settings.LONG_LIST:
        return False
    return all(reading.begins(storage.path_of(one.stored_at)) for one in lists)


def act(
    actor: Actor, received: List, what: Run.Act, *, good_rows_only: bool = False, tell: Tell = tell_nobody, at: datetime
) -> int:
    """Do it. Returns how many records went, of a list that is taken back. Raises Refused."""
    folder = received.folder
    if what == Run.Act.UNDO:
        if folder:
            return folders.undo_folder(actor, folder, reason=REASON, at=at)
        return commands.undo(actor, received, reason=REASON, at=at)
    if what == Run.Act.CHECK and folder:
        folders.check_folder(actor, folder, tell=tell, at=at)
    elif what == Run.Act.CHECK:
        commands.check(actor, received, tell=tell, at=at)
    elif folder:
        folders.apply_folder(actor, folder, good_rows_only=good_rows_only, tell=tell, at=at)
    else:
        commands.apply(actor, received, good_rows_only=good_rows_only, tell=tell, at=at)
    return 0
