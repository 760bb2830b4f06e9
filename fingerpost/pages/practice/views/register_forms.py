"""Writing entries of declared kinds: begun, carried on, corrected, taken back."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers import commands
from fingerpost.agreements.registers.linking import choices_of
from fingerpost.agreements.registers.models import Entry
from fingerpost.agreements.registers.reading import Read, read, subject_of
from fingerpost.agreements.registers.subjects import Subject, area_of_service, found, whole_service
from fingerpost.agreements.registers.walls import may_see, may_write, wall_of, wall_of_item
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.schema.items import ItemSpec
from fingerpost.language.schema.registers import KindSpec, TimeSpec
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, plain_form, posted_again, refused
from fingerpost.pages.practice.entry_forms import EntryForm, typed_before
from fingerpost.pages.practice.entry_words import said_of_links
from fingerpost.pages.practice.views.registers import PAGES, entry_or_404, may_change_time, rules_or_404

ABOUT, REVISION, REASON = "about_area", "revision", "reason"


@page(allow=Permission.KEEP_RECORD, shows="entry")
@once
def entry_new(request: PageRequest, kind: str, about: str = "", key: str = "") -> HttpResponse:
    """Begin an entry about a record that the address names, about an area that is chosen, or about the service."""
    held = rules_or_404(request)
    spec = held.contract.kinds.get(kind)
    if spec is None or spec.planned:
        raise Http404
    subject = _subject(request, held, spec, about, key)
    if not may_write(request.actor, subject, spec.who):
        raise Http404
    request.saw("entry")
    if subject.family_id:
        request.saw("family", subject.family_id)
    form = _first_form(request, held, spec, subject)
    one, _ = spec.called(kind)
    if form.is_valid():
        try:
            written = commands.begin(
                request.actor, _area_chosen(held, form) or subject, kind=kind, answers=form.answers, times=form.moments,
                at=request.at,
            )  # fmt: skip
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, *_after(request, written, subject), said=f"{one} {written.ref} has been recorded.")
    context = {"form": form, "title": one, "caption": subject.label, "lead": spec.hint or "", "submit": "Save"}
    return plain_form(request, context, back=_back(subject, kind), back_text=subject.label or spec.called(kind)[1])


def _after(request: PageRequest, written: Entry, subject: Subject) -> tuple[str, ...]:
    """Where one goes who has begun an entry: to it, or, where its readers are others, back to what it is about."""
    if Entry.objects.visible_to(request.actor).filter(pk=written.pk).exists():
        return "practice:entry", written.ref
    return (PAGES[subject.kind], subject.ref) if subject.kind in PAGES else ("practice:registers",)


@page(allow=Permission.KEEP_RECORD, shows="entry")
@once
def entry_carry_on(request: PageRequest, ref: str, time: str = "") -> HttpResponse:
    """Set a further time of an entry and answer what its form asks; without a time, what was left open so far."""
    shown, held, spec = _opened(request, ref)
    if time and (time not in spec.times or time in shown.times or not may_change_time(request, shown, time, spec)):
        raise Http404
    times = {time: spec.times[time]} if time else {}
    items = _items_of(held, spec, set(times) or set(shown.times), begins=not time)
    items = {key: item for key, item in _for_reader(request, held, spec, subject_of(shown.entry), items).items()
             if key not in shown.answers}  # fmt: skip
    form = _form(
        request, held, shown.entry.kind, subject_of(shown.entry), times, items, {REVISION: shown.entry.revision}
    )
    if form.is_valid():
        try:
            commands.carry_on(
                request.actor, shown.entry, answers=form.answers, times=form.moments,
                revision=form.cleaned_data[REVISION], at=request.at,
            )  # fmt: skip
        except ChangedMeanwhile as changed:
            return _changed(request, shown, changed, EntryForm, form)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:entry", ref, said=f"{_one(shown)} {ref} has been carried on.")
    title = spec.times[time].label_of(time) if time else "Answer what is open"
    return _page(request, shown, form, title)


@page(allow=Permission.KEEP_RECORD, shows="entry")
@once
def entry_correct(request: PageRequest, ref: str) -> HttpResponse:
    """Put an entry right, with a reason."""
    shown, held, spec = _opened(request, ref)
    if not may_write(request.actor, subject_of(shown.entry), spec.who):
        raise Http404
    times = {
        key: time
        for key, time in spec.times.items()
        if key in shown.times and may_change_time(request, shown, key, spec)
    }
    items = _for_reader(
        request, held, spec, subject_of(shown.entry), _items_of(held, spec, set(shown.times), begins=True)
    )
    items |= {key: item for key, item in shown.items.items() if key in shown.answers and key not in items}
    before = typed_before(shown.answers, shown.times, items, [*times, *items])
    form = _form(
        request, held, shown.entry.kind, subject_of(shown.entry), times, items,
        {**before, REVISION: shown.entry.revision}, needs_reason=True,
    )  # fmt: skip
    if form.is_valid():
        try:
            commands.correct(
                request.actor, shown.entry, answers=form.answers, times=form.moments, reason=form.cleaned_data[REASON],
                revision=form.cleaned_data[REVISION], at=request.at,
            )  # fmt: skip
        except ChangedMeanwhile as changed:
            return _changed(request, shown, changed, EntryForm, form)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:entry", ref, said=f"{_one(shown)} {ref} has been corrected.")
    return _page(request, shown, form, f"Correct {_one(shown).lower()} {ref}")


class TakeBackForm(KitForm):
    revision = fields.Number("Version", required=False)
    reason = fields.Text("Why is it taken back?", longest=300, missing="Enter why it is taken back")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[REVISION].widget = self.fields[REVISION].hidden_widget()


@page(allow=Permission.KEEP_RECORD, shows="entry")
@once
def entry_take_back(request: PageRequest, ref: str) -> HttpResponse:
    """Take an entry back that should not have been written."""
    shown, _, spec = _opened(request, ref)
    if not may_write(request.actor, subject_of(shown.entry), spec.who):
        raise Http404
    form = TakeBackForm(request.POST or None, initial={REVISION: shown.entry.revision})
    if form.is_valid():
        try:
            commands.withdraw_entry(
                request.actor, shown.entry, reason=form.cleaned_data[REASON],
                revision=form.cleaned_data[REVISION] or 0, at=request.at,
            )  # fmt: skip
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(
                request, "practice:register", shown.entry.kind, said=f"{_one(shown)} {ref} has been taken back."
            )
    return _page(request, shown, form, f"Take back {_one(shown).lower()} {ref}", submit="Take it back")


def _one(shown: Read) -> str:
    return shown.kind.called(shown.entry.kind)[0]


def _opened(request: PageRequest, ref: str) -> tuple[Read, Rules, KindSpec]:
    """An entry that can still be changed, with today's rules. Raises Http404."""
    shown = entry_or_404(request, ref)
    if shown.entry.taken_back_at is not None:
        raise Http404
    held = rules(shown.entry.service, timezone.localdate(request.at))
    return shown, held, held.contract.kinds.get(shown.entry.kind, shown.kind)


