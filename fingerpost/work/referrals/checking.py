"""People to check, decided: somebody who came in is the same person as one held, or somebody else.

Until then nothing of the held person changes, and a referral that hangs on it waits. The people's own team decides; of somebody
restricted the safeguarding lead alone.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.utils import timezone

from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.places.models import Area
from fingerpost.ground.tasks.models import Task
from fingerpost.people.families import commands as families
from fingerpost.people.families import correcting, writing
from fingerpost.people.families.models import Identifier, Membership, Person, PersonCheck
from fingerpost.people.families.writing import PersonGiven
from fingerpost.people.schooling import commands as schooling
from fingerpost.people.schooling.models import School
from fingerpost.work.referrals.models import Referral
from fingerpost.work.referrals.raising import TASK
from fingerpost.work.referrals.releasing import JOIN, release

OF_THE_PERSON = ("first_name", "last_name", "known_as", "born_on", "sex", "phone")
NUMBERS = ("upn", "nhs")
ADDRESS, SCHOOL = "address", "school"
MAY_BE_TAKEN = (*OF_THE_PERSON, *NUMBERS, ADDRESS, SCHOOL)

# A referral goes on once its last question is decided: what its writing down is made of is part of the decision.
RELEASED = (
    "assessments.record",
    "consent.answer",
    "families.form_family",
    "families.join",
    "families.register",
    "families.relate",
    "families.write_down",
    "referrals.receive_referred",
    "schooling.enrol_all",
    "tasks.raise_task",
)


@command(
    allow=Permission.CHECK_PEOPLE,
    includes=(*RELEASED, "correcting.correct_person", "families.move", "schooling.enrol"),
    sees_everything="whoever decides who somebody is need not be able to read them afterwards, or whom they are taken for",
)
def say_same(
    actor: Actor,
    subject: PersonCheck,
    *,
    taken: Collection[str] = (),
    joining: Collection[str] = (),
    reason: str,
    at: datetime,
) -> PersonCheck:
    """Say that this is the person held. `taken` names what came in that is to be held from now on; all else stays as it is.

    `joining` are the places of others on the same referral who are to be written down in the family. Returns the question, decided.
    Raises Refused when somebody decided before, and NotAllowed.
    """
    check = _opened(actor, subject, reason)
    if PersonCheck.objects.filter(**_of_same(check), decision=PersonCheck.Decision.SAME).exists():
        raise Refused("Somebody said already that this is another person. Go back to the list.")
    person = root_of(check.person)
    _decide(actor, check, PersonCheck.Decision.SAME, reason, [*taken, *(f"{JOIN}{place}" for place in joining)], at)
    _settle_the_others(actor, check, at)
    take(actor, check, person, taken, at)
    if check.entry_id and check.entry is not None:
        _merge(actor, check.entry, person, at)
    _go_on(actor, check, at)
    return check


@command(
    allow=Permission.CHECK_PEOPLE,
    includes=RELEASED,
    sees_everything="whoever decides who somebody is need not be able to read them afterwards, or whom they are taken for",
)
def say_other(
    actor: Actor, subject: PersonCheck, *, joining: Collection[str] = (), reason: str, at: datetime
) -> PersonCheck:
    """Say that this is somebody else than the person held. Returns the question, decided. Raises as `say_same`."""
    check = _opened(actor, subject, reason)
    _decide(actor, check, PersonCheck.Decision.OTHER, reason, [f"{JOIN}{place}" for place in joining], at)
    _go_on(actor, check, at)
    return check


def root_of(person: Person) -> Person:
    """The entry that is left, for one that was merged."""
    while person.merged_into_id:
        person = Person.objects.get(pk=person.merged_into_id)
    return person


def _opened(actor: Actor, subject: PersonCheck, reason: str) -> PersonCheck:
    """The question locked, after the referral that hangs on it: two who decide at once do not miss each other."""
    if subject.referral_id:
        locked(Referral(pk=subject.referral_id))
    check = locked(subject)
    if not PersonCheck.objects.decidable_by(actor).filter(pk=check.pk).exists():
        raise NotAllowed(f"{actor.name} may not check people here")
    if check.decided_at:
        day = timezone.localdate(check.decided_at)
        who = f" by {check.decided_by.name}" if check.decided_by else ""
        raise Refused(f"This was decided on {day.day} {day:%B %Y}{who}. Go back to the list.")
    if not reason.strip():
        raise Refused("Say how you know.", field="reason")
    return check


def _of_same(check: PersonCheck) -> dict[str, object]:
    """What finds all the questions about one who came in."""
    if check.referral_id:
        return {"referral_id": check.referral_id, "place": check.place}
    return {"entry_id": check.entry_id} if check.entry_id else {"pk": check.pk}


def _decide(
    actor: Actor, check: PersonCheck, decision: PersonCheck.Decision, reason: str, taken: list[str], at: datetime
) -> None:
    check.decision, check.reason, check.taken = decision, reason.strip(), taken
    check.decided_at, check.decided_by_id = at, actor.id
    check.save(update_fields=["decision", "reason", "taken", "decided_at", "decided_by"])
    about = Task.objects.filter(kind=TASK, origin_kind=check._meta.label_lower, origin_id=check.pk)
    about.open().update(done_at=at, outcome="Decided")


def _settle_the_others(actor: Actor, check: PersonCheck, at: datetime) -> None:
    """Who is one person is not another as well."""
    for other in PersonCheck.objects.filter(**_of_same(check)).open().exclude(pk=check.pk):
        _decide(actor, other, PersonCheck.Decision.OTHER, "Said to be another person", [], at)


def take(actor: Actor, check: PersonCheck, person: Person, taken: Collection[str], at: datetime) -> None:
    """Hold from now on what came in, of those fields that were chosen. Raises Refused for one that cannot be."""
    if strange := set(taken) - set(MAY_BE_TAKEN):
        raise Refused(f"There is nothing called {min(strange)} to take.")
    came, since = check.came, timezone.localdate(check.raised_at)
    if chosen := [key for key in (*OF_THE_PERSON, *NUMBERS) if key in taken]:
        _correct(actor, check, person, chosen, at)
    if ADDRESS in taken:
        area = Area.objects.filter(pk=came["area"]).first() if came.get("area") else None
        home = {"lines": came.get("lines", ""), "postcode": came.get("postcode", "")}
        families.move(actor, person, **home, area=area, since=since, at=at)
    if SCHOOL in taken:
        schooling.enrol(actor, person, school=School.objects.get(pk=came["school"]), since=since, at=at)


def _correct(actor: Actor, check: PersonCheck, person: Person, chosen: Collection[str], at: datetime) -> None:
    """Put right what is written of the person by what came in, and leave everything else as it is."""
    numbers = dict(Identifier.objects.filter(person=person).order_by("recorded_at").values_list("kind", "value"))
    said = {key: getattr(person, key) for key in OF_THE_PERSON} | numbers
    said |= {key: check.came.get(key, "") for key in chosen}
    if "born_on" in chosen:
        said["born_on"] = date.fromisoformat(check.came["born_on"])
    correcting.correct_person(
        actor,
        person,
        told=PersonGiven(**said),
        email=person.email,
        language=person.language,
        needs_interpreter=person.needs_interpreter,
        safe_contact=person.safe_contact,
        reason=check.reason,
        at=at,
    )


def _merge(actor: Actor, entry: Person, person: Person, at: datetime) -> None:
    """The entry becomes the person held, who takes its place in the families in which it was written down."""
    if entry.merged_into_id:
        return
    writing.merged(entry, person)
    for place in Membership.objects.filter(person=entry, until=None).select_related("family"):
        families.join(actor, place.family, person=person, part=place.part, since=place.since, at=at)


def _go_on(actor: Actor, check: PersonCheck, at: datetime) -> None:
    """Let the referral go on once everybody on it has been looked at."""
    if check.referral_id and not PersonCheck.objects.filter(referral_id=check.referral_id).open().exists():
        release(actor, Referral.objects.get(pk=check.referral_id), at)
