"""The words of pages are plain: grade 6 or below for the public and partners, 9 for staff; no long sentence for the public."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django.forms import BaseForm
from ruamel.yaml import YAML

from fingerpost.pages.kit import navigation
from fingerpost.pages.kit.forms import KitForm

textstat = pytest.importorskip("textstat").textstat
PROJECT = Path(__file__).resolve().parents[2]
PAGES = PROJECT / "fingerpost" / "pages"
FOLDERS = {
    "public": PAGES / "public" / "templates",
    "partners": PAGES / "partners" / "templates",
    "demo": PROJECT / "fingerpost" / "demo" / "templates",
    "practice": PAGES / "practice" / "templates",
    "oversight": PAGES / "oversight" / "templates",
    "setup": PAGES / "setup" / "templates",
}
FOR_EVERYBODY, FOR_STAFF = ("public", "partners", "demo"), ("practice", "oversight", "setup")
HIGHEST = dict.fromkeys(FOR_EVERYBODY, 6.0) | dict.fromkeys(FOR_STAFF, 9.0)
LONGEST_SENTENCE = 25
FEW = 40  # a page with fewer words is graded with the other short ones of its room: a grade of ten words says nothing
FORMS = {
    "partners": ("fingerpost.pages.partners.forms",),
    "practice": tuple(
        f"fingerpost.pages.practice.views.{name}"
        for name in (
            "barriers",
            "case_studies",
            "cases",
            "closing",
            "concerns",
            "contacts",
            "attendance",
            "correcting",
            "correcting_meetings",
            "directory",
            "taking_back",
            "families",
            "feedback",
            "find",
            "groups",
            "groups_agreement",
            "groups_coverage",
            "groups_first",
            "groups_measures",
            "groups_places",
            "groups_proposing",
            "groups_sessions",
            "replies",
            "requests",
            "restricting",
            "say",
            "school",
            "absences",
            "merging",
            "policies",
            "posts",
            "supervision",
        )
    ),
    "oversight": tuple(
        f"fingerpost.pages.oversight.views.{name}"
        for name in (
            "background",
            "contract",
            "lists",
            "meetings",
            "readings",
            "residents",
            "returns",
            "samples",
            "lasting",
            "need",
            "policies",
            "staffing",
        )
    ),
    "setup": ("fingerpost.pages.setup.forms",),
    "demo": ("fingerpost.demo.pages",),
}

_ENDS = re.compile(r"</(?:p|li|h\d|td|th|div|span|strong|button|ul)>|<br>")
_QUOTED = re.compile(r'"([^"]*)"')


def prose(template: str) -> str:
    """What a person may read on a page: its text, and sentences handed to macros. Headings and items count as sentences."""
    for code in (r"\{#.*?#\}", r"\{%.*?%\}", r"<(?:script|style).*?</(?:script|style)>", r"<code>.*?</code>"):
        template = re.sub(code, " ", template, flags=re.DOTALL)
    template = re.sub(r"\{\{(.*?)\}\}", _spoken, template, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", _ENDS.sub(". ", template))
    return ended(re.sub(r"\d+", " ", text))


def _spoken(code: re.Match[str]) -> str:
    """The strings of an expression that are words, not names of pages or classes."""
    words = [quoted for quoted in _QUOTED.findall(code[1]) if re.search(r"[A-Za-z]+ [A-Za-z]", quoted)]
    return " " + ". ".join(words) + " "


def ended(text: str) -> str:
    """The text with one full stop where there were several."""
    return re.sub(r"([.?:])(?:\s*\.)+", r"\1", re.sub(r"\s+", " ", text)).strip(" .") + "."


def sentences(text: str) -> list[str]:
    found = [one.strip() for one in re.split(r"(?<=[.?:])\s+", text)]
    return [one for one in found if re.search(r"[A-Za-z]", one)]


def words_of(text: str) -> list[str]:
    return re.findall(r"[A-Za-z][A-Za-z’'-]*", text)


def syllables(word: str) -> int:
    """By textstat's dictionary; for a word that it does not hold, by its groups of vowels."""
    try:
        return max(1, textstat.syllable_count(word.replace("’", "'")))
    except KeyError:
        return max(1, len(re.findall(r"[aeiouy]+", word.lower().removesuffix("e"))))


