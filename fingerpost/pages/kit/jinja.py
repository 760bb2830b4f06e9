"""The Jinja2 environment that every page is rendered in."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    TemplateRuntimeError,
)
from markupsafe import Markup

from fingerpost.pages.kit import forms, once, pieces, words
from fingerpost.pages.kit.built import asset
from fingerpost.pages.kit.navigation import footer_links, navigation, search
from fingerpost.pages.kit.session import watched

PAGES = Path(__file__).parent.parent
MACROS = (
    "kit/components.html",
    "kit/tables.html",
    "kit/lists.html",
    "kit/people.html",
    "kit/figures.html",
    "kit/fields.html",
)


class Macros:
    """The kit's macros under one name: `{{ kit.button("Save") }}` in any template, with nothing to import."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        vars(self).update(pieces.PIECES)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        for file in MACROS:
            macro = getattr(self._environment.get_template(file).module, name, None)
            if macro is not None:
                if not self._environment.auto_reload:
                    setattr(self, name, macro)
                return macro
        # Not an AttributeError: Jinja would take that for an undefined value and print nothing.
        raise TemplateRuntimeError(
            f"The kit has no macro called {name}. They are in {', '.join(MACROS)} and pieces.py."
        )


@lru_cache(maxsize=4096)
def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named page. Remembered: a list of fifty rows asks for some 150, mostly those of a minute ago."""
    return reverse(name, args=args, kwargs=kwargs)


def link_to(text: object, name: str, *args: Any, hidden: object = "") -> Markup:
    """A link to a named page as a filter: `{{ row.ref | link_to("practice:case", row.ref) }}`."""
    return pieces.link(text, url(name, *args), hidden)


def url_if_any(name: str, *args: Any) -> str:
    """The address of a named page, or nothing where this installation does not have it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def said(request: HttpRequest | None) -> list[dict[str, str]]:
    """What the last action wants to tell this person: {"text", "level"}."""
    if not request or not hasattr(request, "_messages"):
        return []
    once_each = dict.fromkeys((str(m), m.level_tag) for m in get_messages(request))
    return [{"text": text, "level": level} for text, level in once_each]


def signed_in(request: HttpRequest | None) -> dict[str, str] | None:
    """Name and role of whoever is signed in, or None."""
    if not request:
        return None
    actor = getattr(request, "actor", None)
    if actor is None:
        user = getattr(request, "user", None)
        known = user is not None and user.is_authenticated
        return {"name": str(getattr(user, "name", user)), "role": ""} if known else None
    if actor.id is None:
        return None
    return {"name": str(actor.name), "role": getattr(request, "role_label", "")}


def demonstration(request: HttpRequest | None) -> dict[str, Any] | None:
    """What the demonstration banner shows: {"today", "text", "switch_url"}; None outside a demonstration."""
    shown = getattr(request, "demonstration", None) if request else None
    if not shown:
        return None
    if isinstance(shown, date):
        return {"today": shown, "text": "", "switch_url": ""}
    read = shown.get if isinstance(shown, dict) else lambda name: getattr(shown, name, None)
    return {name: read(name) or "" for name in ("today", "text", "switch_url")}


def html_id(text: object) -> str:
    """A value made fit for an `id`: letters, figures and hyphens."""
    return "-".join("".join(c if c.isalnum() else " " for c in str(text).lower()).split()) or "x"


def has_digits(value: object) -> bool:
    """A figure rather than words in its place."""
    return any(c.isdigit() for c in str(value))


def environment(**options: Any) -> Environment:
    """The environment, as Django's Jinja2 back end asks for it (setting `environment`)."""
    options |= {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    env = Environment(loader=_loader(options.pop("loader", None)), **options)  # noqa: S701 - escaping is on, above
    env.filters.update(words.FILTERS)
    env.filters |= {"html_id": html_id, "cell_of": pieces.cell_of, "link_to": link_to}
    env.tests["with_digits"] = has_digits
    env.globals.update(
        asset=asset,
        csrf_token_of=lambda request: get_token(request) if request else "",
        demonstration=demonstration,
        field_kind=forms.kind,
        field_params=forms.describe,
        footer_links=footer_links,
        form_errors=forms.errors,
        form_groups=forms.groups,
        kit=Macros(env),
        navigation=navigation,
        once_name=once.NAME,
        once_token=once.token,
        said=said,
        search_at_the_top=search,
        signed_in=signed_in,
        static=static,
        url=url,
        url_if_any=url_if_any,
        watched=watched,
    )
    return env


def _loader(given: BaseLoader | None) -> BaseLoader:
    rooms = sorted(str(folder) for folder in PAGES.glob("*/templates"))
    port = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    return ChoiceLoader([*([given] if given else []), FileSystemLoader(rooms), port])
