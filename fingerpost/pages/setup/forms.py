"""Forms of those who set a service up."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access.commands.grants import GIVEN_FOR
from fingerpost.ground.access.models import Organisation, Team
from fingerpost.ground.places.models import Area
from fingerpost.language.roles import Role
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.setup.words import way_of

STRONG = "Use at least 12 characters. Three words that do not belong together are good."


class Email(forms.EmailField):
    """An email address, on a keyboard that has an @."""

    def __init__(self, label: str, *, hint: str = "", autocomplete: str = "off") -> None:
        missing = "Enter the email address"
        widget = fields.Line(attrs={"autocomplete": autocomplete, "inputmode": "email", "spellcheck": "false"})
        super().__init__(label=label, help_text=hint, widget=widget, max_length=254)
        self.error_messages |= {"required": missing, "invalid": "Enter an email address like name@example.com"}


class Password(forms.CharField):
    """A new password, as it is typed: its blanks are part of it."""

    def __init__(self, label: str, *, hint: str = "", missing: str) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(label=label, help_text=hint, widget=widget, strip=False, max_length=200)
        self.error_messages["required"] = missing


class FirstForm(KitForm):
    name = fields.Text("Your name", missing="Enter your name", autocomplete="name")
    email = Email("Your email address", hint="You sign in with it.", autocomplete="username")
    password = Password("A password", hint=STRONG, missing="Enter a password")
    again = Password("The password once more", missing="Enter the password once more")

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError("This is not the same password. Enter it once more.")
        return again

    def told(self) -> dict[str, Any]:
        """The answers as the command takes them."""
        return {name: self.cleaned_data[name] for name in ("name", "email", "password")}


KINDS = {"council": "Council", "provider": "Provider", "school": "School", "health": "Health service", "other": "Other"}


class PersonForm(KitForm):
    name = fields.Text("Name", missing="Enter their name")
    email = Email("Email address", hint="They sign in with it.")
    job_title = fields.Text(
        "Job title", required=False, hint="Leave it empty where the contract has a word for their role."
    )
    organisation = fields.Choice(
        "Which organisation do they work for?", required=False, searchable=True, missing="Choose one"
    )
    read = fields.Text("Version", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["read"].widget = self.fields["read"].hidden_widget()

    def offer(self) -> None:
        """The organisations that there are."""
        known = Organisation.objects.order_by("name").values_list("pk", "name")
        self.fields["organisation"].offer([(str(pk), name) for pk, name in known])  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """The answers as the commands take them."""
        told = {name: self.cleaned_data[name] for name in ("name", "email", "job_title")}
        chosen = self.cleaned_data["organisation"]
        return told | {"organisation": Organisation.objects.get(pk=chosen) if chosen else None}


class ReasonForm(KitForm):
    reason = fields.LongText("Why?", longest=300, rows=3, missing="Say why")


class ServiceForm(KitForm):
    service = fields.Radios("In which service?", missing="Choose the service")

    def offer(self, services: Iterable[tuple[str, str]]) -> None:
        """The services that there are."""
        self.fields["service"].offer(services)  # type: ignore[attr-defined]


class GrantForm(KitForm):
    """A role with its reach. A reach that needs a place reveals the places."""

    role = fields.Radios("Which role?", missing="Choose the role")
    reach = fields.Radios("Which families or records does it cover?", missing="Choose what it covers")
    team = fields.Choice("Which team?", missing="Choose the team")
    area = fields.Choice("Which area?", searchable=True, missing="Choose the area")
    restricted = fields.Confirm(
        "Restricted families too",
        required=False,
        hint="Only for those who must work with a family that others may not know of.",
    )
    reveals: ClassVar[Mapping[str, Mapping[str, Sequence[str]]]] = {"reach": {"team": ["team"], "area": ["area"]}}

    def offer(self, roles: Sequence[Role], teams: Iterable[Team], areas: Iterable[Area]) -> None:
        """The roles of the service, the ways in which any of them reaches, and its teams and areas."""
        self.roles = {role.key: role for role in roles}
        self.places: dict[str, dict[str, Any]] = {
            "team": {str(one.pk): one for one in teams},
            "area": {one.code: one for one in areas},
        }
        shown: dict[str, Any] = self.fields
        shown["role"].offer([(role.key, role.label) for role in roles])
        ways = [word for word in GIVEN_FOR if any(word in role.reach for role in roles)]
        shown["reach"].offer([(word, way_of(word)) for word in ways])
        shown["team"].offer([(key, one.name) for key, one in self.places["team"].items()])
        shown["area"].offer([(key, f"{one.name} ({one.level})") for key, one in self.places["area"].items()])

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        role, reach = self.roles.get(told.get("role", "")), told.get("reach")
        if role and reach and reach not in role.reach:
            ways = ", ".join(way_of(word).lower() for word in role.reach)
            self.add_error("reach", f"{role.label} is given for: {ways}. Choose that.")
        return told

    def told(self, service: str) -> dict[str, Any]:
        """The answers as the command takes them."""
        answers = self.cleaned_data
        return {
            "role": answers["role"],
            "reach": GIVEN_FOR[answers["reach"]],
            "service": service,
            "team": self.places["team"].get(answers.get("team") or ""),
            "area": answers.get("area") or "",
            "restricted": answers["restricted"],
        }


class ConfirmForm(KitForm):
    grants = fields.Checkboxes(
        "Which are still right?", hint="Leave out what should be withdrawn.", missing="Choose what is still right"
    )

    def offer(self, grants: Sequence[tuple[str, str]]) -> None:
        """What the person holds."""
        self.fields["grants"].offer(grants)  # type: ignore[attr-defined]


class TeamNameForm(KitForm):
    name = fields.Text("Name of the team", missing="Enter the name of the team")


class TeamForm(TeamNameForm):
    service = fields.Choice("Of which service?", missing="Choose the service")
    organisation = fields.Choice(
        "Which organisation does it belong to?", searchable=True, missing="Choose the organisation"
    )

    def offer(self, services: Iterable[Agreement], organisations: Iterable[Organisation]) -> None:
        """The services and the organisations that there are."""
        shown: dict[str, Any] = self.fields
        shown["service"].offer([(one.key, one.title) for one in services])
        shown["organisation"].offer([(str(one.pk), one.name) for one in organisations])


class OrganisationForm(KitForm):
    name = fields.Text("Name", missing="Enter the name of the organisation")
    kind = fields.Radios("What kind is it?", KINDS.items(), missing="Choose what kind it is")