def grade(text: str) -> float:
    """Flesch-Kincaid grade."""
    words = words_of(text)
    each = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / len(sentences(text)) + 11.8 * each - 15.59


def templates(room: str) -> dict[str, str]:
    found = {path.stem: prose(path.read_text(encoding="utf-8")) for path in FOLDERS[room].rglob("*.html")}
    assert found, room
    return {name: text for name, text in found.items() if words_of(text)}


@pytest.mark.parametrize("room", FOLDERS)
def test_pages_are_plain(room: str) -> None:
    pages = templates(room)
    short = [name for name, text in pages.items() if len(words_of(text)) < FEW]
    together = " ".join(pages.pop(name) for name in short)
    if len(words_of(together)) >= FEW:
        pages["short pages"] = together
    hard = {name: round(grade(text), 1) for name, text in pages.items() if grade(text) > HIGHEST[room]}
    assert not hard, f"Say it more plainly: {hard}"


@pytest.mark.parametrize("room", FOR_EVERYBODY)
def test_no_sentence_for_everybody_is_long(room: str) -> None:
    long = [
        one for text in templates(room).values() for one in sentences(text) if len(words_of(one)) > LONGEST_SENTENCE
    ]
    assert not long, "\n".join(long)


@pytest.mark.parametrize("room", FORMS)
def test_questions_are_plain(room: str) -> None:
    asked = [ended(text) for name in FORMS[room] for form in _forms(name) for text in _asked(form)]
    assert asked
    text = " ".join(asked)
    assert grade(text) <= HIGHEST[room], round(grade(text), 1)
    assert not [one for one in asked if len(words_of(one)) > LONGEST_SENTENCE]


def _forms(module: str) -> list[type[BaseForm]]:
    held = vars(import_module(module)).values()
    return [one for one in held if isinstance(one, type) and issubclass(one, KitForm) and one.__module__ == module]


def _asked(form: type[BaseForm]) -> list[str]:
    """Its questions, and what is said beside them."""
    fields = form.base_fields.values()  # type: ignore[attr-defined]
    return [str(text) for field in fields for text in (field.label, field.help_text) if text]


QUESTIONNAIRES = sorted((PROJECT / "contracts").glob("*/instruments/*.yaml"))


@pytest.mark.parametrize("file", QUESTIONNAIRES, ids=lambda file: file.stem)
def test_what_families_are_asked_is_plain(file: Path) -> None:
    words = YAML(typ="safe").load(file)
    answers = {option["text"] for item in words["item"] for option in item.get("answerOption", ()) if "text" in option}
    text = ended(". ".join([words["description"], *(item["text"] for item in words["item"]), *sorted(answers)]))
    assert grade(text) <= HIGHEST["public"], round(grade(text), 1)


def test_a_hard_sentence_is_found() -> None:
    hard = "Notwithstanding antecedent eligibility determinations, practitioners must substantiate multidisciplinary involvement."
    assert grade(hard) > 12
    assert grade("We will look at it and tell you what we decide.") < 6


def test_the_help_page_says_of_every_page_what_it_is_for_in_plain_words() -> None:
    told = navigation.said_of_pages()
    silent = sorted(name for name, says in told.items() if not says and not name.startswith("kit:"))
    assert not silent, f"say in `says` what these are for: {silent}"
    text = " ".join(told.values())
    assert grade(text) <= HIGHEST["public"], round(grade(text), 1)
    assert not [one for one in sentences(text) if len(words_of(one)) > LONGEST_SENTENCE]
