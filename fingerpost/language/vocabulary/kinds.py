"""The product's own kinds of record, as contracts name them: what an entry may be about, and the times that each has."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProductKind:
    """A kind that the product keeps: what people call one, and its times by name with their words."""

    name: str
    label: str
    times: dict[str, str]
    takes_entries: bool = True
    """Whether an entry of a declared kind may be about one."""


PRODUCT_KINDS = {
    kind.name: kind
    for kind in (
        ProductKind("person", "Person", {"born": "Date of birth", "died": "Date of death"}),
        ProductKind("family", "Family", {}),
        ProductKind("request", "Request", {"received": "Received", "decided": "Decided", "withdrawn": "Withdrawn"}),
        ProductKind("case", "Case", {"opened": "Opened", "allocated": "Allocated", "closed": "Closed"}),
        ProductKind("contact", "Contact", {"happened": "Happened"}, takes_entries=False),
        ProductKind("session", "Session", {"held": "Held", "cancelled": "Cancelled"}),
        ProductKind("worker", "Worker", {}),
        ProductKind("area", "Area", {}),
        ProductKind("organisation", "Organisation", {}),
        ProductKind("venue", "Place", {}),
    )
}

SUBJECTS = frozenset(name for name, kind in PRODUCT_KINDS.items() if kind.takes_entries)
"""What an entry of a declared kind may be about, besides other declared kinds."""

OF_EVERY_ENTRY = {
    "stage": "Stage",
    "recorded_at": "Time it was written down",
    "about": "What it is about",
    "reference": "Reference",
}
"""Facts of every entry, whose names no question may take."""
