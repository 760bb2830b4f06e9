"""The records that a contract declares: which kinds there are, a kind's list, and one entry."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import DecimalField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from markupsafe import Markup

from fingerpost.agreements.contracts.queries import NothingInForce, rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.deadlines import running
from fingerpost.agreements.registers.models import Entry
from fingerpost.agreements.registers.reading import Read, asked, kinds_for, read, rules_of_entry, spec_of, subject_of
from fingerpost.agreements.registers.walls import may_answer, may_write
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.entry_rows import clocks_on
from fingerpost.language.schema.items import ItemSpec
from fingerpost.language.schema.registers import KindSpec
from fingerpost.language.schema.schedules import ENDED_ON, ScheduleKind
from fingerpost.language.vocabulary.kinds import ADDED_TO, OF_A_FAMILY
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, Day, List, on_page
from fingerpost.pages.kit.pieces import link, status_tag
from fingerpost.pages.kit.shortcuts import render
from fingerpost.pages.practice.due_points import due_points, to_fulfil
from fingerpost.pages.practice.entry_words import Line, history_of, lines_of, to_begin

MOST_COLUMNS = 4
"""Questions that stand in a list on the page; all of them stand in its file."""


@page(allow=Permission.KEEP_RECORD)
def registers(request: PageRequest) -> HttpResponse:
    held = rules(request.actor.service, timezone.localdate(request.at))
    return render(request, "practice/registers.html", {"kinds": kinds_for(request.actor, held)})


@page(allow=Permission.KEEP_RECORD, shows="entry")
def register(request: PageRequest, kind: str) -> HttpResponse:
    held = rules_or_404(request)
    spec = kinds_for(request.actor, held).get(kind)
    if spec is None:
        raise Http404
    rows = Entry.objects.visible_to(request.actor).filter(service=held.service, kind=kind, taken_back_at=None)
    request.saw("entry")
    listed = _list(request, held, kind, spec).of(request, _sortable(rows, spec).order_by("-happened_on", "-id"))
    one, many = spec.called(kind)
    # What is about a family or another entry is begun on its page.
    begins_here = not isinstance(spec, ScheduleKind) and (not spec.subjects or chosen_in_form(spec))
    begin = reverse("practice:entry_new", args=[kind]) if begins_here else ""
    new = _where_to_begin(held, spec)
    context = {"listed": listed, "one": one, "many": many, "spec": spec, "begin": begin, "new": new}
    return listed.file or render(request, "practice/register.html", context)


def chosen_in_form(spec: KindSpec) -> bool:
    """Whether the form that begins an entry asks what it is about: an area, or somebody who works here."""
    return bool({"area", "worker"} & set(spec.subjects))


def _where_to_begin(held: Rules, spec: KindSpec) -> str:
    """What to say where nothing is begun from the list."""
    if not isinstance(spec, ScheduleKind):
        elsewhere = "family or case" if set(spec.subjects) & OF_A_FAMILY else "record"
        return f"Record a new one on the page of the {elsewhere} that it is about."
    by = [
        held.contract.kinds[key].called(key)[0].lower()
        for key in spec.schedule.settled_by
        if key in held.contract.kinds
    ]
    if by:
        return f"One is done once this is recorded: {' or '.join(by)}. Open it to record that."
    return "Open one to say that it is done."


@page(allow=Permission.KEEP_RECORD, shows="entry")
def entry(request: PageRequest, ref: str) -> HttpResponse:
    shown = entry_or_404(request, ref)
    held = rules_of_entry(shown.entry, timezone.localdate(request.at))
    spec, about = spec_of(held, shown.entry), subject_of(shown.entry)
    stands = shown.entry.taken_back_at is None and ENDED_ON not in shown.times
    line = lines_of(request.actor, [shown.entry])[0]
    one, many = shown.kind.called(shown.entry.kind)
    is_addition, is_drawn = shown.entry.kind in ADDED_TO, isinstance(spec, ScheduleKind)
    context = {
        "back": line.about_page if is_addition else reverse("practice:register", args=[shown.entry.kind]),
        "back_text": line.about if is_addition else many,
        "shown": shown,
        "line": line,
        "one": one,
        "many": many,
        "due": list(running(held, shown.entry)) if stands and not is_drawn else [],
        "is_drawn": is_drawn,
        "now": request.at,
        "answers": _said(line, request.at),
        "next_times": [
            (key, time.label_of(key))
            for key, time in spec.times.items()
            if stands and key not in shown.times and may_write(request.actor, about, spec, time)
        ],
        "is_unfinished": stands and any(
            key not in shown.answers and may_answer(request.actor, about, spec, item, held.contract.roles)
            for key, item in asked(spec, held.on, shown.times, begins=True).items()
        ),
        "may_change": stands and may_write(request.actor, about, spec),
        "to_begin": _to_begin(request, held, spec, shown.entry) if stands and not is_addition else [],
        "points": due_points(request.actor, held, shown.entry.kind, shown.entry, request.at) if stands else [],
        "history": history_of(shown.entry),
    }  # fmt: skip
    return render(request, "practice/entry.html", context)


def _to_begin(request: PageRequest, held: Rules, spec: KindSpec, entry: Entry) -> list[tuple[str, str]]:
    """What may be written down from here: about the entry, or to fulfil what is due."""
    if isinstance(spec, ScheduleKind):
        return to_fulfil(request.actor, held, spec, entry) if entry.due_at else []
    return to_begin(request.actor, held, entry.kind, entry)


def rules_or_404(request: PageRequest) -> Rules:
    """The rules of today of the service of whoever asks. Raises Http404 where no contract is in force."""
    try:
        return rules(request.actor.service, timezone.localdate(request.at))
    except NothingInForce as absent:
        raise Http404 from absent


def entry_or_404(request: PageRequest, ref: str) -> Read:
    """The entry if whoever asks may meet it. Notes that they saw it. Raises Http404."""
    found = Entry.objects.visible_to(request.actor).filter(ref=ref, service__in=request.actor.services)
    one = found.select_related("recorded_by").first()
    if one is None:
        raise Http404
    _saw(request, [one])
    return read(request.actor, [one])[0]


def _saw(request: PageRequest, entries: Iterable[Entry]) -> None:
    rows = list(entries)
    request.saw("entry", *(row.pk for row in rows))
    if families := {row.family_id for row in rows if row.family_id}:
        request.saw("family", *families)


def _said(line: Line, at: datetime) -> list[tuple[str, Any]]:
    """Times and answers of the page: those of its version, and later ones that were answered; nothing from behind a wall."""
    told = line.told
    times = [
        (time.label_of(key), on_page(told.times[key])) for key, time in told.kind.times.items() if key in told.times
    ]
    if isinstance(told.kind, ScheduleKind) and told.entry.due_at:
        times[1] = (times[1][0], _due(at)(line))
    return times + [
        (item.label_of(key), on_page(line.say(key))) for key, item in told.items.items()
        if key in told.answers or (key in told.kind.items and not item.is_walled)
    ]  # fmt: skip


def _sortable(rows: QuerySet[Entry], spec: KindSpec) -> QuerySet[Entry]:
    """The rows with each number as a number, so that 9 stands before 10."""
    return rows.alias(
        **{
            f"sort_{key}": Cast(KeyTextTransform(key, "answers"), DecimalField(max_digits=18, decimal_places=4))
            for key, item in spec.items.items()
            if item.type == "number"
        }
    )


def _list(request: PageRequest, held: Rules, kind: str, spec: KindSpec) -> List:
    one, many = spec.called(kind)
    stages = {name: time.stage for name, time in spec.times.items() if time.stage}
    by_stage = Choice("stage", "Stage", list(stages.items()), lambda rows, chosen: rows.filter(stage=chosen))
    by_due = Choice(
        "due",
        "Due",
        [("late", "Late"), ("open", "Not yet late")],
        lambda rows, chosen: rows.filter(**{"due_at__lt" if chosen == "late" else "due_at__gte": request.at}),
    )
    has_clocks = any(stops for _, _, stops in clocks_on(held.contract, kind))
    open_items = {key: item for key, item in spec.items.items() if not item.is_walled}
    return List(
        columns=_columns(_seen_items(request, spec), spec, request.at, has_stages=bool(stages), has_clocks=has_clocks),
        one=one.lower(),
        many=many.lower(),
        filters=[
            *([by_stage] if stages else []),
            *([by_due] if has_clocks else []),
            *(_filter(key, item) for key, item in open_items.items() if item.type in ("choice", "several", "yes_no")),
            Day("since", "From", lambda rows, day: rows.filter(happened_on__gte=day)),
            Day("until", "To", lambda rows, day: rows.filter(happened_on__lte=day)),
        ],
        search=["ref", *(f"answers__{key}" for key, item in open_items.items() if item.type in ("line", "note"))],
        empty=f"There are no {many.lower()} yet.",
        prepare=lambda rows: lines_of(request.actor, rows),
        seen=lambda lines: _saw(request, [line.told.entry for line in lines]),
    )


def _seen_items(request: PageRequest, spec: KindSpec) -> dict[str, ItemSpec]:
    """The questions whose answers whoever asks may see of some entry: of the others a list does not tell that they are asked."""
    roles, may_meet = set(request.actor.roles), request.actor.has(Permission.VIEW_RESTRICTED)
    return {
        key: item
        for key, item in spec.items.items()
        if (may_meet or not item.restricted) and (not (item.who and item.who.sees) or roles & set(item.who.sees))
    }


def _columns(
    items: Mapping[str, ItemSpec], spec: KindSpec, at: datetime, *, has_stages: bool, has_clocks: bool
) -> list[Column]:
    columns = [
        Column(
            "Reference",
            lambda line: line.told.entry.ref,
            lambda line: link_to(line.told.entry.ref, "practice:entry", line.told.entry.ref),
            sort="ref",
        )
    ]
    if spec.subjects:
        columns.append(Column("About", lambda line: line.about, _linked_about))
    columns.append(Column("Day", lambda line: line.told.entry.happened_on, sort="happened_on"))
    if has_stages:
        columns.append(Column("Stage", lambda line: line.told.stage, sort="stage"))
    if has_clocks:
        columns.append(Column("Due", lambda line: line.told.entry.due_at or "Nothing due", _due(at), sort="due_at"))
    short = [key for key, item in items.items() if item.type != "note"][:MOST_COLUMNS]
    columns += [_column(key, item, on_page=key in short) for key, item in items.items()]
    return columns + [_time_column(key, time.label_of(key)) for key, time in spec.times.items()]


def _due(at: datetime) -> Callable[[Line], Any]:
    """The day on which an entry is due, and whether that is past."""

    def said(line: Line) -> Any:
        due = line.told.entry.due_at
        if due is None:
            return "Nothing due"
        return Markup("{} {}").format(
            on_page(timezone.localdate(due)), status_tag("overdue", "Late") if due < at else ""
        )

    return said


def _linked_about(line: Line) -> Any:
    return link(line.about, line.about_page) if line.about_page else line.about


def _column(key: str, item: ItemSpec, *, on_page: bool) -> Column:
    sort: Any = f"sort_{key}" if item.type == "number" else f"answers__{key}"
    can_sort = not item.is_walled and item.type not in ("several", "link")
    return Column(
        item.label_of(key), lambda line: line.say(key), sort=sort if can_sort else False, only="" if on_page else "file"
    )


def _time_column(key: str, label: str) -> Column:
    return Column(label, lambda line: line.told.times.get(key, "Not yet"), only="file")


def _filter(key: str, item: ItemSpec) -> Choice:
    """A filter by the answers of a question; those that are no longer offered find what was chosen before."""
    options = (
        [("yes", "Yes"), ("no", "No")] if item.type == "yes_no" else [(c, item.answer_label(c)) for c in item.answers]
    )

    def keep(rows: Any, chosen: str) -> Any:
        if chosen == NONE:
            return rows.exclude(answers__has_key=key)
        value: Any = chosen == "yes" if item.type == "yes_no" else chosen
        return rows.filter(answers__contains={key: [value] if item.type == "several" else value})

    return Choice(f"answer-{key}", item.label_of(key), [*options, (NONE, "No answer")], keep)


NONE = "-"
"""Chosen in a filter: no answer. No answer of a contract has that for its code."""
