"""Register marks and exclusion reasons, as the department lists them. Data: a new code is a new line here.

Marks: School Attendance (Pupil Registration) (England) Regulations 2024, regulation 10, with the codes of earlier years,
because lists of earlier years are loaded too.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NEW_REGISTER = date(2024, 8, 19)
NEW_REASONS = date(2026, 5, 1)


class Group(StrEnum):
    """What a mark says of one session."""

    PRESENT = "present"
    ELSEWHERE = "elsewhere"  # approved, off the site: counts as attendance
    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"
    NOT_COUNTED = "not_counted"  # no session was possible


@dataclass(frozen=True, slots=True)
class Mark:
    """One code of the register."""

    code: str
    group: Group
    label: str

    @property
    def is_possible(self) -> bool:
        return self.group is not Group.NOT_COUNTED

    @property
    def is_attended(self) -> bool:
        return self.group in (Group.PRESENT, Group.ELSEWHERE)


def _marks(group: Group, **labels: str) -> dict[str, Mark]:
    return {code: Mark(code, group, label) for code, label in labels.items()}


MARKS: dict[str, Mark] = {
    "/": Mark("/", Group.PRESENT, "Present, morning"),
    "\\": Mark("\\", Group.PRESENT, "Present, afternoon"),
    "#": Mark("#", Group.NOT_COUNTED, "School closed to all pupils"),
    **_marks(Group.PRESENT, L="Late, before the register closed"),
    **_marks(
        Group.ELSEWHERE,
        K="Education arranged by the council",
        V="Educational visit",
        P="Sport",
        W="Work experience",
        B="Educated off site",
        J="Interview",
    ),
    **_marks(
        Group.AUTHORISED,
        C="Leave allowed",
        C1="Performance under licence",
        C2="Part-time timetable",
        J1="Interview",
        M="Medical appointment",
        S="Study leave",
        T="Travelling family",
        R="Religious observance",
        I="Illness",
        E="Excluded, no other provision made",
        H="Family holiday, agreed",
        F="Extended family holiday, agreed",
    ),
    **_marks(
        Group.UNAUTHORISED,
        G="Family holiday, not agreed",
        N="No reason given yet",
        O="Absent without leave",
        U="Late, after the register closed",
    ),
    **_marks(
        Group.NOT_COUNTED,
        D="Registered at another school for this session",
        Q="Transport not provided",
        X="Not of compulsory school age",
        Y="Unable to attend",
        Z="Not yet on the roll",
        **{f"Y{n}": "Unable to attend" for n in range(1, 8)},
    ),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a pupil was excluded: a code, and the days between which schools may use it."""

    code: str
    label: str
    since: date | None = None
    until: date | None = None

    def is_valid_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def _reasons(since: date | None, **labels: str) -> dict[str, Reason]:
    return {code: Reason(code, label, since) for code, label in labels.items()}


REASONS: dict[str, Reason] = {
    **_reasons(
        None,
        PP="Physical assault against a pupil",
        PA="Physical assault against an adult",
        VP="Verbal abuse or threats against a pupil",
        VA="Verbal abuse or threats against an adult",
        BU="Bullying",
        RA="Racist abuse",
        SM="Sexual misconduct",
        DA="Drugs or alcohol",
        DM="Damage",
        TH="Theft",
        DB="Persistent disruption",
        OT="Other",
    ),
    **_reasons(
        date(2020, 9, 1),
        OW="Use or threat of a weapon",
        LG="Abuse about sexual orientation or gender",
        DS="Abuse about disability",
        MT="Misuse of technology",
        PH="Break of public health rules",
    ),
    **{
        code: Reason(code, f"Reason {code} of the department's later list", NEW_REASONS)
        for code in ["BW", "TB", "SB", "MB", "AB", "DR", "AR", "SR", "VR", "LD", "CB", "MP", "OS"]
    },
}

KINDS = {"SUSP": "fixed_term", "FIXD": "fixed_term", "PERM": "permanent", "LNCH": "lunchtime"}
"""Categories of an exclusion as lists write them, and what we call them."""


def school_code(word: str) -> str:
    """A school's number as we keep it: 8812001 for 881/2001, 881 2001 and 8812001.0. A code of another form stays as it is.

    Source: the department's school number is that of the local authority and that of the establishment (Get information
    about schools).
    """
    tidy = " ".join(word.split())
    found = _DFE_NUMBER.match(tidy)
    return f"{found[1]}{found[2]}" if found else _AS_A_NUMBER.sub("", tidy)


_DFE_NUMBER = re.compile(r"^(\d{3})\s*[/\- ]?\s*(\d{4})(?:\.0+)?$")
_AS_A_NUMBER = re.compile(r"(?<=^\d{6})\.0+$|(?<=^\d{5})\.0+$")

NO_SCHOOL = {
    "999999": "home_educated",
    "elective home education": "home_educated",
    "electively home educated": "home_educated",
    "home educated": "home_educated",
    "home education": "home_educated",
    "ehe": "home_educated",
    "eotas": "educated_otherwise",
    "education otherwise than at school": "educated_otherwise",
    "888888": "not_known",
    "not known": "not_known",
    "unknown": "not_known",
    "no school": "no_school",
    "none": "no_school",
    "not at school": "no_school",
    "not on roll": "no_school",
}
"""What lists write in the place of a school for a child at none, and what it means.

Source: the department's codes 999999 and 888888 in the children in need census; its words elective home education and
education otherwise than at school (EOTAS).
"""


def no_school(word: str) -> str:
    """What a list's word for "at no school" means; empty for any other word."""
    return NO_SCHOOL.get(school_code(word).casefold(), "")
