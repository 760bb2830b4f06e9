"""A case as something to have a say about."""

from django.utils import timezone

from fingerpost.work.casework.models import Case
from fingerpost.work.outcomes.models import EpisodeKind
from fingerpost.work.outcomes.occasions import Occasion


def occasion_of(case: Case) -> Occasion:
    """The case, for asking the people on it what they think."""
    return Occasion(
        kind=EpisodeKind.CASE,
        id=case.pk,
        ref=case.ref,
        service=case.service,
        activity="case",
        area=case.home_area_id,
        scope=case.scope,
        began_on=timezone.localdate(case.opened_at),
        family=case.family,
    )
