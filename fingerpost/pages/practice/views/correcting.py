"""Put right what was recorded wrongly: with a reason, over what was read, and with what stood before."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.correcting import version_of
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.asking import at_noon
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, posted_again, refused, render
from fingerpost.pages.practice.changed import compared, compared_gone, shown_value
from fingerpost.pages.practice.contract_words import case_words
from fingerpost.pages.practice.corrections import Correction, Subject, family_of_person, row_or_404
from fingerpost.people.families import correcting as families
from fingerpost.people.families.models import Address, Family, Identifier, Membership, Person
from fingerpost.people.families.writing import PersonGiven
from fingerpost.people.schooling.models import School
from fingerpost.work.assessments import commands as assessments
from fingerpost.work.assessments.models import Assessment
from fingerpost.work.assessments.needs import NEEDS
from fingerpost.work.referrals import correcting as referrals
from fingerpost.work.referrals import raising
from fingerpost.work.referrals.from_whom import SOURCES
from fingerpost.work.referrals.models import Request

OF_NAMES = ("First name", "Last name", "Known as", "Name")
NOT_SAID = "N"


class CorrectionForm(KitForm):
    """What every correction asks besides the record's own fields."""

    read = fields.Text("Version", required=False)
    reason = fields.Text(
        "Why is it changed?",
        hint="Do not write a name here that must not be seen.",
        longest=300,
        missing="Enter why it is changed",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["read"].widget = self.fields["read"].hidden_widget()
        self.order_fields([name for name in self.fields if name != "reason"])


class PersonForm(CorrectionForm):
    keep = "details"
    sections: ClassVar[Any] = (
        ("Name", ["first_name", "last_name", "known_as", "name_is", "renamed_on"]),
        ("About them", ["born_on", "sex", "language", "needs_interpreter"]),
        ("How to reach them", ["safe_contact", "phone", "email"]),
        ("Numbers", ["upn", "nhs", "local"]),
    )
    first_name = fields.Text("First name", required=False, longest=100)
    last_name = fields.Text("Last name", required=False, longest=100)
    known_as = fields.Text("Known as", required=False, longest=100)
    name_is = fields.Radios(
        "If the name is another now, why?",
        [
            (families.WRONG, "It was recorded wrongly"),
            (families.CHANGED, "The name has changed"),
            (families.HIDDEN, "The name has changed, and the old one must not be seen"),
        ],
        required=False,
        hints={families.HIDDEN: "Such as after an adoption. Few people will see the old name."},
        missing="Choose why the name is another now",
    )
    renamed_on = fields.Date(
        "From which day do they have the new name?", required=False, missing="Enter the day the new name began"
    )
    born_on = fields.Date("Date of birth", required=False)
    sex = fields.Radios("Sex", required=False, inline=True)
    language = fields.Text(
        "Which language do they like to speak?",
        required=False,
        longest=60,
        width=20,
        missing="Enter the language they like to speak",
    )
    needs_interpreter = fields.YesNo(
        "Do they need an interpreter?", not_known=True, required=False, missing="Choose yes if they need an interpreter"
    )
    safe_contact = fields.Text(
        "How and when is it safe to reach them?",
        hint="Such as: ring between 10am and 2pm, never leave a message",
        required=False,
        longest=300,
        missing="Enter how and when it is safe to reach them",
    )
    phone = fields.Text("Phone number", required=False, longest=40, width=20, inputmode="tel")
    email = fields.Text("Email", required=False, longest=200)
    upn = fields.Text("Unique pupil number (UPN)", required=False, longest=20, width=20)
    nhs = fields.Text("NHS number", required=False, longest=20, width=20)
    local = fields.Text("Own number", required=False, longest=60, width=20)


def _person_form(request: PageRequest, person: Person, data: Any, now: Mapping[str, Any] | None) -> KitForm:
    form = PersonForm(data, initial=now)
    form.fields["sex"].offer(  # type: ignore[attr-defined]
        [(code or NOT_SAID, "Prefer not to say" if not code else label) for code, label in Person.Sex.choices]
    )
    for name in ("born_on", "renamed_on"):
        form.fields[name].bounds(latest=timezone.localdate(request.at))  # type: ignore[attr-defined]
    return form


def _person_now(person: Person) -> dict[str, Any]:
    plain = ("first_name", "last_name", "known_as", "born_on", "language", "safe_contact", "phone", "email")
    numbers = Identifier.objects.filter(person=person).order_by("recorded_at")
    interpreter = {True: "yes", False: "no", None: "not_known"}[person.needs_interpreter]
    return (
        {name: getattr(person, name) for name in plain}
        | {"sex": person.sex or NOT_SAID, "needs_interpreter": interpreter, "name_is": families.WRONG}
        | {number.kind: number.value for number in numbers}
    )


def _find_person(request: PageRequest, key: UUID) -> Subject:
    person = row_or_404(request, Person, key, Permission.RECORD_CONTACT)
    family = family_of_person(request, person.pk)
    return Subject(person, family, (reverse("practice:family_people", args=[family.ref]), "People and relationships"))


def _save_person(request: PageRequest, person: Person, told: dict[str, Any]) -> None:
    sex = told["sex"]
    given = PersonGiven(
        told["first_name"],
        told["last_name"],
        told["known_as"],
        told["born_on"],
        "" if sex == NOT_SAID else sex,
        told["phone"],
        told["upn"],
        told["nhs"],
        told["local"],
    )
    families.correct_person(
        request.actor,
        person,
        told=given,
        name_is=told["name_is"] or families.WRONG,
        **{n: told[n] for n in ("email", "language", "needs_interpreter", "safe_contact", "renamed_on")},
        read=told["read"],
        reason=told["reason"],
        at=request.at,
    )
    raising.tell_of_numbers(request.actor, person, at=request.at)


class FamilyNameForm(CorrectionForm):
    name = fields.Text("What is the family called?", longest=160, missing="Enter what the family is called")


def _find_family(request: PageRequest, key: UUID) -> Subject:
    family = row_or_404(request, Family, key, Permission.RECORD_CONTACT)
    return Subject(family, family, (reverse("practice:family_people", args=[family.ref]), "People and relationships"))


class AddressForm(CorrectionForm):
    lines = fields.Text("House and street", required=False, longest=300)
    postcode = fields.Text("Postcode", required=False, longest=8, width=10)
    since = fields.Date("Since when?", required=False, missing="Enter the day they moved there")


def _find_address(request: PageRequest, key: UUID) -> Subject:
    address = row_or_404(request, Address, key, Permission.RECORD_CONTACT, "person")
    family = family_of_person(request, address.person_id)
    return Subject(address, family, (reverse("practice:family_people", args=[family.ref]), "People and relationships"))


class RequestForm(CorrectionForm):
    source = fields.Radios("Who asked?", SOURCES, missing="Choose who asked")
    school = fields.Choice("Which school?", required=False, searchable=True, missing="Choose the school")
    referrer_name = fields.Text("Name of the referrer", required=False, longest=160)
    referrer_contact = fields.Text("Their phone number or email", required=False, longest=160)
    why_asked = fields.LongText(
        "Why did they ask for help?", required=False, longest=2000, missing="Enter why they asked for help"
    )
    received_on = fields.Date("On which day was it received?", missing="Enter the day it was received")


def _request_form(request: PageRequest, row: Request, data: Any, now: Mapping[str, Any] | None) -> KitForm:
    form = RequestForm(data, initial=now)
    offered = dict(SOURCES)
    if row.source not in offered:
        form.fields["source"].offer([(row.source, row.source.replace("_", " ").capitalize()), *SOURCES])  # type: ignore[attr-defined]
    schools = School.objects.order_by("name").values_list("pk", "name")
    form.fields["school"].offer([(str(pk), name) for pk, name in schools])  # type: ignore[attr-defined]
    form.fields["received_on"].bounds(latest=timezone.localdate(request.at))  # type: ignore[attr-defined]
    return form


def _request_now(row: Request) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("source", "referrer_name", "referrer_contact")}
    return plain | {
        "school": str(row.school_id or ""),
        "why_asked": row.reason,
        "received_on": timezone.localdate(row.received_at),
    }


