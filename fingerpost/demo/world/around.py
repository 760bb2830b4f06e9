"""What stands around the service's own groups: programmes of other providers, and what families of each quadrant need."""

from datetime import date

from fingerpost.demo.world.county import ESSEX, County
from fingerpost.demo.world.days import at
from fingerpost.demo.world.staff import Staff
from fingerpost.ground.access.scope import Scope
from fingerpost.work.directory import commands as directory
from fingerpost.work.directory.models import Need

# Provider, title, topic, age band, place among the quadrant's localities (None: the whole quadrant), first and last day.
OTHERS = (
    ("Acorn Children’s Centres", "Baby steps", "talking", "under_5", 0, date(2010, 9, 6), None),
    ("Acorn Children’s Centres", "Good nights", "sleep", "under_5", 1, date(2010, 9, 6), date(2010, 12, 10)),
    ("Parents Together", "Calm mornings, calm evenings", "behaviour", "from_5_to_10", None, date(2011, 1, 10), date(2011, 3, 25)),
    ("The Family Learning Team", "Maths with my child", "learning", "from_5_to_10", 3, date(2010, 9, 20), date(2011, 4, 1)),
)  # fmt: skip
NEEDS = (
    ("sleep", "Health visitors name sleep first when mornings fail", "Meeting of health visitors", date(2010, 4, 14)),
    ("moving_up", "Parents fear the move to secondary school", "Survey of four primary schools", date(2010, 5, 6)),
    ("bullying", "Bullying by telephone, named by nine parents", "Notes of the drop-ins", date(2010, 4, 28)),
)


def needs_of(county: County, staff: Staff, quadrant: str) -> dict[str, Need]:
    """Write down what others offer in the quadrant and what families there need. Returns the needs by topic."""
    senior = staff.seniors[quadrant]
    actor, scope = staff.actor(senior), Scope.of(service=ESSEX, team=county.teams[quadrant].pk)
    for provider, title, topic, age_band, place, starts_on, ends_on in OTHERS:
        where = quadrant if place is None else county.localities[quadrant][place]
        directory.note_provision(
            actor,
            scope,
            service=ESSEX,
            provider=provider,
            title=title,
            topic=topic,
            age_band=age_band,
            area=county.areas[where],
            starts_on=starts_on,
            ends_on=ends_on,
            at=at(date(2010, 7, 1)),
        )
    return {
        topic: directory.note_need(
            actor,
            scope,
            service=ESSEX,
            statement=statement,
            source=source,
            noted_on=noted_on,
            area=county.areas[quadrant],
            topic=topic,
            at=at(noted_on, 16),
        )
        for topic, statement, source, noted_on in NEEDS
    }
