"""Reviews without a sample, as signals; and where barriers and samples stand."""

from collections.abc import Iterator
from datetime import date

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import day_in_words, rules
from fingerpost.agreements.contracts.signals import Severity, Signal, watches
from fingerpost.agreements.contracts.standing import Standing, stands_for
from fingerpost.agreements.meetings.queries import expected
from fingerpost.proof.quality.models import Barrier, Finding, Item, Sample
from fingerpost.proof.quality.queries import clause_of_samples


@watches("samples")
def samples_not_read(agreement: Agreement, on: date) -> Iterator[Signal]:
    """Samples that stand and close soon with records that nobody has looked at. Three queries."""
    words = clause_of_samples(rules(agreement.key, max(on, agreement.starts_on)))
    if words is None:
        return
    clause = words.clause if isinstance(words.clause, str) else words.clause[0]
    for one in Sample.objects.filter(agreement=agreement, set_aside_at=None, open_until__gte=on).order_by("open_until"):
        left = Item.objects.filter(sample=one).exclude(pk__in=Finding.objects.values("item_id")).count()
        if left:
            drawn, last = min(one.size, one.population_size), day_in_words(one.open_until)
            said = f"Sample {one.ref}: {left} of {drawn} not read. It is open until {last}."
            yield Signal(clause, Severity.COMING, said, "oversight:sample", (one.ref,), inward=False)


@watches("samples_to_draw")
def reviews_without_a_sample(agreement: Agreement, on: date) -> Iterator[Signal]:
    """Reviews whose time ends soon, or has ended, without a sample over any of their days. Four queries."""
    contract = rules(agreement.key, max(on, agreement.starts_on)).contract
    drawn = Sample.objects.filter(agreement=agreement, set_aside_at=None, drawn_at__date__lte=on)
    days = list(drawn.values_list("period_from", "period_to"))
    for one in expected(agreement, on):
        words = contract.meetings[one.series].sample
        if words is None or one.period.start > on or any(one.period.touches(*some) for some in days):
            continue
        clause = words.clause if isinstance(words.clause, str) else words.clause[0]
        left = (one.period.end - on).days
        page = ("oversight:samples", (agreement.key,))
        if left < 0:
            said = f"{one.title}: no sample was drawn of {day_in_words(one.period.start)} to {day_in_words(one.period.end)}."
            yield Signal(clause, Severity.MISSED, said, *page, inward=False)
        elif left <= max(one.remind, default=0):
            said = f"{one.title}: no sample has been drawn yet for the time to {day_in_words(one.period.end)}."
            yield Signal(clause, Severity.AT_RISK, said, *page, inward=False)


@stands_for("sample")
def samples_drawn(agreement: Agreement, on: date) -> Standing:
    """How many were drawn by the day. One query."""
    number = Sample.objects.filter(agreement=agreement, drawn_at__date__lte=on, set_aside_at=None).count()
    return Standing(f"{number} drawn", "oversight:samples", (agreement.key,))


@stands_for("barrier")
def barriers_logged(agreement: Agreement, on: date) -> Standing:
    """How many were logged by the day, and how many are open. One query."""
    found = list(Barrier.objects.filter(agreement=agreement, logged_on__lte=on).values_list("resolved_on", flat=True))
    unresolved = sum(day is None or day > on for day in found)
    return Standing(f"{len(found)} logged, {unresolved} open", "practice:barriers")
