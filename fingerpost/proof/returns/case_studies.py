"""Case studies as pages, returns and the contract's page ask for them: whose turn, how many are short, what would give one away."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from fingerpost.agreements.contracts.lists import Listed, Passage, serves
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import returns_of, returns_owed, rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.ground.places.models import Area
from fingerpost.language.contract import Contract
from fingerpost.language.dated import number_named
from fingerpost.language.periods import Period, ReturnDue
from fingerpost.language.returns import case_studies_missing
from fingerpost.people.consent.models import Consent
from fingerpost.people.families.models import Address, Membership
from fingerpost.people.schooling.models import Enrolment
from fingerpost.proof.disclosure.identifying import Known, Trace, names_of, places_of, school_named, traces
from fingerpost.proof.returns.models import CaseStudy, Return
from fingerpost.work.casework.models import Allocation, Case

TAKEN_BACK = "The family has since asked that their story is no longer told."


def returns_open(agreement: Agreement) -> list[ReturnDue]:
    """Returns that ask for case studies and are not sent, by due date. Two queries."""
    contract = rules(agreement.key, date.max).contract
    sent = set(Return.objects.filter(agreement=agreement).exclude(submitted_at=None).values_list("series", "period_to"))
    return [
        due
        for due in returns_of(agreement)
        if contract.returns[due.series].case_studies and (due.series, due.period.end) not in sent
    ]


def next_return(agreement: Agreement, on: date) -> ReturnDue | None:
    """The return that a story written on the day is for: the first not sent whose period is not over; else the last not sent."""
    left = returns_open(agreement)
    return next((due for due in left if due.period.end >= on), left[-1] if left else None)


def area_of(agreement: Agreement, case: Case, series: str) -> Area | None:
    """The area of the level that the contract counts case studies in, in which the family lives."""
    words = rules(agreement.key, date.max).contract.returns[series].case_studies
    area = case.home_area
    while area is not None and words is not None and words.in_each and area.level != words.in_each:
        area = area.parent
    return area


def visible(actor: Actor, agreement: Agreement) -> QuerySet[CaseStudy]:
    """Case studies that the actor may meet, with their case and people, the latest first."""
    found: QuerySet[CaseStudy] = CaseStudy.objects.visible_to(actor).filter(agreement=agreement)
    return found.select_related("case__family", "area", "written_by", "approved_by").order_by("-written_at")


def get(actor: Actor, ref: str) -> CaseStudy:
    """One case study. Raises CaseStudy.DoesNotExist for one that they may not meet, as for none. One query."""
    found: CaseStudy = (
        CaseStudy.objects.visible_to(actor)
        .select_related("case__family", "case__team", "agreement", "area", "written_by", "approved_by", "consent")
        .get(ref=ref)
    )
    return found


def approved_for(agreement: Agreement, series: str, period_to: date) -> QuerySet[CaseStudy]:
    """Those that count: approved, still in, the family has not taken back its word, and is hidden from nobody."""
    found: QuerySet[CaseStudy] = CaseStudy.objects.filter(agreement=agreement, series=series, period_to=period_to)
    return found.filter(approved_at__isnull=False, taken_out_at=None, consent__ended_at=None, restricted=False)


def missing(made: Return, held: Rules) -> dict[str, int]:
    """How many case studies each area still lacks, by its code; areas with enough are left out. One query."""
    return missing_for(made.agreement, held.contract, made.series, made.period_to)


def missing_for(agreement: Agreement, contract: Contract, series: str, period_to: date) -> dict[str, int]:
    """How many case studies a return still lacks in each area, by its code; under "" where it asks for no areas. One query."""
    areas = approved_for(agreement, series, period_to).values_list("area__code", flat=True)
    words = contract.returns[series].case_studies
    in_each = words is not None and words.in_each is not None
    return case_studies_missing(contract, series, Counter(area if in_each else "" for area in areas), period_to)


def missing_in_words(short: Mapping[str, int], contract: Contract) -> str:
    """What is short, by the areas' names: "1 missing: South". Empty where nothing is."""
    if not short:
        return ""
    names = [contract.areas[code].name if code in contract.areas else code for code in short]
    each = ", ".join(f"{name} {number}" for name, number in zip(names, short.values(), strict=True))
    total = sum(short.values())
    if names == [""]:
        return f"{total} missing"
    return f"{total} missing: {names[0] if len(names) == 1 else each}"


