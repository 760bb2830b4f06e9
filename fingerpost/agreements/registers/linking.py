"""What a question of type link may be answered with: the records of its kind that the reader may meet."""

from django.apps import apps

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.models import Entry
from fingerpost.agreements.registers.subjects import LINKED, Subject, workers_of
from fingerpost.ground.access.actor import Actor
from fingerpost.language.schema.items import ItemSpec
from fingerpost.people.families.models import Membership

MOST = 500


def choices_of(actor: Actor, held: Rules, item: ItemSpec, subject: Subject) -> list[tuple[str, str]]:
    """What may be chosen: (value, words). One query. People are those of the family that the entry is about."""
    of = str(item.of)
    match of:
        case "area":
            return [(area.code, area.name) for area in held.contract.areas.values()]
        case "worker":
            return [(str(user), name) for user, name in workers_of(held.service).values_list("pk", "name")]
        case "person":
            members = Membership.objects.visible_to(actor).filter(family=subject.family_id, until=None)
            return [(str(one.person_id), str(one.person)) for one in members.select_related("person")]
        case kind if kind in held.contract.kinds:
            one, _ = held.contract.kinds[kind].called(kind)
            entries = Entry.objects.visible_to(actor).filter(service=held.service, kind=kind, taken_back_at=None)
            return [
                (str(pk), f"{one} {ref}")
                for pk, ref in entries.order_by("-happened_on").values_list("pk", "ref")[:MOST]
            ]
    rows = apps.get_model(LINKED[of])._default_manager.all()
    return [(str(row.pk), str(row)) for row in rows[:MOST]]
