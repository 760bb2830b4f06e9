"""Record a contact in under a minute; correct one openly."""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.sameness import AlreadyRecorded
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.asking import at_time
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, posted_again, refused, render
from fingerpost.pages.practice.contract_words import case_words
from fingerpost.pages.practice.views.cases import case_or_404, rules_of
from fingerpost.work.casework import commands
from fingerpost.work.casework.models import Case, Contact

USUAL_MINUTES = 60


class ContactForm(KitForm):
    """One contact. Most of it is filled in already: today, the usual kind and length, and that the family came."""

    keep = "contact"
    sections: ClassVar[list[tuple[str, list[str]]]] = []
    kind = fields.Choice("What kind of contact?", missing="Choose what kind of contact it was")
    day = fields.Date("Which day?", missing="Enter the day of the contact")
    clock = fields.Time("What time did it begin?", missing="Enter the time the contact began")
    minutes = fields.Number("How many minutes?", least=0, most=1440, width=4, missing="Enter how many minutes it took")
    attended = fields.YesNo("Did the family come?", missing="Choose yes if the family came")
    note = fields.LongText("Note", hint="What was said and agreed.", required=False, rows=6, longest=10000)
    next_due_on = fields.Date(
        "When is the next contact due?", required=False, missing="Enter the day the next contact is due"
    )
    is_another = fields.Confirm("Yes, this is another contact at the same time", required=False)

    def offer(self, held: Rules, at: datetime) -> None:
        self.fields["kind"].offer(case_words(held)["contacts"].items())  # type: ignore[attr-defined]
        self.fields["day"].bounds(latest=timezone.localdate(at))  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """The answers as the command takes them."""
        told = dict(self.cleaned_data)
        told["happened_at"] = at_time(told.pop("day"), told.pop("clock"))
        return told


def usual(held: Rules, at: datetime) -> dict[str, Any]:
    """What the form is filled in with: the kind that counts, an hour, ended just now."""
    kinds = held.contract.pathway.contacts
    counting = next((code for code, kind in kinds.items() if kind.casework_session), "")
    # Most are written down as they end, so an hour that ends now asks for the least typing.
    began = timezone.localtime(at - timedelta(minutes=USUAL_MINUTES))
    return {
        "kind": counting,
        "day": began.date(),
        "clock": began.time().replace(second=0, microsecond=0),
        "minutes": USUAL_MINUTES,
        "attended": True,
    }


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def record_contact(request: PageRequest, ref: str) -> HttpResponse:
    found = case_or_404(request, ref, Permission.RECORD_CONTACT)
    held = rules_of(request, found)
    form = ContactForm(request.POST or None, initial=usual(held, request.at))
    form.offer(held, request.at)
    standing: Any = None
    if form.is_valid():
        try:
            commands.record_contact(request.actor, found, **form.told(), at=request.at)
        except AlreadyRecorded as recorded:
            standing = recorded.standing
            refused(form, recorded)
        except Refused as refusal:
            refused(form, refusal, happened_at="day")
        else:
            return done(request, "practice:case", ref, said="The contact has been recorded.")
    if standing is None and not form.data.get("is_another"):
        form.fields.pop("is_another")
    context = {
        "case": found,
        "form": form,
        "title": "Record a contact",
        "standing": standing,
        "submit": "Save",
        "keep_as": found.ref,
    }
    return render(request, "practice/case_form.html", context)


class CorrectionForm(ContactForm):
    keep = "correction"
    revision = fields.Number("Version")
    reason = fields.Text("Why is it corrected?", longest=300, missing="Enter why it is corrected")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].widget = self.fields["revision"].hidden_widget()
        del self.fields["next_due_on"], self.fields["is_another"]


def _contact_or_404(request: PageRequest, found: Case, contact: UUID) -> Contact:
    row = Contact.objects.visible_to(request.actor, Permission.RECORD_CONTACT).filter(case=found, pk=contact).first()
    if row is None:
        raise Http404
    return row


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def contact_correct(request: PageRequest, ref: str, contact: UUID) -> HttpResponse:
    found = case_or_404(request, ref, Permission.RECORD_CONTACT)
    row = _contact_or_404(request, found, contact)
    local = timezone.localtime(row.happened_at)
    now = {name: getattr(row, name) for name in ("kind", "minutes", "attended", "note", "revision")}
    form = CorrectionForm(request.POST or None, initial=now | {"day": local.date(), "clock": local.time()})
    form.offer(rules_of(request, found), request.at)
    theirs: Any = None
    if form.is_valid():
        try:
            commands.correct_contact(request.actor, row, **form.told(), at=request.at)
        except ChangedMeanwhile as meanwhile:
            theirs = meanwhile.theirs
            form = CorrectionForm(posted_again(request, revision=theirs.revision))
            form.offer(rules_of(request, found), request.at)
        except Refused as refusal:
            refused(form, refusal, happened_at="day")
        else:
            return done(
                request, "practice:case", ref, said="The contact has been corrected. What stood before is kept."
            )
    context = {
        "case": found,
        "form": form,
        "title": "Correct a contact",
        "theirs": theirs,
        "submit": "Save",
        "keep_as": str(row.pk),
    }
    return render(request, "practice/case_form.html", context)
