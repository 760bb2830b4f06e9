"""What entries of a declared kind may be about, what their questions may lead to, and what each entry has by itself."""

SUBJECTS = frozenset({"person", "family", "request", "case", "area", "worker"})
"""What an entry of a declared kind may be about, besides entries of other declared kinds."""

OF_A_FAMILY = SUBJECTS - {"area", "worker"}
"""Those that lie with a family."""

OWN_TIME = {"request": "received_at", "case": "opened_at"}
"""Records of the product to which a contract may add questions and times, under the record's own name; and the time at which
each begins, which the product keeps and clocks may start from."""

END_TIME = {"request": "ended_at", "case": "closed_at"}
"""The time at which a record of the product ends; what is due of it stops then."""

GATED = {"worker": frozenset({"case.allocated_at"})}
"""Times that the product sets, and does not while a requirement of this is missing."""

ADDED_TO = frozenset(OWN_TIME)

HOLDERS = frozenset({"service", "worker", *ADDED_TO})
"""What a schedule may be for, besides entries of declared kinds."""

LINKED = frozenset({"person", "worker", "organisation", "venue", "area"})
"""What a question of type link may lead to, besides entries of declared kinds."""

OF_EVERY_ENTRY = frozenset({"stage", "recorded_at", "recorded_on", "about", "reference"})
"""Facts of every entry, whose names no question may take."""

COLUMNS = frozenset({
    "record", "reference", "family_reference", "area_key", "about_id", "member", "place", "rank", "rank_beside", "rank_other",
    "place_either", "amount", "amount_beside", "inside_beside", "unit", "because", "has_unit", "how_many", "from_on", "until_on",
    "in_date",
})  # fmt: skip
"""What figures write beside the answers of an entry while they are worked out; no question or time may take these names either.
`tests/areas/test_figures_of_entries.py` holds them against the figures."""
