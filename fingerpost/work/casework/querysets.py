"""Reusable filters of cases and contacts."""

from datetime import datetime

from django.db.models import Q

from fingerpost.ground.access.scope import ScopedQuerySet


class CaseQuerySet(ScopedQuerySet):
    def open(self) -> "CaseQuerySet":
        """Not closed."""
        return self.filter(closed_at=None)

    def open_at(self, at: datetime) -> "CaseQuerySet":
        """Opened by that moment and not closed before it."""
        return self.filter(Q(closed_at=None) | Q(closed_at__gt=at), opened_at__lte=at)

    def of_service(self, service: str) -> "CaseQuerySet":
        return self.filter(service=service)


class ContactQuerySet(ScopedQuerySet):
    def sessions(self) -> "ContactQuerySet":
        """Those that count as casework sessions: of a kind that counts, and attended."""
        return self.filter(counts_as_session=True, attended=True)
