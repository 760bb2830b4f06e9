"""One child's attendance over the weeks around their cases: a picture, and the table that says the same; their exclusions."""

from datetime import date, timedelta
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.downloads import csv_of, wants_csv
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pictures import Bar, Mark, columns
from fingerpost.pages.kit.shortcuts import done, plain_form, refused, render
from fingerpost.pages.kit.words import list_date
from fingerpost.pages.practice.views.families import family_or_404
from fingerpost.people.families.models import Family, Person
from fingerpost.people.families.queries import members_of
from fingerpost.people.schooling.codes import REASONS
from fingerpost.people.schooling.commands import record_exclusion
from fingerpost.people.schooling.models import AttendanceWeek, Exclusion, School
from fingerpost.people.schooling.queries import exclusions_of, weeks_of
from fingerpost.work.casework.models import Case

BEFORE = timedelta(weeks=20)


@page(allow=Permission.VIEW_FAMILY, shows="family")
def attendance(request: PageRequest, ref: str, child: UUID) -> HttpResponse:
    about = family_or_404(request, ref)
    person = _child_or_404(request, about, child)
    today = timezone.localdate(request.at)
    cases = list(Case.objects.visible_to(request.actor).filter(family=about).order_by("opened_at"))
    since = (timezone.localdate(cases[0].opened_at) if cases else today) - BEFORE
    weeks = weeks_of(request.actor, [person], since=since, until=today)
    known = [week for week in weeks if week.possible]
    if wants_csv(request):
        told = [(week.monday.isoformat(), week.attended, week.possible, round(_percent(week), 1)) for week in known]
        return csv_of(f"attendance_{about.ref}", ("week of", "attended", "possible", "percent"), told)
    context = {
        "family": about,
        "child": person,
        "weeks": [(week, _percent(week)) for week in known],
        "svg": columns(
            [Bar(list_date(week.monday), _percent(week)) for week in known],
            top=100,
            unit=" %",
            marks=_marks(cases, known),
        ),
        "exclusions": exclusions_of(person, until=today),
        "may_record": request.actor.can(Permission.RECORD_CONTACT, person),
    }
    return render(request, "practice/attendance.html", context)


def _child_or_404(request: PageRequest, family: Family, child: UUID) -> Person:
    """Somebody who lives in the family, whom this person may meet. Raises Http404."""
    member = next((m for m in members_of(request.actor, [family])[family.pk] if m.person.pk == child), None)
    if member is None:
        raise Http404
    return member.person


class ExclusionForm(KitForm):
    """What the school says of one exclusion, until its list arrives."""

    kind = fields.Radios("What kind of exclusion was it?", missing="Choose what kind of exclusion it was")
    started_on = fields.Date("Which was its first day?", missing="Enter the first day of the exclusion")
    ended_on = fields.Date("Which was its last day?", required=False, missing="Enter the last day of the exclusion")
    sessions = fields.Number(
        "How many half-days?",
        hint="Two make a school day. Leave it empty for a permanent exclusion.",
        required=False,
        least=1,
        most=200,
        width=3,
        missing="Enter how many half-days it lasted",
    )
    reasons = fields.Checkboxes("What was the reason?", required=False, missing="Choose the reason for the exclusion")
    school = fields.Choice("Which school?", required=False, searchable=True, missing="Choose the school")


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def exclusion_new(request: PageRequest, ref: str, child: UUID) -> HttpResponse:
    about = family_or_404(request, ref)
    person, today = _child_or_404(request, about, child), timezone.localdate(request.at)
    if not request.actor.can(Permission.RECORD_CONTACT, person):
        raise Http404
    schools = {str(pk): name for pk, name in School.objects.order_by("name").values_list("pk", "name")}
    form = ExclusionForm(request.POST or None, initial={"kind": Exclusion.Kind.FIXED_TERM})
    form.fields["kind"].offer(Exclusion.Kind.choices)  # type: ignore[attr-defined]
    form.fields["reasons"].offer([(r.code, r.label) for r in REASONS.values() if r.is_valid_on(today)])  # type: ignore[attr-defined]
    form.fields["school"].offer(schools.items())  # type: ignore[attr-defined]
    form.fields["started_on"].bounds(latest=today)  # type: ignore[attr-defined]
    if form.is_valid():
        told = dict(form.cleaned_data)
        school = School.objects.filter(pk=told.pop("school") or None).first()
        try:
            record_exclusion(request.actor, person, **told, school=school, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:attendance", ref, child, said="The exclusion has been recorded.")
    context = {"form": form, "title": f"Record an exclusion of {person.full_name}", "submit": "Save"}
    back = reverse("practice:attendance", args=[ref, child])
    return plain_form(request, context | {"caption": about.name}, back=back, back_text="Attendance")


def _percent(week: AttendanceWeek) -> float:
    return 100 * week.attended / week.possible


def _marks(cases: list[Case], weeks: list[AttendanceWeek]) -> list[Mark]:
    """Where a reader looks: the weeks in which each case was opened and closed."""
    days = [(case.opened_at, "Case opened") for case in cases]
    days += [(case.closed_at, "Case closed") for case in cases if case.closed_at]
    return [Mark(_place(weeks, timezone.localdate(moment)), words) for moment, words in days]


def _place(weeks: list[AttendanceWeek], day: date) -> int:
    return next((n for n, week in enumerate(weeks) if (day - week.monday).days < 7), len(weeks))
