"""What records are called in the lists of a folder: the provider's own references where there are any, else ours."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from fingerpost.agreements.contracts.models import Version
from fingerpost.agreements.contracts.queries import rules
from fingerpost.exchange.imports.kinds.lookups import CASE, FAMILY, PERSON, REQUEST, RUN, STAFF
from fingerpost.exchange.imports.models import Reference
from fingerpost.ground.access.models import User
from fingerpost.people.families.models import Family, Identifier, Membership
from fingerpost.work.casework.models import Case, Contact
from fingerpost.work.groups.models import Run
from fingerpost.work.referrals.models import Request
from fingerpost.work.workforce.models import Absence, Supervision


def yes_or_no(answer: bool | None) -> str:
    """Empty where it is not known."""
    return "" if answer is None else "Yes" if answer else "No"


def decimal(number: Decimal) -> str:
    """18.5, and 37 for 37.0."""
    return f"{number.normalize():f}"


class Words:
    """One service's records and the words for them, each table read once."""

    def __init__(self, service: str) -> None:
        self.service = service

    @cached_property
    def families(self) -> dict[uuid.UUID, Family]:
        """The families of the service."""
        rows = Family.objects.filter(scope_keys__contains=[f"service:{self.service}"], merged_into=None)
        return {family.pk: family for family in rows}

    @cached_property
    def members(self) -> dict[uuid.UUID, Membership]:
        """Everybody in these families with their place: the first that they took."""
        rows = Membership.objects.filter(family__in=self.families, until=None, person__merged_into=None)
        found: dict[uuid.UUID, Membership] = {}
        for member in rows.select_related("person").order_by("recorded_at", "id"):
            found.setdefault(member.person_id, member)
        return found

    @cached_property
    def cases(self) -> dict[uuid.UUID, str]:
        """The cases of the service with their words."""
        own = self._own(CASE)
        rows = Case.objects.filter(service=self.service, family__in=self.families).values_list("id", "ref")
        return {pk: own.get(pk, ref) for pk, ref in rows}

    def _own(self, kind: str) -> dict[uuid.UUID, str]:
        rows = Reference.objects.filter(service=self.service, kind=kind).order_by("-id")
        return dict(rows.values_list("record", "written"))

    @cached_property
    def _families(self) -> dict[uuid.UUID, str]:
        own = self._own(FAMILY)
        return {pk: own.get(pk, family.ref) for pk, family in self.families.items()}

    @cached_property
    def _people(self) -> dict[uuid.UUID, str]:
        prefix = f"{self.service}/"
        numbers = Identifier.objects.filter(kind="local", value__startswith=prefix)
        local = {person: value.removeprefix(prefix) for person, value in numbers.values_list("person_id", "value")}
        own = local | self._own(PERSON)
        # Whoever has no number gets one that follows from the record, so that it is the same every time.
        return {pk: own.get(pk, f"P-{pk.hex[:12].upper()}") for pk in self.members}

    @cached_property
    def _requests(self) -> dict[uuid.UUID, str]:
        own = self._own(REQUEST)
        rows = Request.objects.filter(service=self.service).values_list("id", "ref")
        return {pk: own.get(pk, ref) for pk, ref in rows}

    @cached_property
    def _runs(self) -> dict[uuid.UUID, str]:
        own = self._own(RUN)
        rows = Run.objects.filter(service=self.service).values_list("id", "ref")
        return {pk: own.get(pk, ref) for pk, ref in rows}

    @cached_property
    def _users(self) -> dict[uuid.UUID, tuple[str, str]]:
        return {pk: (name, email) for pk, name, email in User.objects.values_list("id", "name", "email")}

    @cached_property
    def _staff(self) -> dict[uuid.UUID, str]:
        own = self._own(STAFF)
        return {pk: own.get(pk, email) for pk, (_, email) in self._users.items()}

    @cached_property
    def _roles(self) -> dict[str, str]:
        version = Version.objects.filter(agreement__key=self.service).order_by("-in_force_from").first()
        if version is None:
            return {}
        workforce = rules(self.service, version.in_force_from).contract.workforce
        return {code: words.label for code, words in workforce.establishment.items()} if workforce else {}

    def named_staff(self) -> set[uuid.UUID]:
        """Everybody whom a case, a contact, a meeting, an absence or a run names."""
        service, found = self.service, set[uuid.UUID]()
        for rows, field in (
            (Case.objects.filter(service=service), "worker_id"),
            (Contact.objects.filter(service=service), "worker_id"),
            (Supervision.objects.filter(service=service), "worker_id"),
            (Supervision.objects.filter(service=service), "supervisor_id"),
            (Absence.objects.filter(service=service), "worker_id"),
            (Run.objects.filter(service=service), "leader_id"),
        ):
            found |= {pk for pk in rows.values_list(field, flat=True).distinct() if pk}
        return found

    def family(self, pk: uuid.UUID | None) -> str:
        return self._families.get(pk, "") if pk else ""

    def person(self, pk: uuid.UUID | None) -> str:
        return self._people.get(pk, "") if pk else ""

    def case(self, pk: uuid.UUID | None) -> str:
        return self.cases.get(pk, "") if pk else ""

    def request(self, pk: uuid.UUID, ref: str = "") -> str:
        return self._requests.get(pk, ref)

    def run(self, pk: uuid.UUID, ref: str = "") -> str:
        return self._runs.get(pk, ref)

    def known_run(self, pk: uuid.UUID | None) -> str:
        return self._runs.get(pk, "") if pk else ""

    def staff(self, pk: uuid.UUID | None) -> str:
        return self._staff.get(pk, "") if pk else ""

    def name_of(self, pk: uuid.UUID) -> str:
        return self._users[pk][0]

    def email_of(self, pk: uuid.UUID) -> str:
        return self._users[pk][1]

    def role(self, code: str) -> str:
        return self._roles.get(code, code)

    @staticmethod
    def day(moment: datetime | None) -> date | None:
        """The local day of a moment."""
        return timezone.localdate(moment) if moment else None

    @staticmethod
    def time(moment: datetime) -> str:
        """The local time of a moment: 14:30."""
        return f"{timezone.localtime(moment):%H:%M}"
