"""Every room of the house that is a Django application, lowest first.

A room may import only rooms that stand above it in this list; `tests/repo` holds import-linter's contracts to it.
"""

IN_ORDER = [
    "ground.history",
    "ground.access",
    "ground.places",
    "ground.jobs",
    "ground.tasks",
    "people.families",
    "people.circumstances",
    "people.schooling",
    "people.consent",
    "people.correspondence",
    "agreements.contracts",
    "agreements.requirements",
    "agreements.meetings",
    "agreements.evidence",
    "agreements.registers",
    "work.directory",
    "work.assessments",
    "work.outcomes",
    "work.safeguarding",
    "work.workforce",
    "work.referrals",
    "work.casework",
    "work.groups",
    "work.community",
    "proof.measures",
    "proof.disclosure",
    "proof.quality",
    "proof.chronology",
    "proof.returns",
    "exchange.imports",
    "exchange.exports",
    "pages.kit",
    "pages.public",
    "pages.partners",
    "pages.practice",
    "pages.oversight",
    "pages.setup",
    "demo",
]

# They keep no records of their own, so Django need not know them.
WITHOUT_RECORDS = {"proof.disclosure", "proof.chronology", "exchange.exports"}

ROOMS = [f"fingerpost.{room}" for room in IN_ORDER if room not in WITHOUT_RECORDS]
PAGE_ROOMS = [room for room in ROOMS if room.startswith("fingerpost.pages.")]
