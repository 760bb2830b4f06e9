"""Who is related to whom, one row a relationship."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from fingerpost.exchange.imports.columns import Column, day, moment, one_of, text
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import FAMILY_NAMES, RECORDED_NAMES
from fingerpost.exchange.imports.kinds.lookups import Families, People, PersonFound, unknown
from fingerpost.exchange.imports.kinds.on_record import Said, puts
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families import commands
from fingerpost.people.families.changes import ChangeGiven
from fingerpost.people.families.models import Relationship
from fingerpost.people.families.writing import RelationshipGiven
from fingerpost.people.schooling.superseding import Written

# The kind, and whether the two people are the other way round: a daughter of a mother is kept as a mother of a daughter.
KINDS: dict[str, tuple[str, bool]] = {
    "Parent": ("parent", False), "Parent of": ("parent", False), "Mother": ("parent", False), "Father": ("parent", False),
    "Mother of": ("parent", False), "Father of": ("parent", False), "Step-parent": ("parent", False),
    "Child": ("parent", True), "Child of": ("parent", True), "Son": ("parent", True), "Daughter": ("parent", True),
    "Carer": ("carer", False), "Carer of": ("carer", False), "Guardian": ("carer", False), "Grandparent": ("carer", False),
    "Partner": ("partner", False), "Partner of": ("partner", False), "Husband": ("partner", False),
    "Wife": ("partner", False), "Spouse": ("partner", False),
    "Sibling": ("sibling", False), "Brother": ("sibling", False), "Sister": ("sibling", False),
    "Brother or sister of": ("sibling", False),
    "Other": ("other", False), "Related in another way to": ("other", False),
}  # fmt: skip


class Relationships(Load):
    """Relationships gathered, a circle of parents refused."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._people, self._families = People(context), Families(context)
        self._gathered: dict[tuple[Any, ...], RelationshipGiven] = {}
        self._lines: dict[tuple[Any, ...], int] = {}
        self._rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._ended: list[ChangeGiven] = []
        self._children: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
        self._read: set[uuid.UUID] = set()

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self._families.look_up(row.get("family") for row in rows)
        self._people.look_up(row[key] for row in rows for key in ("person", "other"))
        for row in rows:
            yield from self._relationship(row)

    def _relationship(self, row: dict[str, Any]) -> Iterable[Fault]:
        family = self._families.get(row.get("family"))
        if row.get("family") and family is None:
            return [unknown(row[LINE], "Family", "The family", row["family"])]
        person, other = (self._people.get(row[key], family) for key in ("person", "other"))
        for key, column, found in (("person", "Person", person), ("other", "Other person", other)):
            if found is None:
                return [unknown(row[LINE], column, "The person", row[key])]
        return self._keep(row, person, other)  # type: ignore[arg-type]

    def _keep(self, row: dict[str, Any], person: PersonFound, other: PersonFound) -> Iterable[Fault]:
        kind, is_turned = row["kind"]
        one, two = (other, person) if is_turned else (person, other)
        if one.id == two.id:
            return [Fault(row[LINE], "Other person", "Nobody is related to themselves. Name another person.")]
        if row.get("since") and row.get("until") and row["until"] < row["since"]:
            return [Fault(row[LINE], "Until", "The relationship ends before it begins. Check the days.")]
        key = (one.id, kind, two.id, row.get("since"))
        if key in self._gathered:
            return [Fault(row[LINE], "", f"This is in the file already, on line {self._lines[key]}. Keep one row.")]
        if kind == "parent" and self._is_circle(one.id, two.id):
            return [
                Fault(row[LINE], "Relationship", "Somebody would be their own ancestor. Check who is whose parent.")
            ]
        self._children[one.id].add(two.id) if kind == "parent" else None
        scope = Scope(one.scope.keys, one.scope.restricted or two.scope.restricted)
        self._lines[key], self._rows[key] = row[LINE], row
        recorded = self.context.recorded(row.get("since"), row.get("recorded"))
        self._gathered[key] = RelationshipGiven(
            one.id, kind, two.id, scope, row.get("since"), row.get("until"), recorded
        )
        return ()

    def _is_circle(self, parent: uuid.UUID, child: uuid.UUID) -> bool:
        """Whether the parent is a descendant of the child already."""
        seen, frontier = {child}, {child}
        while frontier:
            self._read_children(frontier)
            frontier = {below for one in frontier for below in self._children[one]} - seen
            seen |= frontier
        return parent in seen

    def _read_children(self, people: set[uuid.UUID]) -> None:
        new = people - self._read
        if new:
            self._read |= new
            rows = Relationship.objects.filter(person__in=new, kind="parent", until=None)
            for person, other in rows.values_list("person_id", "other_id"):
                self._children[person].add(other)

    def write(self) -> Written:
        context, given = self.context, list(self._gathered.values())
        told: dict[str, Any] = {"batch": context.batch, "at": context.at}
        added = commands.relate_many(context.actor, context.scope, relationships=given, **told)
        commands.amend_many(context.actor, context.scope, changes=self._ended, **told)
        changed = self.on_record.write() + len(self._ended)
        return Written(added=added, changed=changed, unchanged=len(given) - added - changed)

    def finish(self) -> Iterator[Fault]:
        """Relationships held that go on, and have ended by what the list says; and what it says otherwise. One query."""
        for row in Relationship.objects.filter(person__in={given.person_id for given in self._gathered.values()}):
            key = (row.person_id, row.kind, row.other_id, row.since)
            given = self._gathered.get(key)
            if given is None:
                continue
            if given.until and row.until is None:
                self._ended.append(ChangeGiven(row, row.person_id, "until", given.until))
            known = given.recorded_at if self._rows[key].get("recorded") else None
            said = [
                puts("Until", given.until if row.until else None, row, "until"),
                Said("Recorded", known, row.recorded_at),
            ]
            self.on_record.compare(self._lines[key], "This relationship", row, said)
        yield from super().finish()


class RelationshipList(Kind):
    name = "relationships"
    title = "Relationships"
    turn = 22
    file_names = ("relationships", "relations")
    columns = (
        Column("family", "Family", text(60), FAMILY_NAMES),
        Column(
            "person",
            "Person",
            text(120),
            ("Person ref", "Person number", "Person ID", "From", "Person 1"),
            required=True,
        ),
        Column(
            "kind", "Relationship", one_of(KINDS, "a relationship"), ("Is", "Kind", "Type", "Relation"), required=True
        ),
        Column(
            "other",
            "Other person",
            text(120),
            ("Other", "Of", "Related to", "To", "Person 2", "Other ref"),
            required=True,
        ),
        Column("since", "Since", day, ("From date", "Start", "Start date")),
        Column("until", "Until", day, ("To date", "End", "End date")),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"person", "kind", "other"}),)
    load = Relationships

    @classmethod
    def undo(cls, context: Context) -> int:
        return commands.undo(context.actor, context.scope, batch=context.batch, at=context.at)
