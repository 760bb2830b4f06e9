"""Writing entries of declared kinds: begun, carried on, corrected, taken back."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers import commands
from fingerpost.agreements.registers.added import added_to
from fingerpost.agreements.registers.linking import choices_of
from fingerpost.agreements.registers.models import Entry
from fingerpost.agreements.registers.reading import (
    Read,
    asked,
    read,
    rules_of_entry,
    rules_of_pathway,
    spec_of,
    subject_of,
)
from fingerpost.agreements.registers.subjects import Subject, area_of_service, found, whole_service, workers_of
from fingerpost.agreements.registers.walls import may_answer, may_write
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.schema.items import ItemSpec
from fingerpost.language.schema.registers import KindSpec, TimeSpec
from fingerpost.language.vocabulary.kinds import ADDED_TO, OWN_TIME
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.fields import lower_first
from fingerpost.pages.kit.lists import on_page
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, plain_form, posted_again, refused
from fingerpost.pages.practice.entry_forms import EntryForm, typed_before
from fingerpost.pages.practice.entry_words import said_of_answers
from fingerpost.pages.practice.lists import where_ref
from fingerpost.pages.practice.views.registers import chosen_in_form, entry_or_404, rules_or_404

AREA, WORKER, REVISION, REASON = "entry-area", "entry-worker", "entry-revision", "entry-reason"
"""Fields of the form itself; no key of a contract has a hyphen."""


@page(allow=Permission.KEEP_RECORD, shows="entry")
@once
def entry_new(request: PageRequest, kind: str, about: str = "", key: str = "") -> HttpResponse:
    """Begin an entry about a record that the address names, about an area that is chosen, or about the service."""
    held = rules_or_404(request)
    spec = held.contract.kinds.get(kind)
    if spec is None or spec.planned or kind in ADDED_TO:
        raise Http404
    subject = _subject(request, held, spec, about, key)
    if not may_write(request.actor, subject, spec):
        raise Http404
    request.saw("entry")
    if subject.family_id:
        request.saw("family", subject.family_id)
    form = _first_form(request, held, spec, subject)
    one, _ = spec.called(kind)
    back = where_ref(request.actor, subject.ref) or reverse("practice:registers")
    if form.is_valid():
        try:
            written = commands.begin(
                request.actor, _chosen(request, held, form) or subject, kind=kind, answers=form.answers, times=form.moments,
                at=request.at,
            )  # fmt: skip
        except Refused as refusal:
            refused(form, refusal)
        else:
            # An entry may be for other readers than its writer, who then goes back to where they were.
            may_read = Entry.objects.visible_to(request.actor).filter(pk=written.pk).exists()
            to = where_ref(request.actor, written.ref) if may_read else back
            return done(request, to, said=f"{one} {written.ref} has been recorded.")
    context = {"form": form, "title": one, "caption": subject.label, "lead": spec.hint or "", "submit": "Save"}
    return plain_form(request, context, back=back, back_text=subject.label or "Records")


@page(allow=Permission.KEEP_RECORD, shows="entry")
@once
def entry_carry_on(request: PageRequest, ref: str, time: str = "") -> HttpResponse:
    """Set a further time of an entry and answer what its form asks; without a time, what was left open so far."""
    return _carried_on(request, ref, time)


def _carried_on(request: PageRequest, ref: str, time: str, *, to: str = "") -> HttpResponse:
    shown, held, spec = _opened(request, ref)
    about = subject_of(shown.entry)
    if time and (time not in spec.times or time in shown.times):
        raise Http404
    if time and not may_write(request.actor, about, spec, spec.times[time]):
        raise Http404
    times = {time: spec.times[time]} if time else {}
    asked = _asked(request, held, spec, about, set(times) or set(shown.times), begins=not time)
    items = {key: item for key, item in asked.items() if key not in shown.answers}
    form = EntryForm(
        request.POST or None, times=times, items=items, on=held.on, links=_links(request, held, about, items),
        initial=_today(held, times), needed=times,
    )  # fmt: skip
    _with_revision(form, shown)
    title = spec.times[time].label_of(time) if time else "Questions left open"

    def save(revision: int) -> None:
        commands.carry_on(
            request.actor, shown.entry, answers=form.answers, times=form.moments, revision=revision, at=request.at
        )  # fmt: skip

    return _saved(request, shown, form, save, title=title, done_with="saved", to=to)


@page(allow=Permission.KEEP_RECORD, shows="entry")
@once
def entry_added(request: PageRequest, kind: str, key: str, time: str = "") -> HttpResponse:
    """Set a time that the contract adds to a request or case and answer what its form asks; without one, the open questions."""
    subject = found(request.actor, request.actor.service, kind, key) if kind in ADDED_TO else None
    if subject is None or subject.id is None:
        raise Http404
    if subject.family_id:
        request.saw("family", subject.family_id)
    back = where_ref(request.actor, subject.ref) or reverse("practice:my_work")
    standing = added_to(request.actor, kind, subject.id)
    request.saw("entry", *([standing.pk] if standing else []))
    if standing is not None:
        return _carried_on(request, standing.ref, time, to=back)
    held = rules_of_pathway(subject.service, kind, subject.began, timezone.localdate(request.at))
    spec = held.contract.kinds.get(kind)
    if spec is None or spec.planned or (time and time not in spec.times):
        raise Http404
    if not may_write(request.actor, subject, spec, spec.times[time] if time else None):
        raise Http404
    times = {name: one for name, one in spec.times.items() if name == time or (one.required and name != OWN_TIME[kind])}
    items = _asked(request, held, spec, subject, {time}, begins=not time)
    form = EntryForm(
        request.POST or None, times=times, items=items, on=held.on, links=_links(request, held, subject, items),
        initial=_today(held, times), needed=times,
    )  # fmt: skip
    title = spec.times[time].label_of(time) if time else "Questions"
    if form.is_valid():
        try:
            commands.begin(request.actor, subject, kind=kind, answers=form.answers, times=form.moments, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, back, said=f"Saved: {lower_first(title)}.")
    context = {"form": form, "title": title, "caption": subject.label, "submit": "Save"}
    return plain_form(request, context, back=back, back_text=subject.label)


@page(allow=Permission.KEEP_RECORD, shows="entry")
@once
def entry_correct(request: PageRequest, ref: str) -> HttpResponse:
    """Put an entry right, with a reason. What is emptied is taken away."""
    shown, held, spec = _opened(request, ref)
    about = subject_of(shown.entry)
    if not may_write(request.actor, about, spec):
        raise Http404
    times = {
        key: time for key, time in spec.times.items()
        if key in shown.times and key != OWN_TIME.get(shown.entry.kind) and may_write(request.actor, about, spec, time)
    }  # fmt: skip
    items = _asked(request, held, spec, about, set(shown.times), begins=True)
    items |= {key: item for key, item in shown.items.items() if key in shown.answers and key not in spec.items}
    before = typed_before(shown.answers, shown.times, items, [*times, *items])
    form = EntryForm(
        request.POST or None, times=times, items=items, on=held.on, links=_links(request, held, about, items),
        initial=before, needed=[key for key, time in times.items() if time.required],
        standing={*times, *(shown.answers.keys() & items.keys())},
    )  # fmt: skip
    _with_revision(form, shown)
    form.fields[REASON] = fields.Text("Why is it changed?", longest=300, missing="Enter why it is changed")

    def save(revision: int) -> None:
        commands.correct(
            request.actor, shown.entry, answers=form.answers, times=form.moments, reason=form.cleaned_data[REASON],
            revision=revision, at=request.at,
        )  # fmt: skip

    return _saved(request, shown, form, save, title="Correct", done_with="corrected")


@page(allow=Permission.KEEP_RECORD, shows="entry")
@once
def entry_take_back(request: PageRequest, ref: str) -> HttpResponse:
    """Take an entry back that should not have been written."""
    shown, _, spec = _opened(request, ref)
    if not may_write(request.actor, subject_of(shown.entry), spec):
        raise Http404
    form = EntryForm(request.POST or None, times={}, items={}, on=timezone.localdate(request.at), links={}, initial={})
    _with_revision(form, shown)
    form.fields[REASON] = fields.Text("Why is it taken back?", longest=300, missing="Enter why it is taken back")

    def save(revision: int) -> None:
        reason = form.cleaned_data[REASON]
        commands.withdraw_entry(request.actor, shown.entry, reason=reason, revision=revision, at=request.at)

    return _saved(request, shown, form, save, title="Take back", done_with="taken back")


def _saved(
    request: PageRequest,
    shown: Read,
    form: EntryForm,
    save: Callable[[int], None],
    *,
    title: str,
    done_with: str,
    to: str = "",
) -> HttpResponse:
    """What came of a form about an entry: saved, or shown again with what is wrong, or over what somebody else saved.

    `to` is the address to go back to; the entry's own page as a rule.
    """
    one, ref = shown.kind.called(shown.entry.kind)[0], shown.entry.ref
    context: dict[str, Any] = {"form": form, "title": title, "caption": f"{one} {ref}", "submit": "Save"}
    if form.is_valid():
        try:
            save(form.cleaned_data[REVISION] or 0)
        except ChangedMeanwhile as changed:
            theirs = read(request.actor, [changed.theirs])[0]  # type: ignore[list-item]
            say = said_of_answers(request.actor, [theirs])
            context["typed_rows"] = [
                (item.label_of(key), on_page(say(theirs, key)))
                for key, item in theirs.items.items()
                if key in theirs.answers
            ]
            form.data = posted_again(request, **{REVISION: theirs.entry.revision})
        except Refused as refusal:
            refused(form, refusal, reason=REASON)
        else:
            said = f"Saved: {lower_first(title)}." if to else f"{one} {ref} has been {done_with}."
            return done(request, to or reverse("practice:entry", args=[ref]), said=said)
    return plain_form(request, context, back=to or reverse("practice:entry", args=[ref]), back_text=f"{one} {ref}")


def _with_revision(form: EntryForm, shown: Read) -> None:
    """The form carries along which state of the entry it was made from."""
    form.fields[REVISION] = fields.Number("Version", required=False)
    form.fields[REVISION].widget = form.fields[REVISION].hidden_widget()
    form.initial[REVISION] = shown.entry.revision


def _opened(request: PageRequest, ref: str) -> tuple[Read, Rules, KindSpec]:
    """An entry that can still be changed, with today's rules. Raises Http404."""
    shown = entry_or_404(request, ref)
    if shown.entry.taken_back_at is not None:
        raise Http404
    held = rules_of_entry(shown.entry, timezone.localdate(request.at))
    return shown, held, spec_of(held, shown.entry)


