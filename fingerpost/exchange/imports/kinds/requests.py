"""Referrals of earlier years by reference: what came, when, from whom, and what became of it. Nothing is decided again."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from fingerpost.exchange.imports.columns import Column, moment, one_of, prose, separated, text
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import FAMILY_NAMES, RECORDED_NAMES
from fingerpost.exchange.imports.kinds.lookups import (
    REQUEST,
    Areas,
    Families,
    FamilyFound,
    Groups,
    People,
    on_day,
    said_of,
    unknown,
)
from fingerpost.exchange.imports.kinds.on_record import Said
from fingerpost.exchange.imports.kinds.people import groups
from fingerpost.exchange.imports.kinds.pupils import Schools
from fingerpost.exchange.imports.kinds.referrals import SOURCES
from fingerpost.exchange.imports.references import folded
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.casework.reach import follow_many
from fingerpost.work.referrals import bringing
from fingerpost.work.referrals.bringing import RequestGiven
from fingerpost.work.referrals.home import home_areas_of
from fingerpost.work.referrals.models import Request, RequestChild

OUTCOMES = {
    "Accepted": "accepted", "Allocated": "accepted", "Opened": "accepted", "Eligible": "accepted",
    "Not accepted": "refused", "Refused": "refused", "Declined": "refused", "Rejected": "refused",
    "Not eligible": "refused", "Waiting": "", "Pending": "",
}  # fmt: skip
ROUTES = {
    "Attendance": "attendance", "Forecast": "forecast", "Attendance forecast": "forecast", "Exclusion": "exclusion",
    "Exclusion only": "exclusion", "Fixed term exclusion": "exclusion", "None": "none", "Came along": "none",
}  # fmt: skip


class Requests(Load):
    """Requests gathered by reference."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._families, self._people = Families(context), People(context)
        self._schools, self._areas, self._groups = Schools(), Areas(context), Groups(context)
        self._seen: dict[str, int] = {}
        self._gathered: list[tuple[RequestGiven, dict[str, Any]]] = []
        self._known: dict[uuid.UUID, tuple[dict[str, Any], RequestGiven]] = {}
        self._unchanged = 0

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self.context.references.look_up(REQUEST, (row.get("ref") for row in rows))
        self._families.look_up(row.get("family") for row in rows)
        self._people.look_up(word for row in rows for word in said_of(row, "children"))
        self._schools.look_up(row.get("school") or "" for row in rows)
        for row in rows:
            yield from self._request(row)

    def _request(self, row: dict[str, Any]) -> Iterable[Fault]:
        line, ref = row[LINE], row["ref"]
        if self._seen.setdefault(folded(ref), line) != line:
            earlier = self._seen[folded(ref)]
            return [Fault(line, "Referral", f"This referral is in the file already, on line {earlier}. Keep one row.")]
        family = self._families.get(row["family"])
        if family is None:
            return [unknown(line, "Family", "The family", row["family"])]
        if strange := self._groups.fault_of(row):
            return [strange]
        if row.get("school") and not self._schools.is_known(row["school"]):
            return [Schools.unknown(line, row["school"])]
        if row.get("locality") and self._areas.get(row["locality"]) is None:
            return [unknown(line, "Locality", "The area", row["locality"])]
        return self._with_children(row, family)

    def _with_children(self, row: dict[str, Any], family: FamilyFound) -> Iterable[Fault]:
        children, faults = [], []
        for word in row.get("children") or ():
            child = self._people.get(word, family)
            if child is None:
                faults.append(unknown(row[LINE], "Children", "The child", word))
            else:
                children.append(child.id)
        if not row.get("children"):
            children = [person for person, _, part in family.members if part == "child"]
        if not children and not faults:
            faults.append(Fault(row[LINE], "Children", "This family has no child. Name the child, or add them to it."))
        faults += [] if faults else _days_out_of_order(row)
        if faults:
            return faults
        given = self._given(row, family, tuple(dict.fromkeys(children)))
        if known := self.context.references.get(REQUEST, row["ref"]):
            self._unchanged += 1
            self._known[known] = (row, given)
        else:
            self._gathered.append((given, row))
        return ()

    def _given(self, row: dict[str, Any], family: FamilyFound, children: tuple[uuid.UUID, ...]) -> RequestGiven:
        context = self.context
        words = {key: row.get(key) or "" for key in ("referrer_name", "referrer_contact", "reason", "forecast_reason")}
        outcome, received = row.get("outcome") or "", context.moment(row["received_on"], 9)
        decided = row.get("decided_on") or (row["received_on"] if outcome else None)
        return RequestGiven(
            ref=row["ref"],
            family_id=family.id,
            children=children,
            scope=family.scope,
            received_at=received,
            recorded_at=context.recorded(row["received_on"], row.get("recorded")),
            source=row.get("source") or ("school" if row.get("school") else "other"),
            line=row.get("service_line") or "",
            home_area=self._areas.get(row.get("locality")) or "",
            school=self._schools[row["school"]] if row.get("school") else None,
            vulnerable_groups=row.get("vulnerable_groups") or (),
            outcome=outcome,
            route=(row.get("route") or "").replace("none", ""),
            decided_at=context.moment(decided, 10) if decided else None,
            withdrawn_at=context.moment(row["withdrawn_on"], 10) if row.get("withdrawn_on") else None,
            **words,
        )

    def finish(self) -> Iterator[Fault]:
        """What the list says otherwise of referrals held. They were decided as they stand, so all of it is only named."""
        children: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
        for request_id, person in RequestChild.objects.filter(request__in=self._known).values_list(
            "request_id", "person_id"
        ):
            children[request_id].add(person)
        for request in Request.objects.filter(pk__in=self._known):
            row, given = self._known[request.pk]
            named = bool(row.get("children")) and set(given.children) != children[request.pk]
            self.on_record.compare(row[LINE], "This referral", request, _said_of(row, given, request, is_other=named))
        yield from super().finish()

    def write(self) -> Written:
        context = self.context
        allocation = context.rules.contract.pathway.allocation
        families = {given.family_id for given, _ in self._gathered}
        homes = home_areas_of(families, service=self.context.service, level=allocation.level) if allocation else {}
        given = [
            one if one.home_area else replace(one, home_area=homes.get(one.family_id, "")) for one, _ in self._gathered
        ]
        made = bringing.bring_in(
            context.actor, context.scope, service=context.service, requests=given, batch=context.batch, at=context.at
        )
        context.references.add(REQUEST, {one.ref: row.pk for one, row in zip(given, made, strict=True)})
        follow_many({row.family_id for row in made}, context.today)
        return Written(added=len(made), unchanged=self._unchanged)


