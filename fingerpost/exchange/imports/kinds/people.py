"""People and families, one row a person: the way in from a spreadsheet or another system."""

import re
from collections.abc import Iterator
from typing import Any

from fingerpost.exchange.imports.columns import (
    Column,
    day,
    moment,
    nhs,
    one_of,
    phone,
    postcode,
    separated,
    text,
    upn,
    yes_no,
)
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import FAMILY_NAMES, PERSON_NAMES, RECORDED_NAMES, SCHOOL_NAMES
from fingerpost.exchange.imports.kinds.lookups import Areas, Groups, unknown
from fingerpost.exchange.imports.kinds.people_amended import Amended
from fingerpost.exchange.imports.kinds.people_hidden import Hidden
from fingerpost.exchange.imports.kinds.people_households import Households
from fingerpost.exchange.imports.kinds.people_judged import Judged
from fingerpost.exchange.imports.kinds.people_known import Entry, Known
from fingerpost.exchange.imports.kinds.people_repeated import Repeated
from fingerpost.exchange.imports.kinds.pupils import Schools
from fingerpost.people.circumstances import commands as circumstances
from fingerpost.people.families import commands
from fingerpost.people.families.relations import RELATIONS
from fingerpost.people.schooling import commands as schooling
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.referrals import restricting

# What stands for no more than a part, in words of ours and of others; then the words that say more, which are kept.
PARTS = {
    "Child": "child", "Pupil": "child", "Parent": "parent", "Parent or carer": "parent", "Other": "other",
    "Other adult": "other", "Adult": "other",
}  # fmt: skip
CALLED = {one.label: code for code, one in RELATIONS.items()} | {
    "Mum": "mother", "Dad": "father", "Step mother": "stepmother", "Step father": "stepfather", "Step parent": "step_parent",
    "Stepmum": "stepmother", "Stepdad": "stepfather", "Gran": "grandmother", "Grandma": "grandmother",
    "Grandad": "grandfather", "Foster parent": "foster_carer", "Legal guardian": "guardian",
}  # fmt: skip
# What census, NHS and safeguarding files write, letters or figures. What is neither is not stated: the record knows no third.
SEXES = {
    "F": "F", "Female": "F", "Girl": "F", "Woman": "F", "2": "F", "M": "M", "Male": "M", "Boy": "M", "Man": "M", "1": "M",
    "Not stated": "", "Not known": "", "Unknown": "", "Not specified": "", "Not disclosed": "", "Not recorded": "",
    "Indeterminate": "", "Intersex": "", "Other": "", "Non-binary": "", "Prefer not to say": "", "U": "", "X": "", "I": "",
    "N": "", "NK": "", "NS": "", "0": "", "9": "",
}  # fmt: skip

# Main and single registration end the main place at another school; a subsidiary or guest one stands beside it.
REGISTRATIONS = {
    "Main": True, "Single": True, "Current": True, "Dual main": True, "C": True, "M": True,
    "Subsidiary": False, "Dual": False, "Dual subsidiary": False, "Guest": False, "S": False, "G": False,
}  # fmt: skip
OF_A_SCHOOL = {"on_roll_since": "On roll since", "on_roll_until": "On roll until", "registration": "Registration"}

OLDEST, OLDEST_CHILD, YOUNGEST_PARENT = 105, 20, 12  # years: beyond them a birth date is more likely a slip
DAYS_A_YEAR = 365.2425