def _subject(request: PageRequest, held: Rules, spec: KindSpec, about: str, key: str) -> Subject:
    if about:
        subject = found(request.actor, held.service, about, key) if about in spec.subjects else None
        if subject is None:
            raise Http404
        return subject
    if spec.subjects and not chosen_in_form(spec):
        raise Http404  # it is begun on the page of what it is about
    return whole_service(held.service)


def _chosen(request: PageRequest, held: Rules, form: EntryForm) -> Subject | None:
    """The area or the worker that the entry is about, where one was chosen."""
    if code := form.cleaned_data.get(AREA):
        return area_of_service(held.service, code, held.contract.areas[code].name)
    worker = form.cleaned_data.get(WORKER)
    return found(request.actor, held.service, "worker", worker) if worker else None


def _first_form(request: PageRequest, held: Rules, spec: KindSpec, subject: Subject) -> EntryForm:
    times = {
        key: time for key, time in spec.times.items()
        if time.is_asked_on(held.on) and (time.required or key == next(iter(spec.times)))
    }  # fmt: skip
    items = _asked(request, held, spec, subject, set(times), begins=True)
    form = EntryForm(
        request.POST or None, times=times, items=items, on=held.on, links=_links(request, held, subject, items),
        initial=_today(held, times), needed=[key for key, time in times.items() if time.required],
    )  # fmt: skip
    if not subject.kind and "area" in spec.subjects:
        codes = [(area.code, area.name) for area in held.contract.areas.values()]
        form.fields[AREA] = fields.Choice("Which area is it about?", codes, missing="Choose the area it is about")
        form.order_fields([AREA])
    if not subject.kind and "worker" in spec.subjects:
        people = [(str(worker.pk), worker.name) for worker in workers_of(held.service)]
        form.fields[WORKER] = fields.Choice("Who is it about?", people, missing="Choose who it is about")
        form.order_fields([WORKER])
    return form


def _today(held: Rules, times: Mapping[str, TimeSpec]) -> dict[str, date]:
    """Days stand at today until somebody says otherwise: most things are written down on the day."""
    return {key: held.on for key, time in times.items() if time.type == "day"}


def _asked(
    request: PageRequest, held: Rules, spec: KindSpec, subject: Subject, times: set[str], *, begins: bool
) -> dict[str, ItemSpec]:
    """The questions of the forms of these times, of which whoever asks may be asked."""
    return {
        key: item
        for key, item in asked(spec, held.on, times, begins=begins).items()
        if may_answer(request.actor, subject, spec, item, held.contract.roles)
    }


def _links(
    request: PageRequest, held: Rules, subject: Subject, items: Mapping[str, ItemSpec]
) -> dict[str, list[tuple[str, str]]]:
    return {key: choices_of(request.actor, held, item, subject) for key, item in items.items() if item.type == "link"}
