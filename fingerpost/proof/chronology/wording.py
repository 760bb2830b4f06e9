"""An event in words. What a contract names is said in its own words."""

from collections.abc import Callable, Mapping

from fingerpost.people.consent.models import Consent
from fingerpost.people.families.models import Membership
from fingerpost.people.schooling.models import Exclusion
from fingerpost.proof.chronology.events import Event
from fingerpost.work.casework.models import CaseDiscussion

Labels = Mapping[str, str]
"""Codes of contacts, reasons for closing and questionnaires: as the contract calls them."""

_PARTS = dict(Membership.Part.choices)
_POINTS = {"start": "at the start", "end": "at the end", "review": "at a review"}


def titled(event: Event, labels: Labels) -> str:
    """What happened, in one line."""
    return _TITLES[event.what](event, labels)


def _label(event: Event, labels: Labels) -> str:
    return labels.get(event.code) or event.code.replace("_", " ").capitalize()


def _scored(event: Event, labels: Labels) -> str:
    point, _, score = event.text.partition(" ")
    whole = score.rstrip("0").rstrip(".") if "." in score else score
    return f"{_label(event, labels)}: {whole} {_POINTS.get(point, point)}"


def _excluded(event: Event, labels: Labels) -> str:
    kind = dict(Exclusion.Kind.choices).get(event.code, event.code).lower()
    days = int(event.text) / 2 if event.text else 0
    lasting = f", {days:g} {'day' if days == 1 else 'days'}" if days else ""
    return f"{event.person}: {kind}{lasting}"


def _moved(event: Event, labels: Labels) -> str:
    return f"{event.person} lives in {event.code or 'an area not known'}"


def _consented(event: Event, labels: Labels) -> str:
    asked = dict(Consent.Kind.choices).get(event.code, event.code)
    return f"{asked}: {dict(Consent.Answer.choices).get(event.text, event.text).lower()}"


_TITLES: dict[str, Callable[[Event, Labels], str]] = {
    "request_received": lambda e, _: f"Request for support ({e.code.replace('_', ' ')})",
    "request_decided": lambda e, _: "Request accepted" if e.code == "accepted" else "Request not accepted",
    "request_withdrawn": lambda e, _: "Request withdrawn",
    "case_opened": lambda e, _: "Case opened",
    "case_closed": lambda e, labels: f"Case closed: {_label(e, labels).lower()}",
    "allocated": lambda e, _: f"Case allocated to {e.code}",
    "discussed": lambda e, _: (
        f"Supervision decided: {dict(CaseDiscussion.Decided.choices).get(e.code, e.code).lower()}"
    ),
    "contact": lambda e, labels: _label(e, labels),
    "contact_missed": lambda e, labels: f"{_label(e, labels)}: did not attend",
    "assessed": lambda e, _: "Common assessment (CAF)" if e.code == "caf" else _label(e, {}),
    "scored": _scored,
    "enrolled": lambda e, _: f"{e.person} started at {e.code}",
    "left_school": lambda e, _: f"{e.person} left {e.code}",
    "excluded": _excluded,
    "joined": lambda e, _: f"{e.person} joined the family ({_PARTS.get(e.code, e.code).lower()})",
    "left": lambda e, _: f"{e.person} left the family",
    "moved": _moved,
    "came_to_group": lambda e, _: f"{e.person} attended {e.code}",
    "letter_sent": lambda e, _: f"Letter sent: {e.code}",
    "consent": _consented,
    "school_event": lambda e, labels: f"{e.person}: {_label(e, labels).lower()}",
    "reply": lambda e, _: f"A {'child' if e.code == 'child' else 'parent'} gave feedback",
    "took_part": lambda e, _: f"{e.person} took part: {e.code}",
    "concern_raised": lambda e, _: "Safeguarding concern raised",
    "concern_referred": lambda e, _: f"Safeguarding concern referred to {e.code or 'social care'}",
}

TOLD_IN_THE_TITLE = frozenset({"scored", "excluded", "consent"})
"""Events whose text is in their title already."""
