"""People to check: somebody came in who may be somebody known. The two are set side by side, and a person decides."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpResponse

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit import words as in_words
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.people.families.models import PersonCheck
from fingerpost.work.referrals import checking, queries
from fingerpost.work.referrals.comparing import Compared, Hanging, compared, hanging_on

SAME, OTHER = "same", "other"


class CheckForm(KitForm):
    """What is said of the two, and of what came in."""

    reveals: ClassVar[dict[str, dict[str, list[str]]]] = {"decision": {SAME: ["taken"]}}

    decision = fields.Radios(
        "Who is this?", [(SAME, "The same person"), (OTHER, "Somebody else")], missing="Say who this is"
    )
    taken = fields.Checkboxes(
        "What came in that we should hold from now on",
        hint="Leave a box empty to keep what we hold",
        required=False,
    )
    joining = fields.Checkboxes(
        "Who else should be recorded in the family that we hold?",
        hint="They stand on the same referral. Leave a box empty to leave them out",
        required=False,
        missing="Choose who else belongs to the family",
    )
    reason = fields.LongText("How do you know?", rows=3, longest=1000, missing="Enter how you know")

    def offer(self, lines: list[Compared], hanging: Hanging | None) -> None:
        """Ask only for what there is."""
        taken = [(line.key, f"{line.label}: {_shown(line.came)}") for line in lines if line.may_take]
        for name, choices in (("taken", taken), ("joining", list(hanging.others) if hanging else [])):
            if choices:
                self.fields[name].offer(choices)  # type: ignore[attr-defined]
            else:
                del self.fields[name]


@page(allow=Permission.CHECK_PEOPLE, shows="person")
def people_to_check(request: PageRequest) -> HttpResponse:
    checks = queries.waiting_for_check(request.actor)
    request.saw("person", *[check.person_id for check in checks])
    return render(request, "practice/people_to_check.html", {"checks": checks})


@page(allow=Permission.CHECK_PEOPLE, shows="person")
@once
def person_check(request: PageRequest, check: UUID) -> HttpResponse:
    asked = _check_or_404(request, check)
    if asked.decided_at:
        return render(request, "practice/person_check.html", {"asked": asked, "lines": _seen(request, asked)})
    lines, hanging = _seen(request, asked), hanging_on(asked)
    form = CheckForm(request.POST or None)
    form.offer(lines, hanging)
    if form.is_valid():
        try:
            said = _decide(request, asked, form.cleaned_data)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:people_to_check", said=said)
    return render(
        request, "practice/person_check.html", {"asked": asked, "lines": lines, "form": form, "hanging": hanging}
    )


def _check_or_404(request: PageRequest, wanted: UUID) -> PersonCheck:
    found: PersonCheck | None = (
        PersonCheck.objects.decidable_by(request.actor)
        .select_related("person", "entry", "decided_by")
        .filter(pk=wanted)
        .first()
    )
    if found is None:
        raise Http404
    request.saw("person", found.person_id)
    return found


def _seen(request: PageRequest, asked: PersonCheck) -> list[Compared]:
    return compared(request.actor, asked)


def _decide(request: PageRequest, asked: PersonCheck, said: dict[str, Any]) -> str:
    told = {"joining": said.get("joining", []), "reason": said["reason"], "at": request.at}
    if said["decision"] == SAME:
        checking.say_same(request.actor, asked, taken=said.get("taken", []), **told)
        return f"{_name(asked)} is the same person as {asked.person.full_name}."
    checking.say_other(request.actor, asked, **told)
    return f"{_name(asked)} is somebody else than {asked.person.full_name}."


def _name(asked: PersonCheck) -> str:
    return f"{asked.came.get('first_name', '')} {asked.came.get('last_name', '')}".strip()


def _shown(said: Any) -> str:
    return said if isinstance(said, str) else in_words.date(said)