def wanted(contract: Contract, series: str, on: date) -> int:
    """How many the contract asks for in each area."""
    words = contract.returns[series].case_studies
    return int(number_named(words.count, contract.values, on)) if words else 0


def found_in(study: CaseStudy) -> list[Trace]:
    """What in the title and the text would give the family away. Five queries."""
    return traces(f"{study.title}\n{study.text}", known_of(study.case))


def known_of(case: Case) -> list[Known]:
    """Everything that is known of a case's family and must not be told: names, schools, homes, the worker. Five queries."""
    people = [row.person for row in Membership.objects.filter(family_id=case.family_id).select_related("person")]
    names = [name for one in people for name in (one.first_name, one.last_name, one.known_as)]
    known = names_of([*names, case.family.name.removesuffix(" family")], "a name of the family")
    schools = Enrolment.objects.filter(person__in=people).values_list("school__name", flat=True).distinct()
    known += [one for name in schools for one in school_named(name)]
    homes = Address.objects.filter(person__in=people).values_list("lines", "postcode", "area__name").distinct()
    for lines, postcode, area in homes:
        known += places_of(lines)
        known += [Known("where the family lives", words) for words in (postcode, area) if words]
    workers = Allocation.objects.filter(case=case).values_list("worker__name", flat=True).distinct()
    return known + names_of(workers, "a name of the worker")


@serves("case_study")
def studies(agreement: Agreement, period: Period, at: datetime) -> Listed:
    """The approved case studies of a period's return, by area; and what is short. Three queries."""
    contract = rules(agreement.key, period.end).contract
    due = next((one for one in returns_of(agreement) if one.period == period), None)
    if due is None or contract.returns[due.series].case_studies is None:
        return Listed("Case studies", empty="No case studies are asked for.")
    found = approved_for(agreement, due.series, period.end).filter(approved_at__lte=at).select_related("area")
    ordered = list(found.order_by("area__name", "title", "ref"))
    short = missing_in_words(missing_for(agreement, contract, due.series, period.end), contract)
    passages = tuple(
        Passage(one.title, tuple(_paragraphs(one.text)), about=_where(one), ref=one.ref) for one in ordered
    )
    return Listed(
        "Case studies", passages=passages, notes=(_how_many(ordered, short),), empty="No case study is approved yet."
    )


def _how_many(ordered: list[CaseStudy], short: str) -> str:
    """How many stand there, and in which areas: "16 in all: Mid 4, North East 4"; or what is missing."""
    if short:
        return f"{short}."
    each = Counter(_where(one) for one in ordered)
    return f"{len(ordered)} in all: {', '.join(f'{name} {number}' for name, number in each.items())}."


def _where(study: CaseStudy) -> str:
    return study.area.name if study.area else "Area not known"


def without_taken_back(content: Mapping[str, Any]) -> dict[str, Any]:
    """Case studies as a return keeps them, without the words of families that have taken back their consent since, or were
    restricted. One query."""
    refs = [one["ref"] for one in content["passages"]]
    taken_back = Q(consent__ended_at__isnull=False) | ~Q(consent__answer=Consent.Answer.GIVEN)
    with seeing_everything(why="what may no longer be read is kept from whoever reads, and they may meet no family"):
        ended = set(
            CaseStudy.objects.filter(ref__in=refs).filter(taken_back | Q(restricted=True)).values_list("ref", flat=True)
        )
    passages = [_silenced(one) if one["ref"] in ended else one for one in content["passages"]]
    return {**content, "passages": passages}


def _silenced(one: Mapping[str, Any]) -> dict[str, Any]:
    return {**one, "title": "Taken back", "paragraphs": [TAKEN_BACK]}


def _paragraphs(text: str) -> Iterable[str]:
    parts = text.replace("\r\n", "\n").split("\n\n")
    return (" ".join(lines.split()) for lines in parts if lines.strip())


def owed_soon(agreement: Agreement, on: date) -> list[ReturnDue]:
    """Returns whose case studies are being gathered on the day: not sent, and begun. Two queries."""
    return [due for due in returns_owed(agreement, on) if due.period.start <= on]