def _find_request(request: PageRequest, key: UUID) -> Subject:
    row = row_or_404(request, Request, key, Permission.RECORD_CONTACT, "family")
    return Subject(row, row.family, (reverse("practice:request", args=[row.ref]), f"Request {row.ref}"))


def _save_request(request: PageRequest, row: Request, told: dict[str, Any]) -> None:
    day, school = told.pop("received_on"), told.pop("school")
    referrals.correct_request(
        request.actor,
        row,
        **told,
        school=School.objects.filter(pk=school).first() if school else None,
        received_at=min(request.at, at_noon(day)),
        at=request.at,
    )


class AssessmentForm(CorrectionForm):
    assessed_on = fields.Date("When was it made?", missing="Enter the day the assessment was made")
    author = fields.Text("Who wrote it?", longest=160, missing="Enter who wrote the assessment")
    author_organisation = fields.Text(
        "Where do they work?", required=False, longest=160, missing="Enter where they work"
    )
    needs = fields.Checkboxes(
        "Which needs does it name?", NEEDS.items(), required=False, missing="Choose the needs it names"
    )
    summary = fields.LongText("In short", required=False, longest=2000)


def _find_assessment(request: PageRequest, key: UUID) -> Subject:
    row = row_or_404(request, Assessment, key, Permission.ASSESS_FAMILY, "family")
    return Subject(row, row.family, (reverse("practice:family", args=[row.family.ref]), row.family.name))