def _said_of(row: dict[str, Any], given: RequestGiven, held: Request, *, is_other: bool) -> list[Said]:
    """What a row says of a referral on record, column by column. `is_other`: it names other children."""
    return [
        Said("Family", given.family_id, held.family_id),
        Said("Children", is_other or None, False, words=("", "")),
        Said("Received", row["received_on"], held.received_at),
        Said("Source", row.get("source"), held.source),
        Said("School", given.school, held.school_id),
        Said("Referrer", row.get("referrer_name"), held.referrer_name),
        Said("Referrer contact", row.get("referrer_contact"), held.referrer_contact),
        Said("Reason", row.get("reason"), held.reason),
        Said("Forecast reason", row.get("forecast_reason"), held.forecast_reason),
        Said("Vulnerable groups", given.vulnerable_groups, held.vulnerable_groups),
        Said("Locality", row.get("locality") and given.home_area, held.home_area),
        Said("Service line", given.line, held.line),
        Said("Outcome", given.outcome, held.outcome),
        Said("Entry route", given.route if row.get("route") != "none" else "none", held.route or "none"),
        Said("Decided", row.get("decided_on"), held.decided_at),
        Said("Withdrawn", row.get("withdrawn_on"), held.withdrawn_at),
        Said("Recorded", row.get("recorded") and given.recorded_at, held.recorded_at),
    ]


def _days_out_of_order(row: dict[str, Any]) -> list[Fault]:
    received: date | datetime = row["received_on"]
    for key, column in (("decided_on", "Decided"), ("withdrawn_on", "Withdrawn")):
        if row.get(key) and on_day(row[key]) < on_day(received):
            return [Fault(row[LINE], column, "This day is before the referral was received. Check the days.")]
    return []


class RequestList(Kind):
    name = "referral_history"
    title = "Referrals of earlier years, by reference"
    turn = 41
    file_names = ("referrals", "requests", "referral history")
    columns = (
        Column(
            "ref",
            "Referral",
            text(60),
            (
                "Referral ref",
                "Referral reference",
                "Referral ID",
                "Referral number",
                "Reference",
                "Request",
                "Request ID",
            ),
            required=True,
        ),
        Column("family", "Family", text(60), FAMILY_NAMES, required=True),
        Column(
            "children",
            "Children",
            separated,
            ("Child", "Child ref", "Child number", "Child ID", "Person", "Pupil", "UPN"),
        ),
        Column(
            "received_on",
            "Received",
            moment,
            ("Received on", "Date received", "Referral date", "Referred on", "Referred", "Date"),
            required=True,
        ),
        Column("source", "Source", one_of(SOURCES, "a source"), ("Referral source", "Referred by")),
        Column("school", "School", text(160), ("School number", "DfE number", "School code", "Establishment")),
        Column("referrer_name", "Referrer", text(160), ("Referrer name",)),
        Column("referrer_contact", "Referrer contact", text(160), ("Referrer email", "Referrer phone")),
        Column("reason", "Reason", prose(2000), ("Reason for referral",)),
        Column("forecast_reason", "Forecast reason", prose(2000), ("Why attendance will fall",)),
        Column("vulnerable_groups", "Vulnerable groups", groups, ("Vulnerable group",)),
        Column("locality", "Locality", text(120), ("Area", "Home locality", "Home area")),
        Column("service_line", "Service line", text(60), ("Line",)),
        Column("outcome", "Outcome", one_of(OUTCOMES, "an outcome"), ("Decision", "Status", "Result")),
        Column("route", "Entry route", one_of(ROUTES, "a way in"), ("Route", "Way in", "Criterion", "Admitted by")),
        Column("decided_on", "Decided", moment, ("Decided on", "Decision date", "Date decided")),
        Column("withdrawn_on", "Withdrawn", moment, ("Withdrawn on", "Date withdrawn")),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"ref", "family", "received_on"}),)
    load = Requests

    @classmethod
    def undo(cls, context: Context) -> int:
        families = set(Request.objects.filter(batch=context.batch).values_list("family_id", flat=True))
        taken = bringing.take_out(context.actor, context.scope, batch=context.batch, at=context.at)
        follow_many(families, context.today)
        return taken
