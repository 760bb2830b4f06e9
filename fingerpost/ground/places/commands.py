"""Areas, patches and calendars: set up once, then corrected."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command
from fingerpost.ground.access.models import Team
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.sameness import require_same
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import working_days
from fingerpost.ground.places.models import (
    Area,
    NeedRow,
    NeedTable,
    Patch,
    Postcode,
    ResidentCount,
    Venue,
    area_key,
    postcode_key,
)


@dataclass(frozen=True)
class AreaGiven:
    """One area of a scheme as a contract lists it; `parent` is the code of the area that holds it, `depth` 1 for the widest."""

    code: str
    name: str
    level: str
    depth: int = 1
    parent: str | None = None


@dataclass(frozen=True)
class NeedGiven:
    """One area of a table of need, by its code. `absence_rate` is in per cent of sessions; `allocated` in full-time equivalents."""

    area: str
    absence_rate: Decimal
    allocated: Decimal | None = None
    factors: dict[str, str] = field(default_factory=dict)


@command(allow=Permission.ADMINISTER_SYSTEM)
def define_areas(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    areas: Iterable[AreaGiven],
    closing_from: date | None = None,
    at: datetime,
) -> int:
    """Write the whole scheme of a service down, those that hold others first. Returns how many areas it has now.

    Twice changes nothing. An area of the same code is renamed and moved; one that is left out is closed from `closing_from`,
    where that is given: it keeps its records, and is open again once a later scheme has it.
    """
    given = list(areas)
    Area.objects.bulk_create(
        [
            Area(
                key=area_key(service, one.code),
                scheme=service,
                code=one.code,
                name=one.name.strip(),
                level=one.level,
                depth=one.depth,
                parent_id=area_key(service, one.parent or "") or None,
            )
            for one in given
        ],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["name", "level", "depth", "parent", "closed_on"],
    )
    if closing_from is not None:
        left_out = Area.objects.filter(scheme=service, closed_on=None).exclude(code__in=[one.code for one in given])
        left_out.update(closed_on=closing_from)
    return len(given)


@command(allow=Permission.ADMINISTER_SYSTEM)
def place_postcodes(actor: Actor, subject: Scope, *, service: str, areas: dict[str, str], at: datetime) -> int:
    """Say in which area of a service each postcode lies, by code: `{"CO15 4JX": "tendring"}`. Returns how many were written."""
    rows = [Postcode(key=postcode_key(service, key), area_id=area_key(service, code)) for key, code in areas.items()]
    Postcode.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=["area"])
    return len(rows)


@command(allow=Permission.MANAGE_WORKFORCE)
def assign_patch(
    actor: Actor, subject: Scope, *, team: Team, area: Area, since: date, until: date | None = None, at: datetime
) -> Patch:
    """Give a team an area to work from a day on. Returns the patch; told again with the same days, the one that stands.

    Raises AlreadyRecorded where the team works the area on some of these days by other ones.
    """
    if until and until < since:
        raise Refused("The last day is before the first. Change one of them.", field="until")
    if team.service != area.scheme:
        raise Refused(f"{area.name} is no area of the service for which {team.name} works.", field="area")
    overlapping = Patch.objects.filter(team=team, area=area).filter(Q(until=None) | Q(until__gte=since))
    if until:
        overlapping = overlapping.filter(since__lte=until)
    standing = overlapping.order_by("since").first()
    if standing is None:
        return Patch.objects.create(team=team, area=area, since=since, until=until)
    days = f"from {_in_words(standing.since)}" + (f" to {_in_words(standing.until)}" if standing.until else "")
    require_same(
        standing,
        {"since": since, "until": until},
        f"{team.name} works {area.name} {days} already. Choose other days.",
        field="since",
    )
    return standing


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


@command(allow=Permission.RUN_GROUP)
def add_venue(
    actor: Actor, subject: Scope, *, name: str, area: Area, is_step_free: bool | None = None, at: datetime
) -> Venue:
    """A place where sessions are held. Returns it; one of that name in the area is returned as it is."""
    name = " ".join(name.split())
    if not name:
        raise Refused("Enter where it is held.", field="venue")
    standing = Venue.objects.filter(name__iexact=name, area=area).first()
    return standing or Venue.objects.create(name=name, area=area, is_step_free=is_step_free)


@command(allow=Permission.MANAGE_WORKFORCE)
def load_need(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    rows: Iterable[NeedGiven],
    since: date,
    period_from: date,
    period_to: date,
    source: str,
    at: datetime,
) -> NeedTable:
    """Keep a new version of a service's table of need, its areas ranked by absence. Returns it; earlier ones stay.

    Areas with the same rate share a rank. Clause 2.2 (Essex advisors).
    """
    given = list(rows)
    _require_need(service, given)
    if period_to < period_from:
        raise Refused("The last day is before the first. Change one of them.", field="period_to")
    if not source.strip():
        raise Refused("Enter where the figures come from.", field="source")
    # One row that everybody who enters a table of the service must take first, so that two versions never share a number.
    Area.objects.select_for_update().filter(scheme=service).order_by("code").first()
    last = NeedTable.objects.filter(service=service).order_by("-version").first()
    table = NeedTable.objects.create(
        service=service,
        version=last.version + 1 if last else 1,
        since=since,
        period_from=period_from,
        period_to=period_to,
        source=source.strip(),
        recorded_at=at,
        recorded_by_id=actor.id,
    )
    NeedRow.objects.bulk_create(
        NeedRow(
            table=table,
            area_id=area_key(service, one.area),
            absence_rate=one.absence_rate,
            rank=1 + sum(other.absence_rate > one.absence_rate for other in given),
            factors=one.factors,
            allocated=one.allocated,
        )
        for one in given
    )
    return table


def _require_need(service: str, given: list[NeedGiven]) -> None:
    if not given:
        raise Refused("The table has no rows. Enter a rate for at least one area.", field="rows")
    codes = [one.area for one in given]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise Refused(f"These areas stand in the table twice: {', '.join(twice)}.", field="rows")
    known = set(Area.objects.filter(scheme=service, code__in=codes).values_list("code", flat=True))
    if strange := sorted(set(codes) - known):
        raise Refused(f"The service has no area {', '.join(strange)}.", field="rows")
    if any(not 0 <= one.absence_rate <= 100 for one in given):
        raise Refused("A rate of absence must be from 0 to 100 per cent.", field="rows")
    if any(one.allocated is not None and not 0 <= one.allocated < 1000 for one in given):
        raise Refused("Advisors must be 0 or more, in full-time equivalents.", field="rows")


@command(allow=Permission.ADMINISTER_SYSTEM)
def load_work_days(
    actor: Actor, subject: Scope, *, calendar: str, first: date, last: date, days_off: Iterable[date] = (), at: datetime
) -> int:
    """Write a working calendar from the public holidays of its country, and number its days.

    `days_off` closes further days. Returns the number of days written; loading again replaces the calendar.
    """
    if last < first:
        raise Refused("The last day is before the first. Change one of them.", field="last")
    return working_days.write(calendar, first, last, days_off)


@command(allow=Permission.PREPARE_RETURN)
def count_residents(
    actor: Actor,
    subject: Scope,
    *,
    area: Area,
    group: str,
    residents: int,
    since: date,
    until: date | None = None,
    source: str,
    age_band: str = "",
    at: datetime,
) -> ResidentCount:
    """Enter how many people of a group live in an area from a day on, and who counted them. Returns the count.

    Entered again for the same day it takes the place of the earlier one, which is kept.
    """
    if residents < 0:
        raise Refused("Enter how many people live there, 0 or more.", field="residents")
    if not source.strip():
        raise Refused("Enter who counted them, and when.", field="source")
    if until is not None and until < since:
        raise Refused("The last day cannot be before the first.", field="until")
    about = {"area": area, "group": group, "age_band": age_band, "since": since}
    said = {"residents": residents, "until": until, "source": source.strip()}
    standing = ResidentCount.objects.select_for_update().filter(**about, superseded_at=None).first()
    if standing is not None:
        if all(getattr(standing, name) == value for name, value in said.items()):
            return standing
        standing.superseded_at = at
        standing.save(update_fields=["superseded_at"])
    return ResidentCount.objects.create(**about, **said, entered_by_id=actor.id, recorded_at=at)
