"""Referrals, one row a child: the same reference on several rows makes one request for several children of a family.

Each goes the way that the form goes, so people are recognised and requests checked alike.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from fingerpost.agreements.contracts.queries import NothingInForce
from fingerpost.exchange.imports.columns import Column, Wrong, bare, day, one_of, phone, postcode, text, upn
from fingerpost.exchange.imports.faults import Fault, Faulty
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.lookups import Groups
from fingerpost.exchange.imports.kinds.pupils import Schools
from fingerpost.ground.access.command import Refused
from fingerpost.people.families.queries import matches
from fingerpost.people.schooling.models import School
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.assessments.needs import NEEDS
from fingerpost.work.referrals import commands, intake
from fingerpost.work.referrals.intake import AssessmentGiven, ChildGiven, ParentGiven, ReferralGiven
from fingerpost.work.referrals.models import Referral, Request

SOURCES = {
    "School": "school", "Health": "health", "Social care": "social_care", "Family": "family", "Other": "other",
}  # fmt: skip
YES_NO = {"Yes": True, "Y": True, "No": False, "N": False}
# What a refusal of the request names, and the column that it came from.
_COLUMNS = {
    "first_name": "Child first name", "last_name": "Child last name", "born_on": "Child birth date", "upn": "UPN",
    "postcode": "Postcode", "assessed_on": "CAF date", "author": "CAF author", "needs": "CAF need",
    "received_at": "Received", "vulnerable_groups": "Vulnerable groups", "school": "School",
}  # fmt: skip


def several(known: dict[str, str] | None = None) -> Callable[[str], tuple[str, ...]]:
    """Codes or labels with a semicolon or a bar between them. `known` closes the list."""
    by_label = {bare(word): code for code, label in (known or {}).items() for word in (code, label)}

    def parse(cell: str) -> tuple[str, ...]:
        words = [word for part in re.split(r"[;|]", cell) if (word := part.strip())]
        if known and (strange := [word for word in words if bare(word) not in by_label]):
            raise Wrong(f"{strange[0][:40]!r} is not known. Use: {', '.join(known)}; put a semicolon between two.")
        return tuple(by_label.get(bare(word), re.sub(r"\W+", "_", word.lower()).strip("_")) for word in words)

    return parse


class Referrals(Load):
    """Rows gathered by reference; each referral is tried once and taken back, so that all that is wrong is said at once."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.schools, self.groups = Schools(), Groups(context)
        self._gathered: dict[str, list[dict[str, Any]]] = {}
        self._received: set[str] = set()

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self.schools.look_up(row.get("school") or "" for row in rows)
        for row in rows:
            if row.get("school") and not self.schools.is_known(row["school"]):
                yield Schools.unknown(row[LINE], row["school"])
            elif strange := _unnamed(row) or self.groups.fault_of(row):
                yield strange
            elif bool(row.get("caf_on")) != bool(row.get("caf_author")):
                yield Fault(
                    row[LINE], "CAF date", "An assessment needs its date and its author. Fill in both, or neither."
                )
            elif (twice := self._is_twice(row)) is not None:
                yield twice
            else:
                self._gathered.setdefault(_reference(row), []).append(row)

    def _is_twice(self, row: dict[str, Any]) -> Fault | None:
        for other in self._gathered.get(_reference(row), []):
            if _child(other) == _child(row):
                return Fault(row[LINE], "", f"This child is in the same referral on line {other[LINE]}. Keep one row.")
        return None

    def finish(self) -> Iterator[Fault]:
        """Try every referral, and take it back."""
        refs = list(self._gathered)
        named = {"service": self.context.service, "batch_ref__in": refs, "withdrawn_at": None}
        waiting = Referral.objects.filter(**named, settled_at=None)
        for standing in (Request.objects.filter(**named), waiting):
            self._received |= set(standing.values_list("batch_ref", flat=True))
        wrong: list[str] = []
        for ref, rows in self._gathered.items():
            if ref in self._received:
                continue
            try:
                with transaction.atomic():
                    self._refer(ref, rows)
                    transaction.set_rollback(True)
            except Refused as refusal:
                wrong.append(ref)
                column = _COLUMNS.get(refusal.field or "", "")
                yield from (Fault(row[LINE], column, refusal.message) for row in rows)
                continue
            yield from self._alike(rows)
        for ref in wrong:
            del self._gathered[ref]

    def _alike(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        for row in rows:
            names = {"first_name": row["first_name"], "last_name": row["last_name"], "born_on": row.get("born_on")}
            found = matches(self.context.actor, **names, postcode=row.get("postcode") or "", upn=row.get("upn") or "")
            for match in found[:3]:
                why = f"This may be somebody we know: {', '.join(match.why)}. Look under People to check."
                yield Fault(row[LINE], "Child last name", why, "match", match.person.pk)

    def _refer(self, ref: str, rows: list[dict[str, Any]]) -> None:
        context = self.context
        received = _moment(rows[0]["received_on"], context.at)
        try:
            intake.refer(
                context.actor,
                context.scope,
                service=context.service,
                given=self._given(rows),
                received_at=received,
                at=context.at,
                batch=context.batch,
                batch_ref=ref,
            )
        except NothingInForce as nothing:
            raise Faulty(str(nothing)) from nothing

    def _given(self, rows: list[dict[str, Any]]) -> ReferralGiven:
        first = rows[0]
        words = {
            key: first.get(key) or "" for key in ("referrer_name", "referrer_contact", "reason", "forecast_reason")
        }
        school = self.schools[first["school"]] if first.get("school") else None
        return ReferralGiven(
            children=[ChildGiven(r["first_name"], r["last_name"], r.get("born_on"), r.get("upn") or "") for r in rows],
            parent=_parent(first),
            source=first.get("source") or ("school" if school else "other"),
            school=School.objects.get(pk=school) if school else None,
            vulnerable_groups=sorted({group for row in rows for group in row.get("vulnerable_groups") or ()}),
            assessment=_assessment(first),
            may_tell_school=first.get("may_tell_school"),
            **words,
        )

    def write(self) -> Written:
        written = Written()
        for ref, rows in self._gathered.items():
            if ref in self._received:
                written.unchanged += 1
                continue
            self._refer(ref, rows)
            written.added += 1
        return written


def _unnamed(row: dict[str, Any]) -> Fault | None:
    """The fault of a row that gives neither name of the child, or of the parent. One name is enough."""
    for who, first, last in (("Child", "first_name", "last_name"), ("Parent", "parent_first_name", "parent_last_name")):
        row[first], row[last] = row.get(first) or "", row.get(last) or ""
        if not row[first] and not row[last]:
            return Fault(row[LINE], f"{who} first name", "Enter a first name or a last name.")
    return None


def _reference(row: dict[str, Any]) -> str:
    """The list's own reference; without one, a row is a referral by what it says of the child and the day."""
    if row.get("ref"):
        return str(row["ref"])
    return hashlib.sha256(repr((*_child(row), row["received_on"])).encode()).hexdigest()[:24]


def _child(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["first_name"].casefold(), row["last_name"].casefold(), row.get("born_on")


def _parent(row: dict[str, Any]) -> ParentGiven:
    return ParentGiven(
        first_name=row["parent_first_name"],
        last_name=row["parent_last_name"],
        phone=row.get("phone") or "",
        born_on=row.get("parent_born_on"),
        lines=row.get("address") or "",
        postcode=row.get("postcode") or "",
    )


def _assessment(row: dict[str, Any]) -> AssessmentGiven | None:
    if not row.get("caf_on"):
        return None
    return AssessmentGiven(row["caf_on"], row["caf_author"], row.get("caf_needs") or ())


def _moment(received_on: date, at: datetime) -> datetime:
    """The start of the day it was received; today's are received now."""
    return min(timezone.make_aware(datetime.combine(received_on, time(9))), at)


class ReferralList(Kind):
    name = "referrals"
    title = "Referrals"
    turn = 40
    file_names = ("referrals",)
    columns = (
        Column("ref", "Referral", text(60), ("Referral ref", "Referral reference", "Reference")),
        Column("received_on", "Received", day, ("Received on", "Date received", "Referral date"), required=True),
        Column("first_name", "Child first name", text(100), ("Child forename", "Pupil forename")),
        Column("last_name", "Child last name", text(100), ("Child surname", "Pupil surname")),
        Column("born_on", "Child birth date", day, ("Child date of birth", "Child DOB", "Pupil DOB")),
        Column("upn", "UPN", upn, ("Unique pupil number", "Child UPN", "Pupil UPN")),
        Column("parent_first_name", "Parent first name", text(100), ("Parent forename", "Carer forename")),
        Column("parent_last_name", "Parent last name", text(100), ("Parent surname", "Carer surname")),
        Column("parent_born_on", "Parent birth date", day, ("Parent date of birth", "Parent DOB")),
        Column("phone", "Phone", phone, ("Parent phone", "Telephone")),
        Column("address", "Address", text(300), ("Parent address", "Street")),
        Column("postcode", "Postcode", postcode, ("Parent postcode", "Post code")),
        Column("school", "School", text(160), ("School number", "DfE number", "School code", "Establishment")),
        Column("source", "Source", one_of(SOURCES, "a source"), ("Referral source", "Referred by")),
        Column("referrer_name", "Referrer", text(160), ("Referrer name",)),
        Column("referrer_contact", "Referrer contact", text(160), ("Referrer email", "Referrer phone")),
        Column("reason", "Reason", text(2000), ("Reason for referral",)),
        Column("forecast_reason", "Forecast reason", text(2000), ("Why attendance will fall",)),
        Column("vulnerable_groups", "Vulnerable groups", several(), ("Vulnerable group",)),
        Column("caf_on", "CAF date", day, ("Assessment date", "Date of CAF")),
        Column("caf_author", "CAF author", text(160), ("Assessment author", "CAF by")),
        Column("caf_needs", "CAF need", several(NEEDS), ("CAF needs", "Assessed need", "Assessed needs")),
        Column("may_tell_school", "May tell school", one_of(YES_NO, "an answer"), ("Consent to tell school",)),
    )
    layouts = (frozenset({"received_on", "first_name", "last_name", "parent_first_name", "parent_last_name"}),)
    load = Referrals

    @classmethod
    def undo(cls, context: Context) -> int:
        """Withdraw every request of the batch. The people stay: somebody may know them from elsewhere by now."""
        requests: Iterable[Request] = Request.objects.filter(batch=context.batch, withdrawn_at=None)
        undone = commands.withdraw_waiting(context.actor, context.scope, batch=context.batch, at=context.at)
        for request in requests:
            commands.withdraw(context.actor, request, reason="The list that it came in was undone", at=context.at)
            undone += 1
        return undone
