"""Long returns are sent by the worker. Each morning people are reminded of what is due, and a late return is given to somebody."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import AGREEMENT_KIND, NothingInForce, clock_key, returns_owed, rules
from fingerpost.ground.access import clock as time
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.history.tracking import recording
from fingerpost.ground.jobs.progress import end, ending, progress
from fingerpost.ground.jobs.queue import every, job
from fingerpost.ground.tasks import commands as tasks
from fingerpost.ground.tasks.models import Clock, Task
from fingerpost.language.periods import ReturnDue
from fingerpost.proof.returns import commands, outlook
from fingerpost.proof.returns.models import Return, Sending
from fingerpost.proof.returns.queries import REMINDER

NOT_ALLOWED = "You may not send returns of this service any more."
WENT_WRONG = (
    "Something went wrong on our side, and nothing was sent. Try again. If it happens again, tell your manager."
)


STOPPED = "The sending stopped before its end each time it was tried. Nothing was sent. Whoever runs Fingerpost sees that as well."


def stopped(sending_id: int) -> None:
    """The sending is tried no more."""
    end(Sending(pk=sending_id), STOPPED)


@job("returns.send", lock="returns.send", waits=(10, 60), given_up=stopped)
def send(sending_id: int) -> None:
    """Send a return. However it ends, the sending says so; a fault of ours is raised again for the log of jobs."""
    asked = Sending.objects.select_related("return_made__agreement", "asked_by").get(pk=sending_id)
    if asked.ended_at:
        return
    with (
        ending(asked, not_allowed=NOT_ALLOWED, went_wrong=WENT_WRONG),
        progress(asked, "done") as tell,
    ):
        actor = Actor.of(asked.asked_by) if asked.asked_by else Actor.system("Returns")
        commands.submit(actor, asked.return_made, tell=tell, at=asked.asked_at)


@every("20 5 * * *")
@job("returns.look_ahead")
def look_ahead() -> int:
    """Judge the figures of every return under way as they stand. Returns how many are heading for a miss."""
    return sum(
        outlook.look_ahead(agreement, time.now(agreement.key)) for agreement in Agreement.objects.order_by("key")
    )


@every("35 0 * * *")
@job("returns.fix_figures")
def fix_figures() -> int:
    """Fix the figures of every return that was sent before its period ended, once that is over. Returns how many."""
    waiting = Return.objects.filter(submitted_at__isnull=False, figures_fixed_at=None).select_related("agreement")
    over = [made for made in waiting if made.closes_at <= time.now(made.agreement.key)]
    for made in over:
        commands.fix_figures(Actor.system("Returns"), made, at=time.now(made.agreement.key))
    return len(over)


@every("5 6 * * *")
@job("returns.remind")
def remind() -> int:
    """Look at every agreement. Returns how many reminders were raised."""
    return sum(remind_of(agreement, time.now(agreement.key)) for agreement in Agreement.objects.order_by("key"))


@transaction.atomic
def remind_of(agreement: Agreement, now: datetime) -> int:
    """Raise the reminders of one agreement whose day has come, each once, for whoever prepares its returns. Returns how many.

    A reminder of a day on which nothing ran is raised on the next. The one before it is then ticked off, so that one stands.
    """
    owner = who_prepares(agreement, now)
    try:
        owed = returns_owed(agreement, timezone.localdate(now))
    except NothingInForce:
        return 0
    actor = Actor.system("Returns")
    recording(actor_id=None, actor_name=actor.name, command="returns.remind", at=now.isoformat())
    _give_clocks_an_owner(agreement, owner)
    return sum(_remind_once(actor, agreement, due, owner, now) for due in owed)


def who_prepares(agreement: Agreement, now: datetime) -> User | None:
    """Whoever was first given the preparing of the service's returns and still has it. One query."""
    held = Grant.objects.in_force(now).giving(Permission.PREPARE_RETURN, timezone.localdate(now), agreement.key)
    first = held.filter(reach="service", user__is_active=True).select_related("user").order_by("since", "id").first()
    return first.user if first else None


def _give_clocks_an_owner(agreement: Agreement, owner: User | None) -> None:
    """A return that is missed stands on somebody's list: its clock's, and that of a task raised before anybody was there."""
    if owner is None:
        return
    about = Q(service=agreement.key, owner=None, team=None)
    clocks = Clock.objects.running().filter(about, subject_kind=AGREEMENT_KIND, key__startswith="return_")
    clocks.update(owner=owner)
    Task.objects.open().filter(about, origin_kind=AGREEMENT_KIND, clock__key__startswith="return_").update(owner=owner)


def _remind_once(actor: Actor, agreement: Agreement, due: ReturnDue, owner: User | None, now: datetime) -> int:
    left = (due.due - timezone.localdate(now)).days
    words = rules(agreement.key, max(timezone.localdate(now), agreement.starts_on)).contract.returns[due.series]
    come = [days for days in words.reminders if 0 <= left <= days]
    running = Clock.objects.running().filter(subject_kind=AGREEMENT_KIND, subject_id=agreement.pk, key=clock_key(due))
    clock = running.first()
    if not come or clock is None or owner is None:
        return 0
    kind = f"{REMINDER}_{min(come)}"
    raised = Task.objects.filter(origin_kind=clock._meta.label_lower, origin_id=clock.pk)
    if raised.filter(kind=kind).exists():
        return 0
    for earlier in raised.open():
        tasks.complete(actor, earlier, outcome="A later reminder stands", at=now)
    title = f"{words.title} due {due.due.day} {due.due:%B %Y}"
    tasks.raise_task(
        actor, clock, service=agreement.key, kind=kind, title=title, due_on=due.due, owner=owner, clock=clock, at=now
    )
    return 1