def _subject(request: PageRequest, held: Rules, spec: KindSpec, about: str, key: str) -> Subject:
    if about:
        subject = found(request.actor, held.service, about, key) if about in spec.subjects else None
        if subject is None:
            raise Http404
        return subject
    if spec.subjects and "area" not in spec.subjects:
        raise Http404  # it is begun on the page of what it is about
    return whole_service(held.service)


def _area_chosen(held: Rules, form: Any) -> Subject | None:
    code = form.cleaned_data.get(ABOUT)
    return area_of_service(held.service, code, held.contract.areas[code].name) if code else None


def _first_form(request: PageRequest, held: Rules, spec: KindSpec, subject: Subject) -> EntryForm:
    times = {
        key: time for key, time in spec.times.items()
        if time.is_asked_on(held.on) and (time.required or key == next(iter(spec.times)))
    }  # fmt: skip
    items = _for_reader(request, held, spec, subject, _items_of(held, spec, set(times), begins=True))
    form = _form(request, held, "", subject, times, items, dict.fromkeys(times, held.on))
    if not subject.kind and "area" in spec.subjects:
        codes = [(area.code, area.name) for area in held.contract.areas.values()]
        form.fields[ABOUT] = fields.Choice("Which area is it about?", codes, missing="Choose the area it is about")
        form.order_fields([ABOUT])
    return form


