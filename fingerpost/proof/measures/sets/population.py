"""`population`: one count of residents of an area, published or entered. It opens to its source, never to people."""

import ibis

from fingerpost.ground.places.models import Area, ResidentCount
from fingerpost.language.vocabulary import SETS
from fingerpost.proof.measures.asked import SERVICE, Asked, known
from fingerpost.proof.measures.record_set import RecordSet
from fingerpost.proof.measures.sets.known import with_areas
from fingerpost.proof.measures.tables import Table, table_of

population = RecordSet(
    SETS["population"],
    model=ResidentCount,
    units={},
    own=frozenset({"residents", "group", "age_band"}),
)


@population.rows
def rows(asked: Asked, when: str | None) -> Table:
    counts, areas = known(table_of(ResidentCount)), table_of(Area)
    found = counts.join(areas.filter(areas.scheme == SERVICE).select("code", area_id=areas.key), "area_id")
    return found.select(
        "residents",
        "group",
        record=found.id,
        reference=found.code,
        age_band=found.age_band.nullif(""),
        from_on=found.since,
        until_on=found.until,
        area_key=found.area_id,
        family_reference=ibis.null("string"),
    )


@population.adds_areas(reads=("area_key",))
def areas(rows: Table, asked: Asked) -> Table:
    return with_areas(rows, asked)
