"""Families that a list says are restricted: hidden at once, and the safeguarding lead asked who may see them."""

from collections.abc import Iterable
from typing import Any

from fingerpost.exchange.imports.kinds.base import Context
from fingerpost.ground.tasks import commands as tasks
from fingerpost.people.families.models import Family
from fingerpost.work.referrals import restricting
from fingerpost.work.safeguarding.told import leads_of


def restrict_as_listed(context: Context, families: Iterable[Family]) -> None:
    """Restrict the families, with a task for the safeguarding lead about each."""
    reason = f"The list {context.file_name} says that the record is restricted."[:500]
    told: dict[str, Any] = {"service": context.service, "reason": reason, "batch": context.batch, "at": context.at}
    made = restricting.restrict_many(context.actor, context.scope, families=families, **told)
    lead = next(iter(leads_of(context.service, context.at)), None) if made else None
    for kept in made if lead else ():
        tasks.raise_task(
            context.actor,
            kept,
            service=context.service,
            kind="name_restricted",
            title="Say who may see a family that a list restricted",
            due_on=context.today,
            owner=lead,
            ref=kept.family.ref,
            family_id=kept.family_id,
            at=context.at,
        )
