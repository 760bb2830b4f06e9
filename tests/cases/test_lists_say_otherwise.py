"""Of every kind of list: the same row again is nothing new, and one changed word in any column changes something or is named."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model
from ruamel.yaml import YAML

from fingerpost.exchange.imports import commands, folders
from fingerpost.exchange.imports.folders import FileGiven
from fingerpost.exchange.imports.kinds import KINDS
from fingerpost.exchange.imports.kinds.on_record import BY_LISTS
from fingerpost.exchange.imports.models import Correction, Folder
from fingerpost.exchange.imports.running import Report
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.tracking import changes
from fingerpost.work.assessments.models import Assessment
from fingerpost.work.casework.models import CaseDiscussion, Contact
from fingerpost.work.community.models import Say
from fingerpost.work.groups.models import Attendance, Run, Session
from fingerpost.work.outcomes.models import Administration, Response, SchoolEvent
from fingerpost.work.workforce.models import Absence, Holding, Post, Supervision
from tests.fixtures.world import SERVICE, World, moment

pytestmark = [pytest.mark.case("G2"), pytest.mark.case("F5")]
AT, SYSTEM = moment(2011, 2, 1), Actor.system()

EVERY: dict[str, dict[str, Any]] = YAML(typ="safe").load(
    (Path(__file__).parents[1] / "fixtures" / "every_list.yaml").read_text()
)
FIRST: dict[str, list[dict[str, str]]] = {kind: told["rows"] for kind, told in EVERY.items()}
OTHER: dict[str, dict[str, str]] = {kind: told["other"] for kind, told in EVERY.items()}
# The row that the other words are tried on, where it is not the first.
TRIED_ON = {"people": 3, "cases": 0}
# What a list cannot say of a record that is known: it is left out on purpose, and docs/data-in.md says so.
NOT_COMPARED = {
    ("attendance_weeks", "Recorded"): "a week that corrects another counts as known from the day it came",
    ("exclusions", "Recorded"): "as a week of attendance",
    ("contacts", "Hours"): "the same as Minutes, which is given",
    ("sessions", "Hours"): "the same as Minutes, which is given",
    ("session_marks", "AM"): "another way to write Session and Mark",
    ("session_marks", "PM"): "another way to write Session and Mark",
    ("session_marks", "Own number"): "another way to write UPN",
    ("attendance_terms", "NativeId"): "another way to write UPN",
    ("exclusions", "Own number"): "another way to write UPN",
    ("exclusions", "Covers from"): "of the list, not of a row: see test_not_known_is_not_no",
    ("exclusions", "Covers to"): "of the list, not of a row",
    ("exclusions", "Covers schools"): "of the list, not of a row",
    ("schools", "LA code"): "another way to write School",
    ("schools", "Establishment number"): "another way to write School",
    **{("cases", column): "of closings, which are tried as a list of their own" for column in (
        "Closed", "Closing reason", "Needs met", "Referred to", "Taken on there", "Closing note", "Closing recorded")},
}  # fmt: skip
# Columns that are named by another, which stands with them for one thing.
NAMED_AS = {
    ("people", "First name"): "Last name", ("people", "Address"): "Postcode", ("cases", "Case"): "another open case",
    ("contacts", "Time"): "Date", ("registers", "Time"): "Date", ("sessions", "Cancelled"): "Held", ("measures", "Topic"): "Score",
    ("feedback", "Run"): "Case", ("supervision", "Worker"): "Nobody can supervise themselves",
    ("supervision", "Case"): "Say what was decided", ("supervision", "Decided"): "Name the case",
}  # fmt: skip
EACH_TIME = ("is kept as their job title alone", "does not say which schools and days")
BY_NAME = "referrals"  # by name and without a number: whatever it says is another referral
Try = Callable[[str, Mapping[str, str]], Report]


def written(rows: list[Mapping[str, str]]) -> bytes:
    heads = list(dict.fromkeys(head for row in rows for head in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, heads)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def receive(files: Mapping[str, list[Mapping[str, str]]], name: str) -> Any:
    given = [FileGiven(kind, f"{kind}.csv", io.BytesIO(written(rows))) for kind, rows in files.items()]
    return folders.receive_folder(SYSTEM, Scope.of(service=SERVICE), service=SERVICE, name=name, files=given, at=AT)


@pytest.fixture
def loaded(world: World, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    report = folders.apply_folder(SYSTEM, receive(FIRST, "first"), at=AT)  # type: ignore[arg-type]
    assert report.is_applied, [(one.list_received.kind, one.errors) for one in report.lists if one.errors]


@pytest.fixture
def attempt(loaded: None) -> Try:
    """What a list of one row would do."""

    def attempt(kind: str, row: Mapping[str, str]) -> Report:
        return folders.check_folder(SYSTEM, receive({kind: [row]}, f"again {kind}"), at=AT).lists[0]

    return attempt


def test_no_kind_of_list_and_no_column_is_left_out() -> None:
    assert FIRST.keys() == OTHER.keys() == KINDS.keys() - {BY_NAME}
    for name, other in OTHER.items():
        kept_out = {column for kind, column in NOT_COMPARED if kind == name}
        columns = {column.name for column in KINDS[name].columns}
        assert other.keys() | kept_out == columns, (name, columns ^ (other.keys() | kept_out))


def test_what_lists_write_is_known_by_the_name_of_its_command() -> None:
    acts = (commands.apply, commands.undo, folders.apply_folder, folders.undo_folder)
    assert {act.command_spec.name for act in acts} == set(BY_LISTS)  # type: ignore[attr-defined]


def test_the_same_rows_again_say_nothing(attempt: Try) -> None:
    """One by one, so that no file is the very file that was loaded."""
    told: list[tuple[Any, ...]] = []
    for kind, rows in FIRST.items():
        for row in rows:
            one = attempt(kind, {**row, "Room": "12"})
            words = [fault.message for fault in one.faults if not any(words in fault.message for words in EACH_TIME)]
            if (one.written.added, one.written.changed, words) != (0, 0, []) or not one.written.unchanged:
                told.append((kind, row, one.written, words))
    assert not told


def test_one_word_changed_in_any_column_changes_something_or_is_named(attempt: Try) -> None:
    dropped: list[tuple[str, str]] = []
    for kind, other in OTHER.items():
        row = FIRST[kind][TRIED_ON.get(kind, 0)]
        for column, word in other.items():
            one = attempt(kind, {**row, column: word})
            named = NAMED_AS.get((kind, column), column)
            is_named = any(named in f"{fault.column} {fault.message}" for fault in one.faults)
            if not (one.written.added or one.written.changed or is_named):
                dropped.append((kind, column))
    assert not dropped


# What the first list brought, and what a later one makes of it: kind, line, column, model, field, and the field's value before and
# after.
CORRECTED: list[tuple[str, int, str, str, type[Model], str, Any, Any]] = [
    ("assessments", 0, "Summary", "Late again", Assessment, "summary", "Late", "Late again"),
    ("measures", 0, "Score", "4", Administration, "score", 3, 4),
    ("feedback", 0, "Rating", "4", Response, "rating", 5, 4),
    ("participation", 0, "Said", "Earlier hours", Say, "said", "Later hours", "Earlier hours"),
    ("supervision", 0, "Note", "A hard month", Supervision, "note", "A good month", "A hard month"),
    ("supervision", 1, "Decided", "Close", CaseDiscussion, "decided", "extend", "close"),
    ("registers", 0, "Present", "No", Attendance, "is_present", True, False),
    ("staff", 0, "Hours", "20", Post, "hours", 37, 20),
    ("staff", 0, "Until", "31/01/2011", Holding, "until", None, date(2011, 1, 31)),
    ("school_events", 0, "Note", "One", SchoolEvent, "note", "Both", "One"),
    ("absence", 0, "Last day", "17/09/2010", Absence, "ended_on", date(2010, 9, 10), date(2010, 9, 17)),
    ("sessions", 0, "Minutes", "90", Session, "minutes", 120, 90),
    ("contacts", 0, "Minutes", "45", Contact, "minutes", 30, 45),
    ("programmes", 0, "Agreed by", "Ned", Run, "agreed_by", "Olive Marram", "Ned"),
]


def test_what_a_list_brought_a_later_list_corrects_and_undo_puts_it_back(loaded: None) -> None:
    for kind, place, column, word, model, field, before, after in CORRECTED:
        row = model._default_manager.filter(**{field: before}).exclude(batch=None).first()
        assert row, (kind, column)
        report = folders.apply_folder(SYSTEM, receive({kind: [{**FIRST[kind][place], column: word}]}, kind), at=AT)
        (one,) = report.lists
        assert (one.written.added, one.written.changed, list(one.errors)) == (0, 1, []), (kind, column, one.faults)
        row.refresh_from_db()
        assert getattr(row, field) == after, (kind, column)
        assert changes(row)[0]["command"] == "folders.apply_folder"
        folders.undo_folder(SYSTEM, report.folder, at=AT)
        row.refresh_from_db()
        assert getattr(row, field) == before, (kind, column)
    assert not Correction.objects.exists()


def test_what_a_person_wrote_since_stands_and_is_named_with_both_values(loaded: None, attempt: Try) -> None:
    note = {**FIRST["contacts"][0], "Note": "Evenings"}
    assert attempt("contacts", note).written.changed == 1
    Contact.objects.update(note="Corrected by the worker")
    one = attempt("contacts", note)
    (told,) = one.faults
    assert one.written.changed == 0
    assert told.message == (
        "This contact is on record with another Note: Corrected by the worker, not Evenings. What is on record stands. "
        "Correct it there, or put the list right."
    )
    assert attempt("contacts", {**FIRST["contacts"][0], "Minutes": "45"}).written.changed == 1, (
        "of its minutes nobody said more"
    )


def test_a_list_is_not_undone_under_a_later_one_that_corrected_it(loaded: None) -> None:
    first = Folder.objects.get()
    later = folders.apply_folder(SYSTEM, receive({"absence": [{**FIRST["absence"][0], "Note": "Flu"}]}, "later"), at=AT)
    with pytest.raises(Refused, match="A later list corrected the same records"):
        folders.undo_folder(SYSTEM, first, at=AT)
    Absence.objects.update(note="Not flu")
    with pytest.raises(Refused, match="was changed since"):
        folders.undo_folder(SYSTEM, later.folder, at=AT)


def test_a_reply_that_comes_later_joins_the_question_and_goes_with_its_list(loaded: None) -> None:
    asked = {
        "Case": "C2",
        "Person": "P2",
        "Respondent": "Parent",
        "Asked": "10/12/2010",
        "Result": "Replied",
        "Rating": "3",
    }
    report = folders.apply_folder(SYSTEM, receive({"feedback": [asked]}, "later"), at=AT)
    assert (report.lists[0].written.added, report.lists[0].written.changed) == (0, 2), "the result, and the reply"
    assert Response.objects.filter(person__first_name="Sal").get().rating == 3
    folders.undo_folder(SYSTEM, report.folder, at=AT)
    assert not Response.objects.filter(person__first_name="Sal").exists()


def test_figures_follow_a_corrected_register_and_session(loaded: None, capsys: pytest.CaptureFixture[str]) -> None:
    def hours() -> list[tuple[int, bool]]:
        rows = Attendance.objects.filter(session__held_at__isnull=False)
        return list(rows.values_list("session__minutes", "is_present"))

    assert hours() == [(120, True)]
    files = {
        "sessions": [{**FIRST["sessions"][0], "Minutes": "90"}],
        "registers": [{**FIRST["registers"][0], "Present": "No"}],
    }
    later = folders.apply_folder(SYSTEM, receive(files, "later"), at=AT)
    assert hours() == [(90, False)]
    folders.undo_folder(SYSTEM, later.folder, at=AT)
    assert hours() == [(120, True)]


def test_a_session_with_a_register_was_held_whatever_a_list_says(loaded: None, attempt: Try) -> None:
    one = attempt("sessions", {**FIRST["sessions"][0], "Held": "No", "Headcount": "", "Recorded": ""})
    assert (one.written.changed, [fault.column for fault in one.faults]) == (0, ["Held"])
    one = attempt("sessions", {**FIRST["sessions"][1], "Held": "No", "Headcount": "", "Recorded": ""})
    assert (one.written.changed, list(one.faults)) == (1, []), "nobody is on the register of that one"
