"""Days from one to another as PostgreSQL keeps them, so that the database itself refuses what overlaps."""

from django.contrib.postgres.fields import DateRangeField, RangeBoundary
from django.db.models import Func


class Days(Func):
    """The days from a first to a last, both included; without a last day, for ever."""

    function = "DATERANGE"
    output_field = DateRangeField()

    def __init__(self, first: str, last: str) -> None:
        super().__init__(first, last, RangeBoundary(inclusive_lower=True, inclusive_upper=True))
