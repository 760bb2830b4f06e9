"""Logs say where and what went wrong, never who it was about."""

import logging
import re

# PostgreSQL repeats the offending row in its messages; a query string may hold a searched name.
_ROW_CONTENT = re.compile(r"^(DETAIL|CONTEXT|HINT):.*$", re.MULTILINE)
_QUERY_STRING = re.compile(r"(/[^\s?]*)\?\S+")


class WithoutPeople(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return _QUERY_STRING.sub(r"\1?…", _ROW_CONTENT.sub(r"\1: left out", super().format(record)))