def _items_of(held: Rules, spec: KindSpec, times: set[str], *, begins: bool) -> dict[str, ItemSpec]:
    return {
        key: item for key, item in spec.items.items()
        if item.is_asked_on(held.on) and not item.planned and ((begins and not item.ask) or times & set(item.asked_at))
    }  # fmt: skip


def _for_reader(
    request: PageRequest, held: Rules, spec: KindSpec, subject: Subject, items: Mapping[str, ItemSpec]
) -> dict[str, ItemSpec]:
    """The questions that whoever asks may write, and may see once they are written."""
    around = wall_of(spec, subject, held.contract.roles)
    return {
        key: item for key, item in items.items()
        if may_write(request.actor, subject, item.who if item.who and item.who.writes else spec.who)
        and (wall_of_item(item, around) == around or may_see(request.actor, subject, wall_of_item(item, around)))
    }  # fmt: skip


def _form(
    request: PageRequest,
    held: Rules,
    kind: str,
    subject: Subject,
    times: Mapping[str, TimeSpec],
    items: Mapping[str, ItemSpec],
    initial: Mapping[str, Any],
    *,
    needs_reason: bool = False,
) -> EntryForm:
    links = {key: choices_of(request.actor, held, item, subject) for key, item in items.items() if item.type == "link"}
    form = EntryForm(request.POST or None, times=times, items=items, on=held.on, links=links, initial=initial)
    if REVISION in initial:
        form.fields[REVISION] = fields.Number("Version", required=False)
        form.fields[REVISION].widget = form.fields[REVISION].hidden_widget()
    if needs_reason:
        form.fields[REASON] = fields.Text("Why is it changed?", longest=300, missing="Enter why it is changed")
    return form


def _back(subject: Subject, kind: str) -> str:
    if subject.kind in PAGES:
        return reverse(PAGES[subject.kind], args=[subject.ref])
    return reverse("practice:register", args=[kind])


def _page(request: PageRequest, shown: Read, form: Any, title: str, submit: str = "Save") -> HttpResponse:
    context = {"form": form, "title": title, "caption": f"{_one(shown)} {shown.entry.ref}", "submit": submit}
    back = reverse("practice:entry", args=[shown.entry.ref])
    return plain_form(request, context, back=back, back_text=f"{_one(shown)} {shown.entry.ref}")


def _changed(
    request: PageRequest, shown: Read, changed: ChangedMeanwhile, _form: Any, typed: EntryForm
) -> HttpResponse:
    """Somebody saved first: theirs above, what was typed still in the form."""
    theirs = read(request.actor, [changed.theirs])[0]  # type: ignore[list-item]
    say = said_of_links(request.actor, [theirs])
    rows = [(item.label_of(key), say(theirs, key)) for key, item in theirs.items.items() if key in theirs.answers]
    typed.data = posted_again(request, revision=theirs.entry.revision)
    context = {
        "form": typed, "title": _one(shown), "caption": shown.entry.ref, "submit": "Save", "typed_rows": rows,
    }  # fmt: skip
    back = reverse("practice:entry", args=[shown.entry.ref])
    return plain_form(request, context, back=back, back_text=f"{_one(shown)} {shown.entry.ref}")
