"""A run, or one session of it, as something to have a say about."""

from django.utils import timezone

from fingerpost.work.groups.models import Run, Session
from fingerpost.work.outcomes.models import EpisodeKind
from fingerpost.work.outcomes.occasions import Occasion


def occasion_of(run: Run, session: Session | None = None) -> Occasion:
    """The whole run, or one session of it, such as one drop-in of a series."""
    return Occasion(
        kind=EpisodeKind.SESSION if session else EpisodeKind.RUN,
        id=session.pk if session else run.pk,
        ref=run.ref,
        service=run.service,
        activity=run.programme.kind,
        area=run.area_id,
        scope=run.scope,
        began_on=timezone.localdate(session.starts_at) if session else run.starts_on,
    )
