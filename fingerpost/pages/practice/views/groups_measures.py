"""What changed for the people on a course: a sheet of scores before, and one after."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.utils import timezone

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.schema import InstrumentWords
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice import groups
from fingerpost.work.groups import commands, queries
from fingerpost.work.groups.offers import measures_of
from fingerpost.work.groups.queries import Participant

POINTS = {"start": "Scores at the start", "end": "Scores at the end"}


class SheetForm(KitForm):
    """The day of the sheet. Each score is a field `s-<person>-<outcome>` that the page draws itself."""

    keep = "scores"
    taken_on = fields.Date("On which day were they asked?", missing="Enter the day on which they were asked")


@page(allow=Permission.RUN_GROUP, shows="person")
@once
def measures(request: PageRequest, ref: str, point: str) -> HttpResponse:
    run = groups.run_or_404(request, ref)
    held = groups.rules_today(request)
    asked = measures_of(run.programme, held.contract)
    if point not in POINTS or not asked:
        raise Http404
    everybody = queries.participants(request.actor, run, sessions=0, share=None, measures=asked)
    people = [one for one in everybody if one.has_place]
    request.saw("person", *[one.person.pk for one in people])
    today = timezone.localdate(request.at)
    form = SheetForm(
        request.POST or None, initial={"taken_on": min(today, run.starts_on if point == "start" else run.ends_on)}
    )
    form.fields["taken_on"].bounds(latest=today)  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            scores = _typed(request.POST, people, asked)
            kept = commands.measure(
                request.actor, run, point=point, taken_on=form.cleaned_data["taken_on"], scores=scores, at=request.at
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:run", ref, said=f"{len(kept)} scores have been saved.")
    context = {
        "run": run,
        "form": form,
        "title": POINTS[point],
        "asked": asked,
        "outcomes": groups.outcome_words(held),
        "people": [(one, _shown(request.POST, one, asked, point)) for one in people],
    }
    return render(request, "practice/group_measures.html", context)


def _name(person: UUID, outcome: str) -> str:
    return f"s-{person}-{outcome}"


def _shown(posted: QueryDict, one: Participant, asked: dict[str, InstrumentWords], point: str) -> dict[str, Any]:
    """What stands in each box of a person: as posted, or else as kept."""
    kept = {outcome: getattr(one.measured[outcome], point) for outcome in asked}
    return {o: posted.get(_name(one.person.pk, o), "" if v is None else f"{v.normalize():f}") for o, v in kept.items()}


def _typed(
    posted: QueryDict, people: list[Participant], asked: dict[str, InstrumentWords]
) -> dict[UUID, dict[str, Decimal]]:
    """Every score typed. Raises Refused, naming the person, for what is no number or cannot be scored."""
    found: dict[UUID, dict[str, Decimal]] = {}
    for one in people:
        for outcome, words in asked.items():
            typed = posted.get(_name(one.person.pk, outcome), "").strip()
            if typed:
                found.setdefault(one.person.pk, {})[outcome] = _number(typed, one, words)
    if not found:
        raise Refused("Enter at least one score.")
    return found


def _number(typed: str, one: Participant, words: InstrumentWords) -> Decimal:
    lowest, highest = words.scoring.range if words.scoring else (0, 0)
    try:
        score = Decimal(typed)
    except InvalidOperation:
        score = Decimal("NaN")
    if not score.is_finite() or not lowest <= score <= highest:
        raise Refused(f"{one.person.full_name}: “{words.title}” must be a number from {lowest} to {highest}.")
    return score
