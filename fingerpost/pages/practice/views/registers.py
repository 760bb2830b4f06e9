"""The records that a contract declares: which kinds there are, a kind's list, and one entry."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.db.models import DecimalField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fingerpost.agreements.contracts.queries import NothingInForce, rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.models import Entry
from fingerpost.agreements.registers.reading import Read, kinds_for, read, subject_of
from fingerpost.agreements.registers.subjects import labels
from fingerpost.agreements.registers.walls import may_write
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.places.models import Area
from fingerpost.language.answering import in_words
from fingerpost.language.schema.items import ItemSpec
from fingerpost.language.schema.registers import KindSpec, TimeSpec
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, Day, List
from fingerpost.pages.kit.shortcuts import render
from fingerpost.pages.practice.entry_words import history_of, said_of_links

MOST_COLUMNS = 4
PAGES = {"family": "practice:family", "case": "practice:case", "request": "practice:request"}


@page(allow=Permission.KEEP_RECORD)
def registers(request: PageRequest) -> HttpResponse:
    held = rules(request.actor.service, timezone.localdate(request.at))
    return render(request, "practice/registers.html", {"kinds": kinds_for(request.actor, held)})


@page(allow=Permission.KEEP_RECORD, shows="entry")
def register(request: PageRequest, kind: str) -> HttpResponse:
    held, spec = kind_or_404(request, kind)
    rows = Entry.objects.visible_to(request.actor).filter(service=held.service, kind=kind, taken_back_at=None)
    request.saw("entry")
    listed = _list(request, held, kind, spec).of(request, _sortable(rows, spec).order_by("-happened_on", "-id"))
    one, many = spec.called(kind)
    context = {"listed": listed, "one": one, "many": many, "spec": spec, "begin": begin_from(request, kind, spec)}
    return listed.file or render(request, "practice/register.html", context)


@page(allow=Permission.KEEP_RECORD, shows="entry")
def entry(request: PageRequest, ref: str) -> HttpResponse:
    shown = entry_or_404(request, ref)
    held = rules(shown.entry.service, timezone.localdate(request.at))
    spec = held.contract.kinds.get(shown.entry.kind, shown.kind)
    about = subject_of(shown.entry)
    may_change = shown.entry.taken_back_at is None and may_write(request.actor, about, spec.who)
    linked = said_of_links(request.actor, [shown])
    context = {
        "shown": shown,
        "one": shown.kind.called(shown.entry.kind)[0],
        "many": shown.kind.called(shown.entry.kind)[1],
        "about": about_words(request, [shown.entry]).get(shown.entry.pk, ""),
        "lines": [
            *((time.label_of(key), in_words(None, shown.times[key])) for key, time in _set_times(shown)),
            *((item.label_of(key), linked(shown, key)) for key, item in _shown_items(shown)),
        ],
        "next_times": [
            (key, time.label_of(key))
            for key, time in spec.times.items()
            if may_change_time(request, shown, key, spec) and key not in shown.times
        ],
        "is_unfinished": may_change
        and any(key not in shown.answers for key in _asked_now(_seen_items(request, spec), held, shown)),
        "may_change": may_change,
        "history": history_of(shown.entry),
    }  # fmt: skip
    return render(request, "practice/entry.html", context)


def may_change_time(request: PageRequest, shown: Read, key: str, spec: KindSpec) -> bool:
    """Whether whoever asks may set a time of the entry."""
    who = spec.times[key].who
    narrower = who if who and who.writes else spec.who
    return shown.entry.taken_back_at is None and may_write(request.actor, subject_of(shown.entry), narrower)


def rules_or_404(request: PageRequest) -> Rules:
    """The rules of today of the service of whoever asks. Raises Http404 where no contract is in force."""
    try:
        return rules(request.actor.service, timezone.localdate(request.at))
    except NothingInForce as absent:
        raise Http404 from absent


def kind_or_404(request: PageRequest, kind: str) -> tuple[Rules, KindSpec]:
    """The rules of today and the kind, if whoever asks may see entries of it. Raises Http404."""
    held = rules_or_404(request)
    found = kinds_for(request.actor, held).get(kind)
    if found is None:
        raise Http404
    return held, found


def entry_or_404(request: PageRequest, ref: str) -> Read:
    """The entry if whoever asks may meet it. Notes that they saw it. Raises Http404."""
    found = Entry.objects.visible_to(request.actor).filter(ref=ref, service__in=request.actor.services)
    one = found.select_related("recorded_by", "version").defer("version__sources").first()
    if one is None:
        raise Http404
    _saw(request, [one])
    return read(request.actor, [one])[0]


def about_words(request: PageRequest, entries: Iterable[Entry]) -> dict[Any, Any]:
    """What each entry is about, as people call it, with a link where there is a page. A few queries for all."""
    rows = list(entries)
    named = labels(request.actor, ((row.about_kind, row.about_id) for row in rows))
    codes = {row.area for row in rows if row.area}
    areas = dict(Area.objects.filter(scheme=request.actor.service, code__in=codes).values_list("code", "name"))
    found: dict[Any, Any] = {}
    for row in rows:
        label, ref = named.get((row.about_kind, row.about_id), (areas.get(row.area, ""), ""))  # type: ignore[arg-type]
        to = PAGES.get(row.about_kind)
        found[row.pk] = link_to(label, to, ref) if to and label and row.about_kind != "request" else label
    return found


def begin_from(request: PageRequest, kind: str, spec: KindSpec) -> str:
    """Where a new entry is begun from the list: of what is about nobody. What is about a family is begun on its page."""
    about_people = {"person", "family", "case", "request"}
    if spec.subjects and set(spec.subjects) <= about_people:
        return ""
    return reverse("practice:entry_new", args=[kind])


def _saw(request: PageRequest, entries: Iterable[Entry]) -> None:
    rows = list(entries)
    request.saw("entry", *(row.pk for row in rows))
    if families := {row.family_id for row in rows if row.family_id}:
        request.saw("family", *families)


def _shown_items(shown: Read) -> list[tuple[str, ItemSpec]]:
    """The questions of the page: those of its version, and later ones that were answered. What is behind a wall is not there."""
    return [
        (key, item) for key, item in shown.items.items()
        if key in shown.answers or (key in shown.kind.items and not item.restricted and not (item.who and item.who.sees))
    ]  # fmt: skip


def _set_times(shown: Read) -> list[tuple[str, TimeSpec]]:
    return [(key, time) for key, time in shown.kind.times.items() if key in shown.times]


def _asked_now(items: Mapping[str, ItemSpec], held: Rules, shown: Read) -> list[str]:
    """Questions that the forms so far have asked, or would ask by now."""
    set_ = set(shown.times)
    return [
        key for key, item in items.items()
        if item.is_asked_on(held.on) and (not item.ask or set_ & set(item.asked_at)) and not item.planned
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

    def prepare(rows: list[Entry]) -> list[Any]:
        shown = read(request.actor, rows)
        about, linked = about_words(request, rows), said_of_links(request.actor, shown)
        for told in shown:
            told.entry.about_words, told.entry.linked = about.get(told.entry.pk, ""), partial(linked, told)  # type: ignore[attr-defined]
        return shown

    stages = {name: time.stage for name, time in spec.times.items() if time.stage}
    return List(
        columns=_columns(_seen_items(request, spec), spec, has_stages=bool(stages)),
        one=one.lower(),
        many=many.lower(),
        filters=[
            *([Choice("stage", "Stage", list(stages.items()), lambda rows, chosen: rows.filter(stage=chosen))] if stages else []),
            *(_filter(key, item) for key, item in spec.items.items() if _may_filter(item)),
            Day("since", "From", lambda rows, day: rows.filter(happened_on__gte=day)),
            Day("until", "To", lambda rows, day: rows.filter(happened_on__lte=day)),
        ],
        search=["ref", *(f"answers__{key}" for key, item in spec.items.items() if item.type in ("line", "note"))],
        empty=f"There are no {many.lower()} yet.",
        prepare=prepare,
        seen=lambda rows: _saw(request, [told.entry for told in rows]),
    )  # fmt: skip


def _seen_items(request: PageRequest, spec: KindSpec) -> dict[str, ItemSpec]:
    """The questions whose answers whoever asks may see of some entry: of the others a list does not tell that they are asked."""
    roles, may_meet = set(request.actor.roles), request.actor.has(Permission.VIEW_RESTRICTED)
    return {
        key: item
        for key, item in spec.items.items()
        if not item.planned
        and (may_meet or not item.restricted)
        and (not (item.who and item.who.sees) or roles & set(item.who.sees))
    }


def _columns(items: Mapping[str, ItemSpec], spec: KindSpec, *, has_stages: bool) -> list[Column]:
    def reference(told: Read) -> Any:
        return link_to(told.entry.ref, "practice:entry", told.entry.ref)

    columns = [Column("Reference", lambda told: told.entry.ref, show=reference, sort="ref")]
    if spec.subjects:
        columns.append(Column("About", lambda told: told.entry.about_words))
    columns.append(Column("Day", lambda told: told.entry.happened_on, sort="happened_on"))
    if has_stages:
        columns.append(Column("Stage", lambda told: told.stage, sort="stage"))
    short = [key for key, item in items.items() if item.type != "note"][:MOST_COLUMNS]
    columns += [_column(key, item, on_page=key in short) for key, item in items.items()]
    columns += [_time_column(key, time.label_of(key)) for key, time in spec.times.items()]
    return columns


def _column(key: str, item: ItemSpec, *, on_page: bool) -> Column:
    def value(told: Read) -> Any:
        return told.entry.linked(key)  # type: ignore[attr-defined]

    sort: Any = f"sort_{key}" if item.type == "number" else f"answers__{key}" if item.type != "several" else False
    is_walled = item.restricted or bool(item.who and item.who.sees)
    return Column(item.label_of(key), value, sort=False if is_walled else sort, only="" if on_page else "file")


def _time_column(key: str, label: str) -> Column:
    return Column(
        label, lambda told: in_words(None, told.times.get(key)) if key in told.times else "Not yet", only="file"
    )


def _may_filter(item: ItemSpec) -> bool:
    return item.type in ("choice", "several", "yes_no") and not item.restricted and not (item.who and item.who.sees)


def _filter(key: str, item: ItemSpec) -> Choice:
    """A filter by the answers of a question; those that are no longer offered find what was chosen before."""
    options = (
        [("yes", "Yes"), ("no", "No")] if item.type == "yes_no" else [(c, item.answer_label(c)) for c in item.answers]
    )

    def keep(rows: Any, chosen: str) -> Any:
        if chosen == "none":
            return rows.exclude(answers__has_key=key)
        value: Any = chosen == "yes" if item.type == "yes_no" else chosen
        return rows.filter(answers__contains={key: [value] if item.type == "several" else value})

    return Choice(key, item.label_of(key), [*options, ("none", "No answer")], keep)
