"""Programmes for groups and their runs: one row a run."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property, partial
from typing import Any

from fingerpost.exchange.imports.columns import Column, bare, day, moment, text, whole_number, yes_no
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import RECORDED_NAMES, RUN_NAMES, WORKER_NAMES
from fingerpost.exchange.imports.kinds.lookups import RUN, Areas, Staff, unknown
from fingerpost.exchange.imports.kinds.on_record import Said, puts
from fingerpost.exchange.imports.references import folded, records_of
from fingerpost.ground.access.scope import Scope
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.casework.reach import Teams
from fingerpost.work.groups import bringing
from fingerpost.work.groups.bringing import RunGiven
from fingerpost.work.groups.commands import define
from fingerpost.work.groups.models import Programme, Run

PROGRAMME = "programme"
USUAL_PLACES = 12
ALONG = ("programme", "area", "venue", "leader")


class Programmes(Load):
    """Runs gathered by reference."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._areas, self._staff, self._teams = Areas(context), Staff(context), Teams(context.today)
        self._rows: dict[str, dict[str, Any]] = {}
        self._lines: dict[str, int] = {}
        self._held: dict[Any, Run] = {}
        self._unchanged = 0

    @cached_property
    def _offers(self) -> dict[str, str]:
        """The contract's offers by key, kind and title."""
        offers = self.context.rules.contract.offers
        return {bare(word): key for key, words in offers.items() for word in (words.kind, words.title, key)}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self.context.references.look_up(RUN, (row["ref"] for row in rows))
        self._staff.look_up(row.get("leader") for row in rows)
        ids = {pk for row in rows if (pk := self.context.references.get(RUN, row["ref"]))} - self._held.keys()
        self._held.update((run.pk, run) for run in Run.objects.filter(pk__in=ids).select_related(*ALONG))
        for row in rows:
            yield from self._one(row)

    def _one(self, row: dict[str, Any]) -> Iterable[Fault]:
        line, key = row[LINE], folded(row["ref"])
        if (earlier := self._lines.setdefault(key, line)) != line:
            return [Fault(line, "Run", f"This run is in the file already, on line {earlier}. Keep one row.")]
        if self._areas.get(row["locality"]) is None:
            return [unknown(line, "Locality", "The area", row["locality"])]
        if row.get("leader") and self._staff.get(row["leader"]) is None:
            return [unknown(line, "Leader", "The worker", row["leader"])]
        if bare(row.get("kind") or PROGRAMME) not in self._offers:
            offered = ", ".join(words.kind for words in self.context.rules.contract.offers.values())
            return [
                Fault(line, "Kind", f"{row['kind'][:40]!r} is no kind of group of the contract. Use one of: {offered}.")
            ]
        if row.get("ends_on") and row["ends_on"] < row["starts_on"]:
            return [Fault(line, "Last day", "The run ends before it begins. Check the days.")]
        if row.get("advertised_on") and not row.get("agreed_on") and self._needs_agreement(row):
            return [
                Fault(
                    line, "Agreed", "It was made public, so somebody agreed it before. Fill in the day it was agreed."
                )
            ]
        if held := self._held.get(self.context.references.get(RUN, row["ref"])):
            self._unchanged += 1
            return self._on_record(row, held)
        self._rows[key] = row
        return ()

    def _on_record(self, row: dict[str, Any], held: Run) -> Iterable[Fault]:
        """What the list says otherwise of a run that is known. People, places and days hang on what it only names."""
        context, venue = self.context, row.get("venue")
        offer, known = self._offers.get(bare(row.get("kind") or "")), row.get("recorded")
        leaders = (held.leader.name if held.leader else "", row.get("leader") or "")
        public, cancelled = row.get("advertised_on"), row.get("cancelled_on")
        ended = {"cancelled_at": cancelled and context.moment(cancelled)}
        said = [
            Said("Programme", row["title"], held.programme.title),
            Said("Kind", offer, self._offers.get(bare(held.programme.kind)), words=(held.programme.kind, row.get("kind") or "")),
            Said("Evidence based", row.get("evidence_based"), held.programme.is_evidence_based),
            Said("Locality", self._areas.get(row["locality"]), held.area_id, words=(held.area.name, row["locality"])),
            Said("First day", row["starts_on"], held.starts_on),
            Said("Last day", row.get("ends_on"), held.ends_on),
            Said("Leader", self._staff.get(row.get("leader")), held.leader_id, words=leaders),
            Said("Places", row.get("places"), held.places),
            Said("Venue", venue, held.venue.name if held.venue else "", partial(self._venue_put, row), ("venue_id",)),
            puts("Agreed", row.get("agreed_on"), held, "agreed_on"),
            puts("Agreed by", row.get("agreed_by"), held, "agreed_by"),
            Said("Made public", public, held.advertised_at),
            Said("Cancelled", cancelled, held.cancelled_at, ended, ("cancelled_at",)),
            Said("Recorded", known and context.moment(known), held.proposed_at),
        ]  # fmt: skip
        self.on_record.compare(row[LINE], "This run", held, said)
        return ()

    def _venue_put(self, row: dict[str, Any]) -> dict[str, Any]:
        context, area = self.context, self._areas.get(row["locality"]) or ""
        venue = bringing.bring_in_venue(context.actor, context.scope, name=row["venue"], area=area, at=context.at)
        return {"venue_id": venue.pk}

    def _offer(self, row: dict[str, Any]) -> str:
        return self._offers[bare(row.get("kind") or PROGRAMME)]

    def _needs_agreement(self, row: dict[str, Any]) -> bool:
        return bool(self.context.rules.contract.offers[self._offer(row)].agreed_with)

    def write(self) -> Written:
        context, rows = self.context, list(self._rows.values())
        given = [self._given(row, self._programme(row)) for row in rows]
        made = bringing.bring_in_runs(
            context.actor, context.scope, service=context.service, runs=given, batch=context.batch, at=context.at
        )
        context.references.add(RUN, {row["ref"]: run.pk for row, run in zip(rows, made, strict=True)})
        changed = self.on_record.write()
        return Written(added=len(made), changed=changed, unchanged=self._unchanged - changed)

    def _programme(self, row: dict[str, Any]) -> uuid.UUID:
        """The programme of that title, defined where it is new."""
        context = self.context
        known = Programme.objects.filter(service=context.service, title=row["title"]).first()
        if known is None:
            known = define(
                context.actor, context.scope, service=context.service, offer=self._offer(row), title=row["title"],
                at=context.at,
            )  # fmt: skip
            if row.get("evidence_based") is not None and known.is_evidence_based != row["evidence_based"]:
                known.is_evidence_based = row["evidence_based"]
                known.save(update_fields=["is_evidence_based"])
            context.references.add(PROGRAMME, {str(known.pk): known.pk})
        return known.pk

    def _given(self, row: dict[str, Any], programme: uuid.UUID) -> RunGiven:
        context, area = self.context, self._areas.get(row["locality"]) or ""
        starts: date = row["starts_on"]
        leader = self._staff.get(row.get("leader"))
        venue = row.get("venue")
        place = (
            bringing.bring_in_venue(context.actor, context.scope, name=venue, area=area, at=context.at)
            if venue
            else None
        )
        agreed = row.get("agreed_on")
        return RunGiven(
            ref=row["ref"],
            programme_id=programme,
            area=area,
            starts_on=starts,
            ends_on=row.get("ends_on") or starts,
            places=row.get("places") or USUAL_PLACES,
            proposed_at=context.moment(row.get("recorded") or (min(agreed, starts) if agreed else starts)),
            venue_id=place.pk if place else None,
            team_id=self._staff.team_of(leader) or self._teams.of(area),
            leader_id=leader,
            needs_agreement=self._needs_agreement(row),
            agreed_on=agreed,
            agreed_by=row.get("agreed_by") or ("Not stated" if agreed else ""),
            advertised_at=context.moment(row["advertised_on"]) if row.get("advertised_on") else None,
            cancelled_at=context.moment(row["cancelled_on"]) if row.get("cancelled_on") else None,
        )


