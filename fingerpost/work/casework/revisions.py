"""Two people may read one record and both save. The later one must see what the earlier one wrote."""

from fingerpost.ground.access.command import ChangedMeanwhile
from fingerpost.work.casework.models import Case, Contact


def require_revision(row: Case | Contact, read: int | None) -> None:
    """Raises ChangedMeanwhile, with the row as it is now, when it was saved since the reader read it."""
    if read is not None and row.revision != read:
        raise ChangedMeanwhile(
            "Somebody else saved this while you had it open. Look at what they wrote, then save yours again.",
            theirs=row,
        )
