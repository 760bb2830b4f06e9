"""A provider's own references: which record each stands for, read block by block, and written with the list that brings them."""

import uuid
from collections.abc import Iterable, Mapping

from fingerpost.exchange.imports.models import Reference
from fingerpost.ground.history.bulk import copy_in
from fingerpost.people.families import names

LONGEST = 120


def folded(reference: str) -> str:
    """The reference as it is looked up: letter case and spare spaces aside."""
    return names.tidy(reference).casefold()


class References:
    """The references of one service, and those that the list at hand adds; without a batch it adds none."""

    def __init__(self, service: str, batch: uuid.UUID | None) -> None:
        self._service, self._batch = service, batch
        self._known: dict[tuple[str, str], uuid.UUID | None] = {}

    def look_up(self, kind: str, references: Iterable[str | None]) -> None:
        """Read those not asked for before. One query a block."""
        new = {key for word in references if word and (kind, key := folded(word)) not in self._known}
        if not new:
            return
        found = Reference.objects.filter(service=self._service, kind=kind, key__in=new)
        known = dict(found.values_list("key", "record"))
        self._known.update(((kind, key), known.get(key)) for key in new)

    def get(self, kind: str, reference: str | None) -> uuid.UUID | None:
        """The record's id; None where the reference is empty, unknown or was not looked up."""
        return self._known.get((kind, folded(reference))) if reference else None

    def add(self, kind: str, records: Mapping[str, uuid.UUID]) -> None:
        """Write down what new references stand for. One that is known already is left as it is."""
        if self._batch is None:
            return
        self.look_up(kind, records)
        rows = [
            self._row(self._batch, kind, word, record)
            for word, record in records.items()
            if self.get(kind, word) is None
        ]
        unique = {row.key: row for row in rows}
        copy_in(list(unique.values()))
        self._known.update(((kind, key), row.record) for key, row in unique.items())

    def _row(self, batch: uuid.UUID, kind: str, word: str, record: uuid.UUID) -> Reference:
        return Reference(
            service=self._service,
            kind=kind,
            key=folded(word)[:LONGEST],
            written=names.tidy(word)[:LONGEST],
            record=record,
            list_received_id=batch,
        )


def forget(batch: uuid.UUID) -> None:
    """Strike out what a list's references stood for."""
    Reference.objects.filter(list_received_id=batch).delete()


def words_of(batch: uuid.UUID, kind: str) -> list[str]:
    """A list's references of a kind, as it wrote them."""
    return list(Reference.objects.filter(list_received_id=batch, kind=kind).values_list("written", flat=True))


def records_of(batch: uuid.UUID, kind: str) -> list[uuid.UUID]:
    """The records that a list's references of a kind stand for."""
    return list(Reference.objects.filter(list_received_id=batch, kind=kind).values_list("record", flat=True))
