"""Numbers that others gave, given to somebody: and the number that somebody else has already.

Whoever may meet who has it is told. Nobody else: it is kept as given, doubted, and whoever may see both says whose it is.
"""

from datetime import datetime

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.people.families.checks import Raised, raise_checks
from fingerpost.people.families.matching import as_candidate, with_numbers
from fingerpost.people.families.models import Identifier, Person, PersonCheck
from fingerpost.people.families.recognition import Described, weigh

WHOSE = "whether somebody has a number must not depend on whom the actor may meet, and the actor is told of those alone"

SOURCE = "A number that was given to somebody who has an entry here"


def doubt_or_refuse(actor: Actor, number: Identifier) -> Person | None:
    """Mark a number that somebody has whom the actor may not meet as doubted. Returns who has it; None for a free number.

    Raises Refused where the actor may meet them.
    """
    number.is_doubted = False
    same = Identifier.objects.filter(kind=number.kind, value=number.value).exclude(person=number.person_id)
    with seeing_everything(why=WHOSE):
        standing = list(same.select_related("person__merged_into").order_by("is_doubted"))
        met = set(
            Identifier.objects.visible_to(actor)
            .filter(pk__in=[one.pk for one in standing])
            .values_list("pk", flat=True)
        )
    if met:
        raise Refused(
            f"{number} belongs to a person already known. Find that person instead of writing a new one.",
            field=number.kind,
        )
    if not standing:
        return None
    number.is_doubted = True
    return standing[0].person.merged_into or standing[0].person


def ask_whose(number: Identifier, person: Person, holder: Person, at: datetime) -> None:
    """Put before whoever may see both that they have one number. Asked once as long as it is open."""
    given = {"first_name": person.first_name, "last_name": person.last_name, number.kind: number.value}
    described = Described(
        person.first_name, person.last_name, person.known_as, person.born_on, numbers={number.kind: number.value}
    )
    service = next((key.partition(":")[2] for key in person.scope_keys if key.startswith("service:")), "")
    with seeing_everything(why=WHOSE):
        if PersonCheck.objects.filter(entry=person, person=holder).open().exists():
            return
        finding = weigh(described, as_candidate(with_numbers(Person.objects.filter(pk=holder.pk)).get()))
        raise_checks([Raised(finding, given, SOURCE, entry_id=person.pk)], service=service, at=at)
