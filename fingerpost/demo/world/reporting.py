"""What the two parties did beside the families: readings agreed, numbers entered, evidence laid, the September return sent."""

from datetime import date
from decimal import Decimal

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import agreement_of, rules
from fingerpost.agreements.evidence import commands as evidence
from fingerpost.demo.world import assurance
from fingerpost.demo.world.county import ESSEX, County
from fingerpost.demo.world.days import FIRST_DAY, LAST_DAY, TODAY, at
from fingerpost.demo.world.staff import Staff
from fingerpost.proof.returns import commands as returns
from fingerpost.proof.returns.jobs import remind_of
from fingerpost.proof.returns.models import Narrative
from fingerpost.proof.returns.outlook import look_ahead

AGREED = (
    ("attendance_improved.change", "A", "Agreed at the review in June."),
    ("no_repeat_exclusion.measure", "A", "Agreed at the review in June."),
    ("sessions_per_case", "A", "Five to seven on average is what both sides meant."),
    ("casework.band_ends", "A", "Both ends of the range are inside."),
)
LAST_YEAR = (  # of the same months in 2009, from the first day of the months that are set beside them
    ("attended_2009", FIRST_DAY, 171),
    ("completed_2009", FIRST_DAY, 66),
    ("attended_2009", date(2010, 10, 1), 94),
    ("completed_2009", date(2010, 10, 1), 131),
)
WORDS = {
    "outcomes": (
        "Most families who finished their work with an advisor in this period had a calmer start to the day, and their "
        "children missed less school. Parents speak of sleep, of breakfast at the table, and of knowing whom to ring. "
        "Families whose child was excluded find it harder: their change comes later, and more slowly."
    ),
    "delivery": (
        "All 32 advisors and 4 seniors were in post from April. Casework began in every locality within the first fortnight. "
        "Courses ran in the four quadrants, with the dates agreed by each Locality Parenting Coordinator."
    ),
    "performance_targets": (
        "Three quadrants are at or near the target for attendance. The West is below it: two schools there send their "
        "lists late, and families come to us when absence has gone on for longer."
    ),
    "barriers": (
        "Common assessments take up to six weeks to reach us, so families wait. The long holiday broke the rhythm of visits. "
        "We now begin the assessment ourselves where the school agrees."
    ),
}
EVIDENCE = (
    (
        "placed_by_need",
        "Table of absence by locality, spring 2010",
        "How the 32 posts were placed, worst attendance first.",
    ),
    ("education_welfare_policies", "Induction day, 7 April 2010", "All 36 staff signed for the policies."),
    ("quarterly_review", "Notes of the review of 24 June 2010", "Readings agreed; sample of six cases drawn and read."),
    ("quarterly_review", "Notes of the review of 23 September 2010", "Courses in the West; waiting for assessments."),
)
DUE, NEXT_DUE = date(2010, 9, 30), date(2010, 12, 31)
DRAFT = {
    "outcomes": (
        "More children came to school this autumn than in the summer. Parents speak of calmer mornings, and of knowing whom "
        "to ring. Change comes later where a child was excluded."
    ),
    "delivery": (
        "Every locality had an advisor throughout. Courses began in the West in November, as agreed at the review. Snow cost five "
        "days in December; families were rung instead."
    ),
}


def report(staff: Staff, county: County) -> None:
    agreement = agreement_of(ESSEX)
    commissioner, leader = staff.actor(staff.commissioner), staff.actor(staff.service_manager)
    for question, letter, note in AGREED:
        contracts.agree_reading(
            commissioner,
            agreement,
            question=question,
            letter=letter,
            in_force_from=FIRST_DAY,
            note=note,
            at=at(date(2010, 6, 24), 14),
        )
    for name, since, value in LAST_YEAR:
        contracts.enter_value(
            leader,
            agreement,
            name=name,
            since=since,
            value=Decimal(value),
            source="Registers of the same months in 2009, counted by hand",
            at=at(max(since, date(2010, 4, 20)), 16),
        )
    for clause, title, note in EVIDENCE:
        if clause in rules(ESSEX, DUE).contract.clauses:
            evidence.attach(leader, agreement, clause=clause, title=title, note=note, at=at(date(2010, 9, 24), 11))
    assurance.before_september(staff, county, agreement)
    _september(staff, agreement)
    assurance.after_september(staff, county, agreement)
    _december(staff, agreement)
    remind_of(agreement, at(TODAY, 6))
    look_ahead(agreement, at(LAST_DAY, 18))


def _september(staff: Staff, agreement: Agreement) -> None:
    """The first return: begun, written, sent a day early, its figures fixed when the period was over, and accepted."""
    leader = staff.actor(staff.service_manager)
    due = next(one for one in rules(ESSEX, DUE).returns_due if one.due == DUE)
    made = returns.assemble(leader, agreement, due=due, at=at(date(2010, 9, 20), 9, 40))
    for place, heading in enumerate(Narrative.objects.filter(return_made=made).order_by("heading")):
        returns.write_narrative(
            leader,
            made,
            heading=heading.heading,
            text=WORDS[heading.heading],
            revision=heading.revision,
            at=at(date(2010, 9, 27), 10 + place),
        )
    made = returns.submit(leader, made, at=at(date(2010, 9, 29), 16, 10))
    made = returns.fix_figures(leader, made, at=at(date(2010, 10, 1), 0, 35))
    returns.accept(staff.actor(staff.commissioner), made, at=at(date(2010, 10, 7), 11, 30))


def _december(staff: Staff, agreement: Agreement) -> None:
    """The second return: begun, half written, and a story short."""
    leader = staff.actor(staff.service_manager)
    due = next(one for one in rules(ESSEX, DUE).returns_due if one.due == NEXT_DUE)
    made = returns.assemble(leader, agreement, due=due, at=at(date(2010, 12, 13), 9, 20))
    for place, (heading, text) in enumerate(DRAFT.items()):
        returns.write_narrative(
            leader, made, heading=heading, text=text, revision=1, at=at(date(2010, 12, 21), 10 + place)
        )
