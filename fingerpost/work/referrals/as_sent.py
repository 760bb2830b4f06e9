"""A referral as it is sent: what a form or a list says, kept whole as JSON, and read again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from fingerpost.ground.places.models import Area
from fingerpost.people.families.writing import PersonGiven
from fingerpost.people.schooling.models import School

PARENT = "parent"


@dataclass(frozen=True)
class ChildGiven:
    """A child as somebody outside describes them."""

    first_name: str
    last_name: str
    born_on: date | None = None
    upn: str = ""
    sex: str = ""


@dataclass(frozen=True)
class ParentGiven:
    """A parent or carer as somebody outside describes them, and where they live."""

    first_name: str
    last_name: str
    phone: str = ""
    born_on: date | None = None
    lines: str = ""
    postcode: str = ""
    area: Area | None = None
    sex: str = ""
    is_carer: bool = False


@dataclass(frozen=True)
class AssessmentGiven:
    """An assessment said to have been made: its day, author and the needs it names."""

    assessed_on: date
    author: str
    needs: Sequence[str]
    organisation: str = ""
    summary: str = ""


@dataclass(frozen=True)
class ReferralGiven:
    """All that a referral says."""

    children: Sequence[ChildGiven]
    parent: ParentGiven
    source: str
    school: School | None = None
    referrer_name: str = ""
    referrer_contact: str = ""
    reason: str = ""
    forecast_reason: str = ""
    vulnerable_groups: Sequence[str] = ()
    assessment: AssessmentGiven | None = None
    may_tell_school: bool | None = None

    @property
    def family_name(self) -> str:
        """What the family is called by whoever refers it."""
        return f"{self.parent.last_name or self.parent.first_name} family"


def child_place(number: int) -> str:
    """Where on a referral a child stands."""
    return f"child {number}"


def places_of(given: ReferralGiven) -> list[str]:
    """Everybody on a referral by their place: the children, and the parent."""
    return [*(child_place(number) for number in range(len(given.children))), PARENT]


def person_at(given: ReferralGiven, place: str) -> PersonGiven:
    """Who stands at a place, as people are written down."""
    if place == PARENT:
        parent = given.parent
        return PersonGiven(
            parent.first_name, parent.last_name, born_on=parent.born_on, sex=parent.sex, phone=parent.phone
        )
    child = given.children[int(place.removeprefix("child "))]
    return PersonGiven(child.first_name, child.last_name, born_on=child.born_on, sex=child.sex, upn=child.upn)


def said_of(given: ReferralGiven, place: str) -> dict[str, str]:
    """What a referral says of one person, by the names of what is held. Nothing that it does not say."""
    person = person_at(given, place)
    said = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "born_on": person.born_on.isoformat() if person.born_on else "",
        "sex": person.sex,
        "phone": person.phone,
        "upn": person.upn,
        "part": PARENT if place == PARENT else "child",
    }
    if place == PARENT:
        area = given.parent.area
        said |= {"lines": given.parent.lines, "postcode": given.parent.postcode, "area": area.key if area else ""}
    elif given.school:
        said |= {"school": given.school.code}
    return {key: value for key, value in said.items() if value}


def to_json(given: ReferralGiven) -> dict[str, Any]:
    """All of it, in what JSON can hold."""
    shallow = replace(given, school=None, parent=replace(given.parent, area=None))
    said = asdict(shallow)
    said["school"] = given.school.code if given.school else None
    said["parent"]["area"] = given.parent.area.key if given.parent.area else None
    said["children"] = [_dated(child) for child in said["children"]]
    said["parent"] = _dated(said["parent"])
    said["vulnerable_groups"] = list(given.vulnerable_groups)
    if said["assessment"]:
        said["assessment"] = _dated(said["assessment"]) | {"needs": list(said["assessment"]["needs"])}
    return said


def from_json(said: dict[str, Any]) -> ReferralGiven:
    """The referral as it was sent. Two queries at most, for its school and area."""
    parent, assessment = dict(said["parent"]), said["assessment"]
    parent["area"] = Area.objects.filter(pk=parent["area"]).first() if parent["area"] else None
    given = {
        **said,
        "children": [ChildGiven(**_with_days(child)) for child in said["children"]],
        "parent": ParentGiven(**_with_days(parent)),
        "school": School.objects.filter(pk=said["school"]).first() if said["school"] else None,
        "assessment": AssessmentGiven(**_with_days(assessment)) if assessment else None,
    }
    return ReferralGiven(**given)


def _dated(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in said.items()}


def _with_days(said: dict[str, Any]) -> dict[str, Any]:
    days = ("born_on", "assessed_on")
    return {key: date.fromisoformat(value) if key in days and value else value for key, value in said.items()}
