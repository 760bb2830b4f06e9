"""What came in of somebody, beside what is held of the one they may be."""

from dataclasses import dataclass
from datetime import date

from fingerpost.ground.access.actor import Actor
from fingerpost.people.families.identity import upn as checked_upn
from fingerpost.people.families.models import Address, Identifier, Membership, Person, PersonCheck
from fingerpost.people.schooling.models import Enrolment, School
from fingerpost.work.referrals.as_sent import PARENT, ReferralGiven, from_json, person_at, places_of
from fingerpost.work.referrals.checking import ADDRESS, SCHOOL, root_of
from fingerpost.work.referrals.models import Referral

PARTS = dict(Membership.Part.choices)
SEXES = dict(Person.Sex.choices)


@dataclass(frozen=True)
class Compared:
    """One line of the two side by side, in words or days. `may_take` where what came in could be held instead."""

    key: str
    label: str
    came: str | date
    held: str | date
    may_take: bool = False

    @property
    def is_same(self) -> bool:
        return bool(self.came) and self.came == self.held

    @property
    def differs(self) -> bool:
        return bool(self.came and self.held) and self.came != self.held


def compared(actor: Actor, check: PersonCheck) -> list[Compared]:
    """Everything that was said of somebody, beside what is held of the person that the actor may meet. Five queries."""
    came, person = check.came, root_of(check.person)
    home = Address.objects.visible_to(actor).filter(person=person, until=None).first()
    roll = Enrolment.objects.visible_to(actor).filter(person=person, until=None).select_related("school").first()
    places = Membership.objects.visible_to(actor).filter(person=person, until=None).select_related("family")
    school = School.objects.filter(pk=came.get("school", "")).values_list("name", flat=True).first() or ""
    lines = [_of_person(check, person, key, label) for key, label in _LABELS.items()]
    lines += _numbers(actor, check, person)
    lines.append(_line(ADDRESS, "Home", _joined(came.get("lines"), came.get("postcode")), str(home) if home else ""))
    lines.append(_line(SCHOOL, "School", school, roll.school.name if roll else ""))
    family = "; ".join(f"{place.family.name} {place.family.ref}, {PARTS[place.part].lower()}" for place in places)
    lines.append(Compared("family", "Family", PARTS.get(came.get("part", ""), ""), family))
    return [line for line in lines if line.came or line.held]


_LABELS = {
    "first_name": "First name",
    "last_name": "Last name",
    "known_as": "Known as",
    "born_on": "Date of birth",
    "sex": "Sex",
    "phone": "Phone",
}


def _of_person(check: PersonCheck, person: Person, key: str, label: str) -> Compared:
    came, held = check.came.get(key, ""), getattr(person, key)
    if key == "born_on":
        came = date.fromisoformat(came) if came else ""
    if key == "sex":
        came, held = came and SEXES.get(came, came), held and SEXES[held]
    return _line(key, label, came, held or "")


def _numbers(actor: Actor, check: PersonCheck, person: Person) -> list[Compared]:
    held = Identifier.objects.visible_to(actor).filter(person=person).exclude(kind=Identifier.Kind.LOCAL)
    by_kind = dict(held.values_list("kind", "value"))
    lines = []
    for kind, label in (("upn", "Unique pupil number"), ("nhs", "NHS number")):
        came = check.came.get(kind, "")
        came = checked_upn(came) if kind == "upn" and came else came
        is_free = bool(came) and not Identifier.objects.filter(kind=kind, value=came).exists()
        lines.append(Compared(kind, label, came, by_kind.get(kind, ""), is_free and kind not in by_kind))
    return lines


def _line(key: str, label: str, came: str | date, held: str | date) -> Compared:
    return Compared(key, label, came, held, may_take=bool(came) and came != held)


def _joined(*words: str | None) -> str:
    return ", ".join(filter(None, words))


@dataclass(frozen=True)
class Hanging:
    """The referral that waits for a question: what it says, and who else stands on it."""

    referral: Referral
    given: ReferralGiven
    others: tuple[tuple[str, str], ...]  # place, and who stands there in words


def hanging_on(check: PersonCheck) -> Hanging | None:
    """The referral that hangs on a question; None where none does. `others` are those of whom nobody was found the same."""
    referral = Referral.objects.filter(pk=check.referral_id, settled_at=None).first() if check.referral_id else None
    if referral is None or check.entry_id:
        return None
    given = from_json(referral.said)
    asked = PersonCheck.objects.filter(referral_id=referral.pk).exclude(decision=PersonCheck.Decision.OTHER)
    taken = set(asked.values_list("place", flat=True))
    if len(taken) > 1:  # somebody else on it may be known, whom this one may belong to
        taken -= {check.place}
    others = tuple((place, _in_words(given, place)) for place in places_of(given) if place not in taken)
    return Hanging(referral, given, others)


def _in_words(given: ReferralGiven, place: str) -> str:
    person = person_at(given, place)
    return f"{person.first_name} {person.last_name}".strip() + (", parent" if place == PARENT else ", child")
