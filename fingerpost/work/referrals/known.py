"""Whether the people on a referral are known: every one weighed, and nothing written."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.people.families import identity, matching
from fingerpost.people.families.models import Identifier, Membership, Person
from fingerpost.people.families.recognition import NOBODY, Answer, Candidate, Described, Finding, Verdict, recognise
from fingerpost.people.families.writing import PersonGiven
from fingerpost.work.referrals.as_sent import PARENT, ReferralGiven, places_of, said_of

EVERYBODY = Actor.system("Recognising people")
KNOWN_ANYWHERE = "somebody described from outside may be known in another team, or be restricted"
"""People are looked for among all; what is found goes to their own team alone."""


@seeing_everything(why=KNOWN_ANYWHERE)
def people_of(given: ReferralGiven) -> dict[str, Answer]:
    """Who everybody on a referral may be, by place. One query a person, and one more where somebody is found.

    A parent is looked for by name where a birth date is given, or where the home is the same; else among the children's family.
    """
    described = {place: _described(given, place) for place in places_of(given)}
    likely = {place: _candidates(one) for place, one in described.items()}
    answers = {place: recognise(described[place], likely[place]) for place in described}
    answers[PARENT] = _with_home_or_birth(answers[PARENT], given)
    found = {f.candidate.id for answer in answers.values() for f in answer.findings if f.is_strong}
    if found:
        sure = {answer.same for answer in answers.values() if answer.same}
        relatives, ties = _relatives(found, sure)
        for place, one in described.items():
            known = {candidate.id: candidate for candidate in likely[place]} | relatives
            answers[place] = recognise(one, known.values(), ties=ties - {answers[place].same})
        answers[PARENT] = _with_home_or_birth(answers[PARENT], given)
    return answers


def must_wait(answers: dict[str, Answer]) -> bool:
    """Whether somebody has to decide first: a number fits, or name and birth date do. Who is merely alike is pointed out later."""
    return any(finding.is_strong for answer in answers.values() for finding in answer.findings)


@seeing_everything(why=KNOWN_ANYWHERE)
def without_number_of_another(given: PersonGiven) -> PersonGiven:
    """The person without a pupil number that somebody else has: two people were said to be two."""
    number = given.upn.strip().upper()
    if number and Identifier.objects.filter(kind=Identifier.Kind.UPN, value=number).exists():
        return replace(given, upn="")
    return given


def _described(given: ReferralGiven, place: str) -> Described:
    said = said_of(given, place)
    number = identity.upn(said.get("upn", ""))
    return Described(
        said.get("first_name", ""),
        said.get("last_name", ""),
        born_on=date.fromisoformat(said["born_on"]) if "born_on" in said else None,
        postcode=identity.postcode(given.parent.postcode),
        lines=given.parent.lines,
        numbers={"upn": number} if number else {},
        part=said["part"],
    )


def _candidates(described: Described) -> list[Candidate]:
    return [matching.as_candidate(person) for person in matching.likely(EVERYBODY, described)]


def _with_home_or_birth(answer: Answer, given: ReferralGiven) -> Answer:
    """A name alone is borne by many: without a birth date only those count who share the home or the family."""
    if given.parent.born_on:
        return answer
    near = {"same postcode", "same address", "of the same family"}
    kept = tuple(f for f in answer.findings if near & set(f.agrees))
    return Answer(Verdict.PERHAPS, kept) if kept else NOBODY


def _relatives(found: Iterable[UUID], sure: Iterable[UUID]) -> tuple[dict[UUID, Candidate], set[UUID]]:
    """Who lives in the families of those found, with their part there; and who is tied to somebody beyond doubt."""
    certain = set(sure)
    homes = Membership.objects.filter(person__in=set(found), until=None).values("family_id")
    rows = list(Membership.objects.filter(family__in=homes, until=None).values_list("family_id", "person_id", "part"))
    parts = {person: part for _, person, part in rows}
    of_certain = {family for family, person, _ in rows if person in certain}
    people = matching.with_numbers(Person.objects.filter(pk__in=parts, merged_into=None))
    relatives = {person.pk: matching.as_candidate(person, parts[person.pk]) for person in people}
    return relatives, {person for family, person, _ in rows if family in of_certain}


def kept(answer: Answer) -> tuple[Finding, ...]:
    """The findings that somebody has to look at: the one who is the same, else all who may be."""
    return answer.findings[:1] if answer.verdict is Verdict.SAME else answer.findings
