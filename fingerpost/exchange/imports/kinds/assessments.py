"""Assessments of families: one row an assessment."""

from collections.abc import Iterable, Iterator
from typing import Any

from fingerpost.exchange.imports.columns import Column, moment, one_of, prose, text
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import DAY_NAMES, FAMILY_NAMES, NOTE_NAMES, RECORDED_NAMES
from fingerpost.exchange.imports.kinds.lookups import Families, People, on_day, unknown
from fingerpost.exchange.imports.kinds.on_record import Said, puts
from fingerpost.exchange.imports.kinds.referrals import several
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.assessments import bringing
from fingerpost.work.assessments.bringing import AssessmentGiven
from fingerpost.work.assessments.models import Assessment
from fingerpost.work.assessments.needs import NEEDS

KINDS = {"CAF": "caf", "Common assessment": "caf", "Common Assessment Framework": "caf", "Early help assessment": "eha"}
NOT_STATED = "Not stated"


class Assessments(Load):
    """Assessments gathered by family, child, kind, day and author."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._families, self._people = Families(context), People(context)
        self._gathered: dict[tuple[Any, ...], tuple[AssessmentGiven, int]] = {}
        self._held: dict[tuple[Any, ...], Assessment] = {}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self._families.look_up(row["family"] for row in rows)
        self._people.look_up(row.get("person") for row in rows)
        self._read_held(rows)
        for row in rows:
            yield from self._one(row)

    def _one(self, row: dict[str, Any]) -> Iterable[Fault]:
        family = self._families.get(row["family"])
        if family is None:
            return [unknown(row[LINE], "Family", "The family", row["family"])]
        person = self._people.get(row.get("person"), family)
        if row.get("person") and person is None:
            return [unknown(row[LINE], "Person", "The person", row["person"])]
        given = AssessmentGiven(
            scope=family.scope,
            family_id=family.id,
            person_id=person.id if person else None,
            kind=row.get("kind") or "caf",
            assessed_on=on_day(row["assessed_on"]),
            author=row.get("author") or NOT_STATED,
            recorded_at=self.context.recorded(row["assessed_on"], row.get("recorded")),
            author_organisation=row.get("organisation") or "",
            needs=row.get("needs") or (),
            summary=row.get("summary") or "",
        )
        if given.key in self._gathered:
            earlier = self._gathered[given.key][1]
            return [Fault(row[LINE], "", f"This assessment is in the file already, on line {earlier}. Keep one row.")]
        self._gathered[given.key] = (given, row[LINE])
        if held := self._held.get(given.key):
            said = [
                puts("Organisation", row.get("organisation"), held, "author_organisation"),
                puts("Needs", sorted(set(row.get("needs") or ())), held, "needs"),
                puts("Summary", row.get("summary"), held, "summary"),
                Said("Recorded", row.get("recorded") and given.recorded_at, held.recorded_at),
            ]
            self.on_record.compare(row[LINE], "This assessment", held, said)
        return ()

    def _read_held(self, rows: list[dict[str, Any]]) -> None:
        """Assessments of the families of these rows that are on record. One query a block."""
        families = {family.id for row in rows if (family := self._families.get(row["family"]))}
        self._held.update((bringing.key_of(one), one) for one in Assessment.objects.filter(family__in=families))

    def write(self) -> Written:
        context, given = self.context, [one for one, _ in self._gathered.values()]
        added = bringing.bring_in(context.actor, context.scope, assessments=given, batch=context.batch, at=context.at)
        changed = self.on_record.write()
        return Written(added=added, changed=changed, unchanged=len(given) - added - changed)


class AssessmentList(Kind):
    name = "assessments"
    title = "Assessments"
    turn = 42
    file_names = ("assessments", "caf", "cafs", "common assessments")
    columns = (
        Column("family", "Family", text(60), FAMILY_NAMES, required=True),
        Column("person", "Person", text(120), ("Child", "Child ref", "Person ref", "Pupil", "UPN", "Own number")),
        Column("kind", "Kind", one_of(KINDS, "a kind of assessment"), ("Type", "Assessment type", "Assessment")),
        Column(
            "assessed_on",
            "Date",
            moment,
            (*DAY_NAMES, "Assessed", "Assessed on", "Assessment date", "CAF date", "Assessment completion date"),
            required=True,
        ),
        Column("author", "Author", text(160), ("Assessed by", "Written by", "Assessor", "CAF author", "Completed by")),
        Column(
            "organisation",
            "Organisation",
            text(160),
            ("Author organisation", "Agency", "Organisation completing assessment"),
        ),
        Column(
            "needs", "Needs", several(NEEDS), ("Need", "Assessed need", "Assessed needs", "CAF need", "Needs found")
        ),
        Column("summary", "Summary", prose(10_000), NOTE_NAMES),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"family", "assessed_on", "needs"}),)
    load = Assessments

    @classmethod
    def undo(cls, context: Context) -> int:
        return bringing.take_out(context.actor, context.scope, batch=context.batch, at=context.at)