class People(Load):
    """Rows looked up block by block, judged when all have been seen, then written household by household."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._entries: list[Entry] = []
        self._schools, self._areas, self._known = Schools(), Areas(context), Known(context)
        self._groups = Groups(context)
        self._repeated = Repeated()
        self._judged: Judged | None = None
        self._amended: Amended | None = None
        self._hidden: Hidden | None = None

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        entries = []
        self._schools.look_up(row.get("school") or "" for row in rows)
        for row in rows:
            if strange := self._unnamed(row) or self._unknown_place(row) or self._groups.fault_of(row):
                yield strange
                continue
            entry = self._known.entry(row)
            if twice := self._repeated.fault_of(entry):
                yield twice
            else:
                entries.append(entry)
                yield from self._doubts(row)
        self._known.look_up(entries)
        self._entries += entries

    def finish(self) -> Iterator[Fault]:
        """Say of each row who it is, now that it is known who stands beside whom."""
        self._judged = Judged(self.context, self._known, self._entries)
        yield from self._judged.judge()
        self._amended = Amended(self.context, self._entries, self._schools, self._areas)
        yield from self._amended.look()
        self._hidden = Hidden(self.context, self._judged, self._schools, self._areas)

    @staticmethod
    def _unnamed(row: dict[str, Any]) -> Fault | None:
        """The fault of a row without a name. Its part is told apart from what they are called."""
        said = RELATIONS.get(row["part"])
        row["called"], row["part"] = (row["part"], said.part) if said else ("", row["part"])
        row["first_name"], row["last_name"] = row.get("first_name") or "", row.get("last_name") or ""
        if row["first_name"] or row["last_name"]:
            return None
        return Fault(
            row[LINE], "First name", "Enter a first name or a last name. Of a baby without a name, write Baby."
        )

    def _unknown_place(self, row: dict[str, Any]) -> Fault | None:
        if row.get("school") and not self._schools.is_known(row["school"]):
            return Schools.unknown(row[LINE], row["school"])
        if row.get("locality") and self._areas.get(row["locality"]) is None:
            return unknown(row[LINE], "Locality", "The area", row["locality"])
        since, until = row.get("on_roll_since"), row.get("on_roll_until")
        if since and until and until < since:
            return Fault(row[LINE], "On roll until", "They left the school before they came to it. Check the days.")
        return None

    def _doubts(self, row: dict[str, Any]) -> Iterator[Fault]:
        """What is said of a school that is not named; a birth date that does not go with the part, or stands for "not known"."""
        told = [column for key, column in OF_A_SCHOOL.items() if row.get(key) is not None]
        if told and not row.get("school"):
            yield Fault(row[LINE], told[0], "Name the school too: without it this was not taken.", "warning")
        born_on, part = row.get("born_on"), row["part"]
        if born_on is None:
            return
        years = (self.context.today - born_on).days / DAYS_A_YEAR
        said = f"{born_on:%d/%m/%Y} as the birth date of a {part}"
        if years > OLDEST:
            yield Fault(
                row[LINE], "Birth date", f"{said} is over {OLDEST} years ago. Leave it empty if not known.", "warning"
            )
        elif (part == "child" and years >= OLDEST_CHILD) or (part == "parent" and years < YOUNGEST_PARENT):
            yield Fault(
                row[LINE], "Birth date", f"{said} makes them {int(years)} years old. Check date and part.", "warning"
            )

    def write(self) -> Written:
        assert self._judged is not None  # noqa: S101 - `finish` always comes first
        assert self._amended is not None  # noqa: S101
        assert self._hidden is not None  # noqa: S101
        return Households(self.context, self._judged, self._amended, self._hidden, self._areas).write()


def groups(cell: str) -> tuple[str, ...]:
    """Codes of groups, whatever way they are written: Young carer becomes young_carer."""
    return tuple(re.sub(r"\W+", "_", word.lower()).strip("_") for word in separated(cell))


class PeopleList(Kind):
    name = "people"
    title = "People and families"
    turn = 20
    file_names = (
        "people",
        "persons",
        "members",
        "clients",
    )
    columns = (
        Column("family", "Family", text(60), FAMILY_NAMES),
        Column(
            "part",
            "Part",
            one_of(PARTS | CALLED, "a part in a family"),
            ("Role", "Relationship", "Member type"),
            required=True,
        ),
        Column("first_name", "First name", text(100), ("Forename", "Given name", "pers_forename")),
        Column("last_name", "Last name", text(100), ("Surname", "Family name", "pers_surname")),
        Column("known_as", "Known as", text(100), ("Preferred name",)),
        Column("born_on", "Birth date", day, ("Date of birth", "DOB", "Born", "pers_dob")),
        Column("sex", "Sex", one_of(SEXES, "a sex as lists give it"), ("Gender", "pers_sex")),
        Column("upn", "UPN", upn, ("Unique pupil number",)),
        Column("nhs", "NHS number", nhs, ("NHSNumber", "NHS no")),
        Column("local", "Own number", text(60), PERSON_NAMES),
        Column("phone", "Phone", phone, ("Telephone", "Mobile", "Telephone number", "Phone number")),
        Column("address", "Address", text(300), ("Address lines", "Street", "Home address")),
        Column("postcode", "Postcode", postcode, ("Post code", "Home postcode")),
        Column("locality", "Locality", text(120), ("Area", "Home locality", "Home area", "Cluster", "District")),
        Column("lives_there_since", "Lives there since", day, ("Address since", "Address start date", "Moved in")),
        Column("since", "In the family since", day, ("Joined the family", "Member since")),
        Column("until", "In the family until", day, ("Left the family", "Member until")),
        Column("school", "School", text(160), SCHOOL_NAMES),
        Column("on_roll_since", "On roll since", day, ("School start date", "Enrolled", "Enrolment date")),
        Column(
            "on_roll_until",
            "On roll until",
            day,
            ("School leaving date", "Left school", "Leaving date"),
            may_lie_ahead=True,
        ),
        Column(
            "registration",
            "Registration",
            one_of(REGISTRATIONS, "a registration"),
            ("Main or subsidiary", "Enrolment status", "EnrolStatus", "Registration type"),
        ),
        Column("vulnerable_groups", "Vulnerable groups", groups, ("Vulnerable group", "Priority groups")),
        Column("restricted", "Restricted", yes_no, ("Is restricted", "Restricted record")),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"part", "first_name", "last_name"}),)
    load = People

    @classmethod
    def undo(cls, context: Context) -> int:
        told: dict[str, Any] = {"batch": context.batch, "at": context.at}
        circumstances.undo(context.actor, context.scope, **told)
        schooling.undo(context.actor, context.scope, with_people=context.is_history, **told)
        restricting.lift_many(context.actor, context.scope, **told)
        return commands.undo(context.actor, context.scope, **told)
