"""Logs say where and what went wrong, never who it was about."""

import logging
import re

from config.away import is_away

# PostgreSQL repeats the offending row in its messages; a query string may hold a searched name.
_ROW_CONTENT = re.compile(r"^(DETAIL|CONTEXT|HINT):.*$", re.MULTILINE)
_QUERY_STRING = re.compile(r"(/[^\s?]*)\?\S+")


class WithoutPeople(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return _QUERY_STRING.sub(r"\1?…", _ROW_CONTENT.sub(r"\1: left out", super().format(record)))


def without_repeated_tracebacks(record: logging.LogRecord) -> bool:
    """While the database is away every page fails in the same way: a line for each is enough."""
    if record.exc_info and is_away(record.exc_info[1]):
        record.exc_info = None
        record.msg = f"{record.msg} (the database does not answer)"
    return True
