"""What pages say is written by somebody: one message a field, the trade's words, and they for anybody."""

import pkgutil
import re
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

import fingerpost.pages
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from tests.fixtures.browsing import Browser, Today, turned_down
from tests.fixtures.world import World
from tests.pages.households import a_case

PROJECT = Path(__file__).resolve().parents[2]
PAGES = PROJECT / "fingerpost" / "pages"


def every_field() -> Iterator[tuple[str, Any]]:
    """Each field of each form of each page, with a name to find it by."""
    for module in pkgutil.walk_packages(fingerpost.pages.__path__, "fingerpost.pages."):
        if ".migrations" in module.name:
            continue
        for kind in vars(import_module(module.name)).values():
            if isinstance(kind, type) and issubclass(kind, KitForm) and kind.__module__ == module.name:
                for name, field in kind.base_fields.items():  # type: ignore[attr-defined]
                    yield f"{module.name}.{kind.__name__}.{name}", field


@pytest.mark.case("P14")
def test_a_field_that_asks_has_a_message_that_was_written_for_it() -> None:
    """A message put together from a question, such as "Enter which day was it?", is nobody's English."""
    put_together = [
        f"{where}: {field.error_messages['required']}"
        for where, field in every_field()
        if str(field.label or "").endswith("?") and "?" in str(field.error_messages["required"])
    ]
    assert not put_together, "\n".join(put_together)


@pytest.mark.case("P14")
def test_every_message_says_what_to_do() -> None:
    begun = re.compile(r"(Enter|Choose|Say|Tick|Answer|Select)\b")
    strange = [
        f"{where}: {field.error_messages['required']}"
        for where, field in every_field()
        if not begun.match(str(field.error_messages["required"]))
    ]
    assert not strange, "\n".join(strange)


@pytest.mark.case("P14")
@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        (fields.Date("Which day?", missing="Enter the day of the contact"), "", "Enter the day of the contact"),
        (
            fields.Date("Which day?", missing="Enter the day of the contact"),
            "31 2 2011",
            "Enter the day of the contact, like 27 3 2011",
        ),
        (
            fields.Date("Which day?", missing="Enter the day of the contact", latest=date(2011, 3, 27)),
            "28 3 2011",
            "The day of the contact must be on or before 27 March 2011",
        ),
        (
            fields.Time("What time?", missing="Enter the time it began"),
            "25:00",
            "Enter the time it began, like 9:30am or 14:00",
        ),
        (
            fields.Number("How many minutes?", missing="Enter how many minutes it took", least=1),
            "0",
            "Enter how many minutes it took, 1 or more",
        ),
        (
            fields.Number("How many minutes?", missing="Enter how many minutes it took"),
            "ten",
            "Enter how many minutes it took as a whole number, like 12",
        ),
        (
            fields.Text("Who wrote it?", missing="Enter who wrote it", longest=3),
            "abcd",
            "Enter who wrote it, in 3 characters or fewer",
        ),
    ],
)
def test_one_message_a_field(field: Any, typed: str, said: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        field.clean(typed)
    assert refusal.value.messages == [said]


def test_the_day_that_is_shown_as_an_example_can_be_typed() -> None:
    assert fields.Date("Day").clean("27 3 2011") == date(2011, 3, 27)
    assert fields.Date("Day", latest=date(2011, 3, 27)).clean("27 3 2011") == date(2011, 3, 27)


@pytest.mark.case("P14")
@pytest.mark.django_db
def test_a_contact_without_a_day_is_told_in_plain_words(world: World, today: Today, browser: Browser) -> None:
    made, *_ = a_case(world, worker="alice", area="tendring", last_name="Quill")
    said = turned_down(
        browser("alice"), "practice:record_contact", made.row.ref, day="the day before", clock="", minutes=""
    )
    assert "Enter the day of the contact, like 27 3 2011" in said
    assert "The answer to" not in said


# --- P17: they, for anybody ---

ANYBODY = re.compile(r"\b(?:she|her|hers|herself|he|his|him|himself)\b", re.IGNORECASE)


def shown_files() -> Iterator[Path]:
    """Files of pages with words in them: templates, views, and what stands beside them."""
    for path in sorted(PAGES.rglob("*")):
        parts = path.relative_to(PAGES).parts
        if path.suffix in (".py", ".html", ".txt", ".js") and not {"node_modules", "built", "migrations"} & set(parts):
            yield path


@pytest.mark.case("P17")
def test_nobody_is_she_or_he_on_a_page() -> None:
    found = [
        f"{path.relative_to(PROJECT)}:{number}: {line.strip()}"
        for path in shown_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if ANYBODY.search(line)
    ]
    assert not found, "\n".join(found)


# --- P18: the trade's words ---

NOBODY_SAYS = (
    "What needs a look",
    "Needs a look",
    "How far",
    "Groups that go first",
    "Plan to last",
    "Requests that wait",
    "They had a say",
    "How families had a say",
    "The work is about them",
    "Go on",
    "Call it off",
    "Called off",
    "Take it out",
    "Who sees to it",
    "What comes next",
    "Who held the case",
    "Done with the school",
    "Entries said to be one",
    "The story so far",
    "Nothing was written down",
    "has been written down",
    "Look over your answers",
    "On the table",
    "What serves it",
    "How it is held",
    "Waits for",
    "waits for you",
)


@pytest.mark.case("P18")
@pytest.mark.parametrize("phrase", NOBODY_SAYS)
def test_no_page_says_what_nobody_in_a_council_says(phrase: str) -> None:
    told = re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)")
    found = [
        f"{path.relative_to(PROJECT)}: {line.strip()[:120]}"
        for path in shown_files()
        for line in path.read_text(encoding="utf-8").splitlines()
        if told.search(line) and not line.strip().startswith(("#", '"""', "//", "{#"))
    ]
    assert not found, "\n".join(found)


STORIES = {"families.py", "drop_ins.py", "safety.py"}
"""Of the demonstration: what workers wrote of one invented person, who is she or he there."""


@pytest.mark.case("P17")
def test_no_file_speaks_of_anybody_as_she() -> None:
    found = []
    for folder in ("fingerpost", "config", "docs"):
        for path in sorted((PROJECT / folder).rglob("*")):
            parts = set(path.relative_to(PROJECT).parts)
            if path.suffix not in (".py", ".md", ".html") or {"node_modules", "built", "migrations"} & parts:
                continue
            if path.parent.name == "world" and path.name in STORIES:
                continue
            if ANYBODY.search(path.read_text(encoding="utf-8")):
                found.append(str(path.relative_to(PROJECT)))
    assert not found, "\n".join(found)
