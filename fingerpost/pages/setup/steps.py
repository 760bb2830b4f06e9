"""The steps from an empty installation to the first referral, each as far as it has got."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.urls import reverse

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access.models import Grant, Team
from fingerpost.ground.access.page import PageRequest
from fingerpost.ground.access.queries import REVIEWED_WITHIN_DAYS, not_looked_at
from fingerpost.pages.kit.words import plural

SECOND_STEPS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


@dataclass(frozen=True)
class Step:
    """One step, as the kit's task list shows it."""

    title: str
    hint: str
    href: str
    is_done: bool
    is_overdue: bool = False

    @property
    def status(self) -> str:
        return "overdue" if self.is_overdue else "done" if self.is_done else "not_started"


def steps(request: PageRequest) -> list[Step]:
    """What to do, in order, and what comes again each quarter. Five queries."""
    held = Grant.objects.in_force(request.at)
    services = list(Agreement.objects.order_by("title").values_list("title", flat=True))
    return [
        Step(
            "Your second step",
            "An app that shows codes, or a passkey, besides your password.",
            reverse("mfa_index"),
            Authenticator.objects.filter(user=request.user.pk, type__in=SECOND_STEPS).exists(),
        ),
        Step("The contract", ", ".join(services) or "No contract is in force yet.", "", bool(services)),
        Step(
            "Teams",
            "The people who work one part of a service.",
            reverse("setup:teams"),
            Team.objects.exists(),
        ),
        Step(
            "People and their roles",
            "Who works here, and what each of them may do.",
            reverse("setup:people"),
            held.exclude(service="").exists(),
        ),
        _review(request),
    ]


def _review(request: PageRequest) -> Step:
    """Whether somebody has looked at every role within the quarter."""
    overdue = not_looked_at(request.at).count()
    hint = (
        f"{plural(overdue, 'role')} not looked at for {REVIEWED_WITHIN_DAYS} days."
        if overdue
        else "Every role was looked at."
    )
    return Step("Review of roles", hint, reverse("setup:review"), overdue == 0, is_overdue=overdue > 0)
