"""What a referral asks. One form, read over before it is sent."""

from datetime import date
from typing import Any, ClassVar

from stdnum.exceptions import ValidationError as NotANumber
from stdnum.gb import upn as pupil_numbers

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.places.models import Area
from fingerpost.ground.places.queries import area_named, area_of
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.naming import ONE_IS_ENOUGH, require_a_name
from fingerpost.people.schooling.models import School
from fingerpost.work.assessments.needs import NEEDS
from fingerpost.work.referrals.from_whom import SOURCES
from fingerpost.work.referrals.intake import AssessmentGiven, ChildGiven, ParentGiven, ReferralGiven

MOST_CHILDREN = 5
SEX_OF = {"F": "F", "M": "M", "mother": "F", "father": "M"}


class ReferralForm(KitForm):
    """A referral. Made with `children=`: how many children it asks about."""

    keep = "referral"
    reveals: ClassVar[dict[str, dict[str, list[str]]]] = {
        "has_caf": {"yes": ["caf_on", "caf_author", "caf_needs"]},
    }

    parent_first_name = fields.Text("Parent’s first name", required=False, longest=100)
    parent_last_name = fields.Text("Parent’s last name", hint=ONE_IS_ENOUGH, required=False, longest=100)
    parent_is = fields.Radios(
        "What are they to the children?",
        [("mother", "Mother"), ("father", "Father"), ("carer", "Carer"), ("not_said", "Prefer not to say")],
        required=False,
        missing="Choose what they are to the children",
    )
    phone = fields.Text("Phone number", required=False, longest=40, width=20, inputmode="tel")
    address = fields.Text("Address", hint="House number and street, and town", longest=300)
    postcode = fields.Text("Postcode", longest=10, width=10)
    area = fields.Choice(
        "Which part of the county is that in?",
        hint="If you are not sure, leave it out. We ask again when we do not know the postcode.",
        required=False,
        searchable=True,
        missing="Choose which part of the county it is in",
    )
    source = fields.Radios("Who is asking?", SOURCES, missing="Choose who is asking")
    school = fields.Choice(
        "Which school do the children go to?", required=False, searchable=True, missing="Choose the children’s school"
    )
    referrer_name = fields.Text("Your name", longest=160)
    referrer_contact = fields.Text("Your phone number or email", longest=160)
    reason = fields.LongText(
        "Why do you ask for help?",
        hint="Say what you see, and what the family wants.",
        longest=2000,
        missing="Enter why you ask for help",
    )
    vulnerable_groups = fields.Checkboxes(
        "Is any of this true of the family?", required=False, missing="Choose what is true of the family"
    )
    has_caf = fields.YesNo(
        "Has a common assessment (CAF) been made?", missing="Choose yes if a common assessment (CAF) has been made"
    )
    caf_on = fields.Date("When was it made?", missing="Enter the day the assessment was made")
    caf_author = fields.Text("Who wrote it?", longest=160, missing="Enter who wrote the assessment")
    caf_needs = fields.Checkboxes("Which needs does it name?", NEEDS.items(), missing="Choose the needs it names")
    parent_agrees = fields.Confirm(
        "The parent knows about this and agrees",
        missing="Tick this once the parent has agreed. We cannot help without it",
    )
    may_tell_school = fields.YesNo(
        "May we tell the school how it went?",
        hint="Ask the parent.",
        missing="Choose yes if we may tell the school how it went",
    )

    def __init__(self, *args: Any, children: int, held: Rules, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.children, self.service = children, held.service
        for number in range(1, children + 1):
            self._add_child(number, today)
        priority = held.contract.pathway.priority
        groups = [(code, group.label) for code, group in priority.groups.items()] if priority else []
        self.fields["vulnerable_groups"].offer(groups)  # type: ignore[attr-defined]
        self.fields["area"].offer(_areas(held))  # type: ignore[attr-defined]
        self.fields["school"].offer(School.objects.order_by("name").values_list("code", "name"))  # type: ignore[attr-defined]
        self.fields["caf_on"].bounds(latest=today)  # type: ignore[attr-defined]

    def _add_child(self, number: int, today: date) -> None:
        which = "Child’s" if self.children == 1 else f"Child {number}:"
        self.fields[f"child_{number}_first_name"] = fields.Text(f"{which} first name", required=False, longest=100)
        self.fields[f"child_{number}_last_name"] = fields.Text(
            f"{which} last name", hint=ONE_IS_ENOUGH, required=False, longest=100
        )
        self.fields[f"child_{number}_born_on"] = fields.Date(f"{which} date of birth", latest=today)
        self.fields[f"child_{number}_sex"] = fields.Radios(
            f"{which} sex",
            [("F", "Girl"), ("M", "Boy"), ("not_said", "Prefer not to say")],
            required=False,
            inline=True,
        )
        self.fields[f"child_{number}_upn"] = fields.Text(
            f"{which} unique pupil number (UPN)",
            required=False,
            longest=20,
            width=20,
            hint="13 letters and figures, if you know it",
        )

    @property
    def sections(self) -> list[tuple[str, list[str]]]:  # type: ignore[override]
        """The parts of the form as they stand on the page."""
        asked = [
            f"child_{n}_{what}"
            for n in range(1, self.children + 1)
            for what in ("first_name", "last_name", "born_on", "sex", "upn")
        ]
        return [
            ("The child" if self.children == 1 else "The children", [*asked, "school"]),
            (
                "The parent",
                ["parent_first_name", "parent_last_name", "parent_is", "phone", "address", "postcode", "area"],
            ),
            ("What help is needed", ["reason", "vulnerable_groups", "has_caf"]),
            ("You", ["source", "referrer_name", "referrer_contact"]),
            ("What the parent says", ["parent_agrees", "may_tell_school"]),
        ]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for whose in ("parent", *(f"child_{number}" for number in range(1, self.children + 1))):
            require_a_name(self, f"{whose}_first_name", f"{whose}_last_name")
        if told.get("postcode") and not told.get("area") and area_of(self.service, told["postcode"]) is None:
            self.add_error(
                "area", "We do not know this postcode. Choose the part of the county, so that the right team sees it"
            )
        for number in range(1, self.children + 1):
            name = f"child_{number}_upn"
            if told.get(name):
                try:
                    told[name] = pupil_numbers.validate(told[name])
                except NotANumber:
                    self.add_error(name, "This pupil number has a mistake in it. Check it, or leave it out")
        return told

    def given(self) -> ReferralGiven:
        """The answers as the referral's own words. Only after `is_valid`."""
        told = self.cleaned_data
        return ReferralGiven(
            children=[
                ChildGiven(
                    told[f"child_{n}_first_name"],
                    told[f"child_{n}_last_name"],
                    told[f"child_{n}_born_on"],
                    told[f"child_{n}_upn"],
                    sex=SEX_OF.get(told[f"child_{n}_sex"], ""),
                )
                for n in range(1, self.children + 1)
            ],
            parent=ParentGiven(
                told["parent_first_name"],
                told["parent_last_name"],
                told["phone"],
                lines=told["address"],
                postcode=told["postcode"],
                area=area_named(self.service, told["area"]),
                sex=SEX_OF.get(told["parent_is"], ""),
                is_carer=told["parent_is"] == "carer",
            ),
            source=told["source"],
            school=School.objects.filter(pk=told["school"]).first() if told["school"] else None,
            referrer_name=told["referrer_name"],
            referrer_contact=told["referrer_contact"],
            reason=told["reason"],
            vulnerable_groups=told["vulnerable_groups"],
            assessment=AssessmentGiven(told["caf_on"], told["caf_author"], told["caf_needs"])
            if told["has_caf"]
            else None,
            may_tell_school=told["may_tell_school"],
        )

    def read_over(self, change: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
        """The answers to look over: (heading, [(question, answer, where to change it)]). `change` is the address of the form."""
        return [
            (
                title,
                [
                    (str(self[n].label), _shown(self, n), f"{change}#id_{n}")
                    for b in bounds
                    for n in self._asked(b.name)
                ],
            )
            for title, bounds in self.groups()
        ]

    def _asked(self, name: str) -> list[str]:
        """A question, and those that its answer revealed."""
        revealed = self.reveals.get(name, {}).get(str(self.data.get(name, "")), [])
        return [name, *revealed]


def _areas(held: Rules) -> list[tuple[str, str]]:
    """The areas to which families are given, by name. One query."""
    allocation = held.contract.pathway.allocation
    level = allocation.level if allocation else ""
    return list(Area.objects.of_level(held.service, level, held.on).values_list("code", "name"))


def _shown(form: ReferralForm, name: str) -> str:
    """An answer in words, as the person would say it."""
    value, field = form.cleaned_data.get(name), form.fields[name]
    if value is None or value == "" or value == []:
        return "Not given"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    words = dict(getattr(field, "choices", []))
    if isinstance(value, list):
        return ", ".join(str(words.get(one, one)) for one in value)
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return str(words.get(value, value))