def _plain_form(
    kind: type[KitForm], request: PageRequest, row: Any, data: Any, now: Mapping[str, Any] | None
) -> KitForm:
    return kind(data, initial=now)


def _named(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _saving(command: Any) -> Any:
    return lambda request, row, told: command(request.actor, row, **told, at=request.at)


CORRECTIONS: dict[str, Correction] = {
    "person": Correction(
        _find_person,
        lambda row: f"Correct the details of {row.full_name}",
        _person_form,
        _person_now,
        _save_person,
        families.version_of_person,
        {},
    ),
    "family": Correction(
        _find_family,
        lambda row: "Correct the name of the family",
        partial(_plain_form, FamilyNameForm),
        lambda row: {"name": row.name},
        _saving(families.correct_family),
        version_of,
        {},
    ),
    "address": Correction(
        _find_address,
        lambda row: f"Correct the address of {row.person.full_name}",
        partial(_plain_form, AddressForm),
        lambda row: _named(row, "lines", "postcode", "since"),
        _saving(families.correct_address),
        version_of,
        {},
    ),
    "request": Correction(
        _find_request,
        lambda row: f"Correct request {row.ref}",
        _request_form,
        _request_now,
        _save_request,
        version_of,
        {"received_at": "received_on"},
    ),
    "assessment": Correction(
        _find_assessment,
        lambda row: "Correct an assessment",
        partial(_plain_form, AssessmentForm),
        lambda row: _named(row, "assessed_on", "author", "author_organisation", "needs", "summary"),
        _saving(assessments.correct),
        version_of,
        {},
    ),
}


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def correct(request: PageRequest, word: str, key: UUID) -> HttpResponse:
    if word not in CORRECTIONS:
        raise Http404
    subject = CORRECTIONS[word].find(request, key)
    request.saw("family", subject.family.pk)
    former = families.former_names(request.actor, subject.row) if word == "person" else []
    return corrected(
        request,
        CORRECTIONS[word],
        subject,
        key,
        caption=subject.family.name,
        history=lambda: _history(request, word, subject),
        former=former,
    )


def corrected(
    request: PageRequest,
    kind: Correction,
    subject: Subject,
    key: UUID,
    *,
    caption: str,
    history: Callable[[], list[dict[str, Any]]],
    former: Sequence[Any] = (),
) -> HttpResponse:
    """The page that asks what is right and why, saves it over what was read, and shows what stood before."""
    now = kind.now(subject.row) | {"read": kind.version(subject.row)}
    form = kind.form(request, subject.row, request.POST or None, now)
    theirs: list[tuple[str, str]] = []
    if form.is_valid():
        try:
            kind.save(request, subject.row, dict(form.cleaned_data))
        except ChangedMeanwhile as meanwhile:
            row = kind.find(request, key).row
            theirs = _in_words(form, kind.now(row))
            form = kind.form(request, row, posted_again(request, read=kind.version(row)), None)
            refused(form, Refused(meanwhile.message))
        except Refused as refusal:
            refused(form, refusal, **kind.renamed)
        else:
            return done(request, subject.back[0], said="This has been corrected. What stood before is kept.")
    context = {
        "caption": caption,
        "form": form,
        "title": kind.title(subject.row),
        "theirs": theirs,
        "back": subject.back,
        "rows": history(),
        "former": former,
    }
    return render(request, "practice/correct.html", context)


def _in_words(form: KitForm, now: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What stands now, as the form asks for it: (question, answer)."""
    return [
        (str(form.fields[name].label), shown_value(form.fields[name], value) or "Not given")
        for name, value in now.items()
        if name in form.fields and name != "name_is"
    ]


def _history(request: PageRequest, word: str, subject: Subject) -> list[dict[str, Any]]:
    """What was changed, newest first; without names where somebody had one that this reader must not see."""
    labels = case_words(rules(request.actor.service, timezone.localdate(request.at)))
    found = compared(subject.row, {**labels["contacts"], **labels["reasons"], **NEEDS})
    about = {
        "person": Q(person=subject.row.pk),
        "family": Q(person__in=Membership.objects.filter(family=subject.family).values("person_id")),
    }.get(word)
    if about is not None and families.hides_a_name(request.actor, about):
        for change in found:
            change["fields"] = [one for one in change["fields"] if one[0] not in OF_NAMES]
    if word == "person":
        found += compared_gone(Identifier, {}, person_id=subject.row.pk)
    return sorted(found, key=lambda change: change["at"], reverse=True)
