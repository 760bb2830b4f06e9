"""Pupils and schools as the lists of schools name them, looked up block by block and remembered."""

from collections.abc import Iterable
from typing import Any

from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import MATCHING, Context
from fingerpost.people.schooling import queries
from fingerpost.people.schooling.queries import Pupil
from fingerpost.work.referrals.following import decide_again_about

OWN = "own number "
UNKNOWN = "is not the number of a child this service knows. Add the family first, or leave the row out."


class Pupils:
    """Who the numbers of a list belong to."""

    def __init__(self, context: Context, kind: str = "upn") -> None:
        self._context, self._kind = context, kind
        self._known: dict[str, Pupil | None] = {}

    def look_up(self, numbers: Iterable[str]) -> None:
        """Read those not asked for before: two queries for a block."""
        new = list({number for number in numbers if number and number not in self._known})
        if new:
            found = queries.pupils(MATCHING, new, kind=self._kind, within=self._context.scope)
            self._known.update((number, found.get(number)) for number in new)

    def __getitem__(self, number: str) -> Pupil | None:
        return self._known[number]

    @property
    def known(self) -> list[str]:
        """The numbers that belong to somebody."""
        return [number for number, pupil in self._known.items() if pupil]

    def tell_requests(self, numbers: Iterable[str]) -> None:
        """Have requests decided again that may have waited for what the list says of these pupils."""
        people = {pupil.person_id for number in numbers if (pupil := self._known[number])}
        if people:
            decide_again_about(self._context.actor, people, self._context.at)

    @staticmethod
    def unknown(line: int, number: str, column: str = "UPN") -> Fault:
        return Fault(line, column, f"{number} {UNKNOWN}")


class ByAnyNumber:
    """Pupils by their pupil number, or by the provider's own where a row has no pupil number."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._by_upn, self._by_own = Pupils(context), Pupils(context, "local")

    @staticmethod
    def number(row: dict[str, Any]) -> str:
        """What the row calls the pupil; empty where it does not."""
        return row.get("upn") or (f"{OWN}{row['local']}" if row.get("local") else "")

    def look_up(self, rows: Iterable[dict[str, Any]]) -> None:
        numbers = [self.number(row) for row in rows]
        self._by_upn.look_up(number for number in numbers if not number.startswith(OWN))
        self._by_own.look_up(self._own(number) for number in numbers if number.startswith(OWN))

    def __getitem__(self, number: str) -> Pupil | None:
        return self._by_own[self._own(number)] if number.startswith(OWN) else self._by_upn[number]

    def _own(self, number: str) -> str:
        return self._context.own_number(number.removeprefix(OWN))

    @property
    def known(self) -> list[str]:
        """The pupil numbers that belong to somebody."""
        return self._by_upn.known

    def tell_requests(self, numbers: Iterable[str]) -> None:
        """Have requests decided again that may have waited for what the list says of these pupils."""
        people = {pupil.person_id for number in set(numbers) if (pupil := self[number])}
        if people:
            decide_again_about(self._context.actor, people, self._context.at)


class Schools:
    """Which schools the codes or names of a list mean."""

    def __init__(self) -> None:
        self._known: dict[str, str | None] = {}

    def look_up(self, codes: Iterable[str]) -> None:
        """Read those not asked for before: one query for a block."""
        new = {code for code in codes if code and code not in self._known}
        if new:
            found = queries.schools_by_code(new)
            self._known.update((code, found[code].code if code in found else None) for code in new)

    def __getitem__(self, code: str) -> str | None:
        return self._known[code]

    @staticmethod
    def unknown(line: int, code: str) -> Fault:
        return Fault(line, "School", f"{code[:40]!r} is not a school we know. Use its number, or add the school first.")