class ProgrammeList(Kind):
    name = "programmes"
    title = "Programmes and their runs"
    turn = 60
    file_names = ("programmes", "courses", "runs", "groups")
    columns = (
        Column(
            "ref",
            "Run",
            text(60),
            (*RUN_NAMES, "Reference", "Course ID", "Programme ref", "Programme ID"),
            required=True,
        ),
        Column(
            "title",
            "Programme",
            text(160),
            ("Title", "Course", "Programme title", "Name", "Course title"),
            required=True,
        ),
        Column("kind", "Kind", text(120), ("Type", "Group kind", "Offer", "Programme kind")),
        Column("evidence_based", "Evidence based", yes_no, ("Is evidence based", "Evidence-based programme")),
        Column("locality", "Locality", text(120), ("Area", "Quadrant", "District"), required=True),
        Column("venue", "Venue", text(160), ("Place", "Held at", "Location")),
        Column(
            "starts_on",
            "First day",
            day,
            ("Starts", "Start", "Start date", "Starts on"),
            required=True,
            may_lie_ahead=True,
        ),
        Column("ends_on", "Last day", day, ("Ends", "End", "End date", "Ends on"), may_lie_ahead=True),
        Column("places", "Places", whole_number, ("Capacity", "Places offered")),
        Column("leader", "Leader", text(160), ("Led by", *WORKER_NAMES, "Worker")),
        Column("agreed_on", "Agreed", day, ("Agreed on", "Date agreed", "Agreed by coordinator on")),
        Column("agreed_by", "Agreed by", text(160), ("Coordinator", "Locality Parenting Coordinator")),
        Column("advertised_on", "Made public", day, ("Advertised", "Advertised on")),
        Column("cancelled_on", "Cancelled", day, ("Cancelled on", "Date cancelled")),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"ref", "title", "locality", "starts_on"}),)
    load = Programmes

    @classmethod
    def undo(cls, context: Context) -> int:
        taken = bringing.take_out(context.actor, context.scope, batch=context.batch, at=context.at)
        programmes = records_of(context.batch, PROGRAMME)
        return taken + bringing.take_out_programmes(
            context.actor, Scope.of(service=context.service), programmes=programmes, at=context.at
        )
