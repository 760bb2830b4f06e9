"""Cases by reference: opened, for whom, by whom, and how they ended if they did. Kept as they were, and not judged again."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from fingerpost.exchange.imports.columns import Column, moment, one_of, prose, separated, text, yes_no
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.closing import COLUMNS_OF_CLOSING, OUTCOMES_MET, Closing
from fingerpost.exchange.imports.kinds.headings import (
    CASE_NAMES,
    FAMILY_NAMES,
    NOTE_NAMES,
    RECORDED_NAMES,
    WORKER_NAMES,
)
from fingerpost.exchange.imports.kinds.lookups import (
    CASE,
    REQUEST,
    Areas,
    Families,
    FamilyFound,
    People,
    Staff,
    on_day,
    said_of,
    unknown,
)
from fingerpost.exchange.imports.kinds.lookups import Cases as StandingCases
from fingerpost.exchange.imports.kinds.on_record import Said
from fingerpost.exchange.imports.kinds.requests import ROUTES
from fingerpost.exchange.imports.kinds.routes import with_routes
from fingerpost.exchange.imports.references import folded, records_of
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.casework import commands
from fingerpost.work.casework.commands.bringing import CaseGiven
from fingerpost.work.casework.models import Case, CaseChild
from fingerpost.work.referrals.home import home_areas_of
from fingerpost.work.referrals.models import Request

CLOSED_BY_LIST = "case closed"
_ROUTE = one_of(ROUTES, "a way in")


def routes(cell: str) -> tuple[str, ...]:
    """One way in, or one for each child in the order of the children."""
    return tuple(_ROUTE(word) for word in separated(cell))


class Cases(Load):
    """Cases gathered by reference. Several rows of one case, each with another child, are one case."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._families, self._people, self._staff = Families(context), People(context), Staff(context)
        self._areas, self._closing = Areas(context), Closing(context)
        self._gathered: dict[str, dict[str, Any]] = {}
        self._open: dict[tuple[uuid.UUID, str], int] = {}
        self._standing = StandingCases(context)
        self._held: dict[uuid.UUID, Case] = {}
        self._held_children: dict[uuid.UUID, dict[uuid.UUID, str]] = {}
        self._known: set[str] = set()
        self._closes: dict[uuid.UUID, dict[str, Any]] = {}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        references = self.context.references
        references.look_up(CASE, (row["ref"] for row in rows))
        references.look_up(REQUEST, (row.get("request") for row in rows))
        self._families.look_up(row["family"] for row in rows)
        self._families.read(self._with_open_cases(rows))
        self._people.look_up(word for row in rows for word in said_of(row, "children"))
        self._staff.look_up(row.get("worker") for row in rows)
        self._closing.look_up(rows)
        self._read_held(rows)
        for row in rows:
            yield from self._case(row)

    def _read_held(self, rows: list[dict[str, Any]]) -> None:
        """Cases of these rows that are on record, with their children. Three queries a block."""
        self._standing.look_up(row["ref"] for row in rows)
        ids = {found.id for row in rows if (found := self._standing.get(row["ref"]))} - self._held.keys()
        if ids:
            self._held.update(
                (case.pk, case) for case in Case.objects.filter(pk__in=ids).select_related("destination", "worker")
            )
            children = CaseChild.objects.filter(case__in=ids).values_list("case_id", "person_id", "entry_route")
            for case, person, way in children:
                self._held_children.setdefault(case, {})[person] = way

    def _with_open_cases(self, rows: list[dict[str, Any]]) -> list[uuid.UUID]:
        """Families of these rows with an open case in the records already."""
        ids = {family.id for row in rows if (family := self._families.get(row["family"]))}
        held = Case.objects.open().filter(service=self.context.service, family_id__in=ids)
        found = list(held.values_list("family_id", "line"))
        self._open.update((key, 0) for key in found if key not in self._open)
        return [family for family, _ in found]

    def _case(self, row: dict[str, Any]) -> Iterable[Fault]:
        key = folded(row["ref"])
        family = self._families.get(row["family"])
        if family is None:
            return [unknown(row[LINE], "Family", "The family", row["family"])]
        if found := self._standing.get(row["ref"]):
            self._known.add(key)
            return self._on_record(row, family, self._held[found.id])
        row = self._closed_elsewhere(row)
        faults = [*self._strangers(row), *self._days(row)]
        children, missing = self._children(row, family)
        faults += missing
        if faults:
            return faults
        if key in self._gathered:
            return self._another_child(key, row, children)
        if twice := self._is_second_open(row, family):
            return [twice]
        self._gathered[key] = {**row, "found": family, "people": children}
        return ()

    def _on_record(self, row: dict[str, Any], family: FamilyFound, held: Case) -> Iterable[Fault]:
        """What the list says of a case that is known: it closes it where it is open; whatever else differs is named."""
        children, faults = self._children(row, family)
        faults = [*self._strangers(row), *self._days(row), *faults]
        if faults:
            return faults
        worker, request = self._staff.get(row.get("worker")), self.context.references.get(REQUEST, row.get("request"))
        children_held = self._held_children.get(held.pk, {})
        workers = (held.worker.name if held.worker else "", row.get("worker") or "")
        known = row.get("recorded") and self.context.recorded(row["opened_on"], row["recorded"])
        said = [
            Said("Family", family.id, held.family_id),
            Said("Opened", row["opened_on"], held.opened_at),
            Said("Worker", worker, held.worker_id, words=workers),
            Said("Referral", request, held.request_id),
            Said("Locality", self._areas.get(row.get("locality")), held.home_area_id),
            Said("Service line", row.get("service_line"), held.line),
            Said("Focus", row.get("focus"), held.focus),
            Said("Recorded", known, held.recorded_at),
        ]
        if row.get("children") and not {person for person, _ in children} <= children_held.keys():
            said.insert(2, Said("Children", True, False, words=("", "")))  # one row for each child is no difference
        elif row.get("routes"):
            ways = {person: "" if way == "none" else way for person, way in children}
            said.insert(
                2,
                Said(
                    "Entry route",
                    sorted(ways.items()),
                    sorted((p, children_held[p]) for p in ways if p in children_held),
                    words=("", ""),
                ),
            )
        if held.closed_at:
            said += [Said("Closed", row.get("closed_on") or "open", held.closed_at), *self._closing.said(row, held)]
            if folded(row["ref"]) in self.context.closings and not row.get("closed_on"):
                said = [one for one in said if one.column != "Closed"]  # the folder's list of closings says it
        elif row.get("closed_on"):
            self._closes[held.pk] = row
        self.on_record.compare(row[LINE], "This case", held, said)
        return ()

    def _closed_elsewhere(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row with how the case ended, where the folder's list of closings says it. A closing with a fault says nothing."""
        ended = self.context.closings.get(folded(row["ref"]))
        if ended is None or row.get("closed_on") or list(self._closing.faults(ended, on_day(row["opened_on"]))):
            return row
        self._closing.look_up([ended])
        return {**row, **{key: ended.get(key) for key in COLUMNS_OF_CLOSING}}

    def _strangers(self, row: dict[str, Any]) -> Iterator[Fault]:
        """Everything the row names that is not known."""
        if row.get("worker") and self._staff.get(row["worker"]) is None:
            yield unknown(row[LINE], "Worker", "The worker", row["worker"])
        if row.get("request") and self.context.references.get(REQUEST, row["request"]) is None:
            yield unknown(row[LINE], "Referral", "The referral", row["request"])
        if row.get("locality") and self._areas.get(row["locality"]) is None:
            yield unknown(row[LINE], "Locality", "The area", row["locality"])

    def _days(self, row: dict[str, Any]) -> Iterator[Fault]:
        if row.get("closed_on"):
            yield from self._closing.faults(row, on_day(row["opened_on"]))
        elif row.get("closure_reason"):
            yield Fault(
                row[LINE], "Closed", "This case has a reason for closing and no day. Fill in the day it closed."
            )

    def _children(self, row: dict[str, Any], family: FamilyFound) -> tuple[list[tuple[uuid.UUID, str]], list[Fault]]:
        """The children of the case, each with their way in; every child of the family where none is named."""
        given, faults = row.get("routes") or (), []
        people = []
        for word in row.get("children") or ():
            child = self._people.get(word, family)
            if child is None:
                faults.append(unknown(row[LINE], "Children", "The child", word))
            else:
                people.append(child.id)
        if not row.get("children"):
            people = [person for person, _, part in family.members if part == "child"]
        if len(given) not in (0, 1, len(people)) and not faults:
            faults.append(Fault(row[LINE], "Entry route", "Give one way in, or one for each child in their order."))
        in_order = given if len(given) == len(people) else [given[0] if given else ""] * len(people)
        return list(zip(people, in_order, strict=False)), faults

    def _another_child(self, key: str, row: dict[str, Any], children: list[tuple[uuid.UUID, str]]) -> Iterable[Fault]:
        first = self._gathered[key]
        if first["found"].id != self._families.get(row["family"]).id or first["opened_on"] != row["opened_on"]:  # type: ignore[union-attr]
            return [Fault(row[LINE], "Case", f"Line {first[LINE]} says otherwise of this case. Put one of them right.")]
        known = {person for person, _ in first["people"]}
        new = [child for child in children if child[0] not in known]
        if not new:
            return [Fault(row[LINE], "Case", f"This case is in the file already, on line {first[LINE]}. Keep one row.")]
        first["people"] += new
        return ()

    def _is_second_open(self, row: dict[str, Any], family: FamilyFound) -> Fault | None:
        """A family has one open case at a time."""
        if row.get("closed_on"):
            return None
        place = (family.id, row.get("service_line") or "")
        if place in self._open:
            other = f"on line {self._open[place]}" if self._open[place] else "in the records"
            return Fault(row[LINE], "Closed", f"This family has another open case, {other}. Close one of them.")
        self._open[place] = row[LINE]
        return None

    def write(self) -> Written:
        context = self.context
        rows = list(self._gathered.values())
        given = with_routes(context, self._at_home([self._given(row) for row in rows]))
        made = commands.bring_in_cases(
            context.actor, context.scope, service=context.service, cases=given, batch=context.batch, at=context.at
        )
        context.references.add(CASE, {one.ref: case.pk for one, case in zip(given, made, strict=True)})
        closings = [(case, self._closing.given(row)) for case, row in self._closes.items()]
        closed = commands.bring_in_closings(context.actor, context.scope, closings=closings, at=context.at)
        context.references.add(CLOSED_BY_LIST, {str(case): case for case, _ in closings})
        return Written(added=len(made), changed=closed, unchanged=len(self._known) - closed)

    def _at_home(self, given: list[CaseGiven]) -> list[CaseGiven]:
        """The cases with a home area: their own, else the referral's, else where a parent lives."""
        without = [case for case in given if not case.home_area]
        allocation = self.context.rules.contract.pathway.allocation
        if not without or allocation is None:
            return given
        requests = Request.objects.filter(pk__in=[case.request_id for case in without if case.request_id])
        received = dict(requests.exclude(home_area="").values_list("id", "home_area"))
        homes = home_areas_of(
            {case.family_id for case in without}, service=self.context.service, level=allocation.level
        )
        return [
            case
            if case.home_area
            else replace(
                case,
                home_area=(received.get(case.request_id) if case.request_id else None) or homes.get(case.family_id),
            )
            for case in given
        ]

    def _given(self, row: dict[str, Any]) -> CaseGiven:
        context = self.context
        opened: date | datetime = row["opened_on"]
        worker = self._staff.get(row.get("worker"))
        return CaseGiven(
            ref=row["ref"],
            family_id=row["found"].id,
            children=tuple(row["people"]),
            opened_at=context.moment(opened, 9),
            recorded_at=context.recorded(opened, row.get("recorded")),
            line=row.get("service_line") or "",
            request_id=context.references.get(REQUEST, row.get("request")),
            home_area=self._areas.get(row.get("locality")),
            worker_id=worker,
            team_id=self._staff.team_of(worker),
            focus=row.get("focus") or "",
            closing=self._closing.given(row) if row.get("closed_on") else None,
        )


class CaseList(Kind):
    name = "cases"
    title = "Cases"
    turn = 50
    file_names = ("cases", "episodes", "casework")
    columns = (
        Column("ref", "Case", text(60), (*CASE_NAMES, "Reference"), required=True),
        Column("family", "Family", text(60), FAMILY_NAMES, required=True),
        Column(
            "children",
            "Children",
            separated,
            ("Child", "Child ref", "Child number", "Child ID", "Person", "Person ref", "Person ID", "Pupil", "UPN"),
        ),
        Column("request", "Referral", text(60), ("Referral ref", "Referral reference", "Referral ID", "Request")),
        Column(
            "opened_on",
            "Opened",
            moment,
            ("Opened on", "Date opened", "Start", "Start date", "Started", "Open date", "Case start date"),
            required=True,
        ),
        Column("worker", "Worker", text(160), WORKER_NAMES),
        Column("locality", "Locality", text(120), ("Area", "Home locality", "Home area", "Cluster")),
        Column("routes", "Entry route", routes, ("Entry routes", "Route", "Way in", "Criterion", "Eligibility")),
        Column("service_line", "Service line", text(60), ("Line",)),
        Column("focus", "Focus", prose(2000), ("Purpose", "Aim", "Work for")),
        Column(
            "closed_on",
            "Closed",
            moment,
            ("Closed on", "Date closed", "End", "End date", "Ended", "Close date", "Case end date"),
        ),
        Column(
            "closure_reason",
            "Closing reason",
            text(120),
            ("Closure reason", "Reason closed", "Reason for closing", "Reason"),
        ),
        Column("outcomes_met", "Needs met", one_of(OUTCOMES_MET, "an answer"), ("Outcomes met", "Outcome")),
        Column("destination", "Referred to", text(160), ("Destination", "Referred on to", "Moved to")),
        Column("destination_accepted", "Taken on there", yes_no, ("Destination accepted",)),
        Column("closing_note", "Closing note", prose(5000), ("Closing summary", *NOTE_NAMES)),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
        Column("closing_recorded", "Closing recorded", moment, ("Closure recorded", "Closing entered")),
    )
    layouts = (frozenset({"ref", "family", "opened_on"}),)
    load = Cases

    @classmethod
    def undo(cls, context: Context) -> int:
        closed = records_of(context.batch, CLOSED_BY_LIST)
        commands.take_out_closings(context.actor, context.scope, cases=closed, at=context.at)
        return commands.take_out_cases(context.actor, context.scope, batch=context.batch, at=context.at)
