"""Reusable filters of requests."""

from django.db.models import Q

from fingerpost.ground.access.scope import ScopedQuerySet


class RequestQuerySet(ScopedQuerySet):
    def waiting(self) -> "RequestQuerySet":
        """Neither opened as a case, nor refused, nor withdrawn."""
        return self.filter(Q(opened_at=None, withdrawn_at=None) & ~Q(outcome="refused"))

    def of_service(self, service: str) -> "RequestQuerySet":
        return self.filter(service=service)
