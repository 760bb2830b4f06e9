"""Returns: the calendar, words under headings, sending and freezing, restating, and the files that leave the house."""

import itertools
import threading
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, connections
from openpyxl import load_workbook
from pypdf import PdfReader

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import returns_of
from fingerpost.exchange.exports.pdf import pdf_of
from fingerpost.exchange.exports.workbook import workbook_of
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.ground.tasks.models import Clock
from fingerpost.language.read import read_folder
from fingerpost.proof.returns import commands, queries
from fingerpost.proof.returns.commands import sending
from fingerpost.proof.returns.document import document_of
from fingerpost.proof.returns.models import Figure, Narrative, Return
from fingerpost.proof.returns.restatement import as_met_by, restated
from fingerpost.work.casework.models import Case
from fingerpost.work.referrals import restricting
from tests.fixtures.casebook import Casebook, Child
from tests.fixtures.returns import with_case_studies
from tests.fixtures.world import CONTRACT, SERVICE, World, build, moment

SYSTEM = Actor.system()
DECEMBER = date(2010, 12, 31)
BEGUN, SENT, LATER = moment(2010, 12, 1), moment(2011, 1, 4), moment(2011, 2, 1)
OPENED, CLOSED = date(2010, 4, 21), date(2010, 11, 12)
BETTER, WORSE = Child((102, 120), (120, 120)), Child((102, 120), (90, 120))
NUMBERS = itertools.count(1)
WORDS = {
    "outcomes": "More children came to school.",
    "delivery": "All 20 localities had an advisor.",
    "performance_targets": "The attendance target was met.",
    "barriers": "=Snow closed schools\n\nfor a *week*.",
}


@pytest.fixture
def agreement(world: World) -> Agreement:
    return contracts.adopt(SYSTEM, PLATFORM, sources=read_folder(CONTRACT), at=moment(2010, 4, 1)).agreement


@pytest.fixture
def made(agreement: Agreement, sam: Actor) -> Return:
    return begun(agreement, sam)


def begun(agreement: Agreement, actor: Actor, due_on: date = DECEMBER) -> Return:
    due = next(one for one in returns_of(agreement) if one.due == due_on)
    return commands.assemble(actor, agreement, due=due, at=BEGUN)


def written(made: Return, actor: Actor, words: dict[str, str] = WORDS) -> Return:
    for heading, text in words.items():
        commands.write_narrative(actor, made, heading=heading, text=text, revision=1, at=BEGUN)
    return with_case_studies(made)


def cases(better: int, worse: int, **words: Any) -> list[Case]:
    book = Casebook(numbers=NUMBERS)
    words = {"worker": User.objects.get(email="alice@example.org"), **words}
    found = [book.case(OPENED, CLOSED, [BETTER], sessions=6, **words) for _ in range(better)]
    found += [book.case(OPENED, CLOSED, [WORSE], sessions=6, **words) for _ in range(worse)]
    book.save()
    return found


def test_beginning_a_return_lays_out_its_headings_and_twice_changes_nothing(made: Return, sam: Actor) -> None:
    assert [heading.label for heading in queries.headings(made)] == [
        "Outcomes",
        "Delivery",
        "Performance Targets",
        "Barriers",
    ]
    assert (made.period_from, made.period_to) == (date(2010, 10, 1), DECEMBER)
    assert made.recipient == "Extended Services Development Manager"
    assert begun(made.agreement, sam) == made
    assert Narrative.objects.count() == 4


def test_two_people_writing_at_once_the_later_one_sees_both(made: Return, sam: Actor) -> None:
    commands.write_narrative(sam, made, heading="barriers", text="Snow", revision=1, at=BEGUN)
    with pytest.raises(ChangedMeanwhile) as refusal:
        commands.write_narrative(sam, made, heading="barriers", text="Ice", revision=1, at=BEGUN)
    assert isinstance(refusal.value.theirs, Narrative)
    assert refusal.value.theirs.text == "Snow"
    assert Narrative.objects.get(heading="barriers").text == "Snow"
    with pytest.raises(Refused, match="no such heading"):
        commands.write_narrative(sam, made, heading="weather", text="Ice", revision=1, at=BEGUN)


def test_sending_freezes_every_figure_with_its_records_and_stops_the_clock(made: Return, sam: Actor) -> None:
    cases(better=8, worse=2)
    sent = commands.submit(sam, written(made, sam), at=SENT)
    figure = Figure.objects.get(return_made=sent, indicator="attendance_improved")
    numbers = figure.numbers
    assert (numbers["numerator"], numbers["denominator"], numbers["value"], numbers["status"]) == (8, 10, "80.0", "met")
    assert (figure.reading, figure.reading_agreed) == ("change A, several_children A", False)
    assert len(figure.records) == 10
    assert {record["answer"] for record in figure.records} == {"in", "out"}
    assert all(record["reference"].startswith("C-") for record in figure.records)
    assert len(figure.definition_hash) == 64
    assert figure.as_known_at == SENT
    assert Clock.objects.get(key="return_monitoring_2010_12_31").stopped_at == SENT
    assert sent.version is not None
    assert Figure.objects.filter(return_made=sent).count() == 18


def test_a_sent_return_is_not_sent_or_written_again(made: Return, sam: Actor) -> None:
    commands.submit(sam, written(made, sam), at=SENT)
    with pytest.raises(Refused, match="4 January 2011"):
        commands.submit(sam, made, at=LATER)
    with pytest.raises(Refused, match="frozen"):
        commands.write_narrative(sam, made, heading="barriers", text="More", revision=2, at=LATER)
    assert Figure.objects.count() == 18


def test_a_late_entry_restates_and_never_overwrites(made: Return, sam: Actor) -> None:
    cases(better=7, worse=2)
    sent = commands.submit(sam, written(made, sam), at=SENT)
    assert not any(one.is_changed for one in restated(sent, SENT))
    (late,) = cases(better=1, worse=0, recorded=moment(2011, 1, 20))
    found = {one.indicator: one for one in restated(sent, LATER)}["attendance_improved"]
    assert (found.sent["numerator"], found.sent["denominator"], found.sent["status"]) == (7, 9, "not_met")
    assert (found.now["numerator"], found.now["denominator"], found.now["status"]) == (8, 10, "met")
    assert [(change.reference, change.before, change.now) for change in found.changes] == [
        (late.ref, "not there", "in")
    ]
    assert Figure.objects.get(return_made=sent, indicator="attendance_improved").numbers["numerator"] == 7


@pytest.mark.case("A10")
def test_a_record_restricted_since_stands_in_what_changed_without_reference_or_reason(made: Return, sam: Actor) -> None:
    cases(better=7, worse=2)
    sent = commands.submit(sam, written(made, sam), at=SENT)
    (late,) = cases(better=1, worse=0, recorded=moment(2011, 1, 20))

    def told(actor: Actor) -> list[tuple[str, str, bool]]:
        found = {one.indicator: one for one in as_met_by(actor, restated(sent, LATER))}["attendance_improved"]
        return [(change.reference, change.now, bool(change.reason)) for change in found.changes]

    before = told(sam)
    assert [reference for reference, _, _ in before] == [late.ref]
    words = {"service": SERVICE, "reason": "Hidden", "at": LATER}
    restricting.restrict(Actor.system(), late.family, named=[], **words)
    assert told(sam) == [("", "in", False)]
    assert told(Actor.system()) == before
    restricting.lift(Actor.system(), late.family, reason="Safe", at=LATER)
    assert told(sam) == before


def test_a_restatement_keeps_the_reading_it_was_sent_under(made: Return, sam: Actor, dave: Actor) -> None:
    cases(better=8, worse=2)
    sent = commands.submit(sam, written(made, sam), at=SENT)
    contracts.agree_reading(
        dave,
        made.agreement,
        question="attendance_improved.change",
        letter="C",
        in_force_from=date(2010, 10, 1),
        at=LATER,
    )
    found = {one.indicator: one for one in restated(sent, LATER)}["attendance_improved"]
    assert not found.is_changed
    assert found.now["readings"][0]["letter"] == "A"


def test_a_restatement_keeps_the_version_it_was_sent_under(made: Return, sam: Actor) -> None:
    cases(better=8, worse=2)
    sent = commands.submit(sam, written(made, sam), at=SENT)
    sources = read_folder(CONTRACT)
    stricter = sources["indicators.yaml"].replace(
        "target: {at_least: 80, unit: percent}", "target: {at_least: 95, unit: percent}"
    )
    assert stricter != sources["indicators.yaml"]
    second = {
        **sources,
        "indicators.yaml": stricter,
        "examples.yaml": "[]",
        "agreement.yaml": sources["agreement.yaml"].replace("version: 1", "version: 2"),
    }
    contracts.adopt(SYSTEM, PLATFORM, sources=second, in_force_from=date(2010, 10, 1), at=LATER)
    found = {one.indicator: one for one in restated(sent, LATER)}["attendance_improved"]
    assert (found.now["status"], found.now["target"]) == ("met", "At least 80 %")
    assert not found.is_changed


def test_accepting_is_the_commissioners_and_comes_after_sending(made: Return, sam: Actor, dave: Actor) -> None:
    with pytest.raises(Refused, match="not been sent"):
        commands.accept(dave, made, at=SENT)
    commands.submit(sam, written(made, sam), at=SENT)
    with pytest.raises(NotAllowed):
        commands.accept(sam, made, at=LATER)
    assert commands.accept(dave, made, at=LATER).accepted_at == LATER
    assert commands.accept(dave, made, at=moment(2011, 3, 1)).accepted_at == LATER


def test_a_draft_is_for_those_who_prepare_it(made: Return, sam: Actor, dave: Actor, alice: Actor) -> None:
    assert queries.get(sam, made.ref) == made
    assert list(queries.visible_to(sam, made.agreement)) == [made]
    assert list(queries.visible_to(dave, made.agreement)) == []
    for actor in (dave, alice):
        with pytest.raises(Return.DoesNotExist):
            queries.get(actor, made.ref)
    for act in (commands.assemble, commands.submit):
        with pytest.raises(NotAllowed):
            act(alice, made, at=SENT)  # type: ignore[operator]
    commands.submit(sam, written(made, sam), at=SENT)
    assert queries.get(dave, made.ref) == made
    with pytest.raises(NotAllowed):
        queries.calendar(alice, made.agreement, DECEMBER)


def test_people_are_reminded_on_the_contracts_days_until_it_is_sent(made: Return, sam: Actor) -> None:
    assert [entry.due.due for entry in queries.reminders_on(sam, made.agreement, date(2010, 12, 24))] == [DECEMBER]
    assert queries.reminders_on(sam, made.agreement, date(2010, 12, 25)) == []
    commands.submit(sam, written(made, sam), at=moment(2010, 12, 20))
    assert queries.reminders_on(sam, made.agreement, date(2010, 12, 24)) == []


def test_the_document_hides_small_numbers_and_keeps_the_verdict(made: Return, sam: Actor) -> None:
    cases(better=38, worse=6)
    cases(better=2, worse=0, locality="colchester")
    sent = commands.submit(sam, written(made, sam), at=SENT)
    document = document_of(sent, at=LATER)
    figure = {one["key"]: one for heading in document["headings"] for one in heading["figures"]}["attendance_improved"]
    assert (figure["result"], figure["made_of"], figure["status"]) == ("87.0\N{NO-BREAK SPACE}%", "40 of 46", "Met")
    places = {row["member"]: row["made_of"] for one in figure["breakdowns"] for row in one["rows"]}
    assert places["Colchester"] == "hidden"
    assert places["Tendring"] == "hidden"
    exact = document_of(sent, at=LATER, exact=True)
    figure = {one["key"]: one for heading in exact["headings"] for one in heading["figures"]}["attendance_improved"]
    places = {row["member"]: row["made_of"] for one in figure["breakdowns"] for row in one["rows"]}
    assert places["Colchester"] == "2 of 2"


def test_no_figure_that_leaves_names_a_worker(made: Return, sam: Actor) -> None:
    cases(better=12, worse=0)
    sent = commands.submit(sam, written(made, sam), at=SENT)
    assert "Alice" not in str(document_of(sent, at=LATER))
    assert "Alice" in str(document_of(sent, at=LATER, exact=True))


def test_the_pdf_is_tagged_and_takes_words_literally(made: Return, sam: Actor) -> None:
    cases(better=8, worse=2)
    sent = commands.submit(sam, written(made, sam), at=SENT)
    reader = PdfReader(BytesIO(pdf_of(document_of(sent, at=LATER), at=SENT.replace(microsecond=188_000))))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert reader.metadata is not None
    assert reader.metadata.title == "Monitoring return, 1 October 2010 to 31 December 2010"
    assert "/MarkInfo" in reader.trailer["/Root"]
    assert "=Snow closed schools" in text
    assert "for a *week*." in text
    assert "Reading proposed, not agreed" in text
    assert "Sustainability plan" in text
    assert "Courses and workshops" in text


def test_the_workbook_holds_numbers_as_numbers_and_never_a_formula(made: Return, sam: Actor) -> None:
    cases(better=8, worse=5)
    sent = commands.submit(sam, written(made, sam), at=SENT)
    book = load_workbook(BytesIO(workbook_of(document_of(sent, at=LATER))))
    assert book.sheetnames[:4] == ["Notes", "Words", "Figures", "Breakdowns"]
    assert "Posts" in book.sheetnames
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert "=Snow closed schools" in [cell.value for cell in cells]
    row = next(row for row in book["Figures"].iter_rows(values_only=True) if row[1] == "3.1")
    assert row[3:6] == (8, 13, 61.5)


@pytest.mark.django_db(transaction=True)
def test_two_people_sending_at_once_send_once() -> None:
    world = build()
    agreement = contracts.adopt(SYSTEM, PLATFORM, sources=read_folder(CONTRACT), at=moment(2010, 4, 1)).agreement
    sam = world.actor("sam")
    made = written(begun(agreement, sam), sam)
    came_out: list[str] = []
    together = threading.Barrier(2)

    def send() -> None:
        try:
            together.wait()
            commands.submit(sam, made, at=SENT)
            came_out.append("sent")
        except Refused as refusal:
            came_out.append(refusal.message)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert came_out.count("sent") == 1
    assert any("sen" in words and "return" in words for words in came_out if words != "sent")
    assert Figure.objects.filter(return_made=made).count() == 18
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_the_figures_of_a_return_are_read_at_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    world = build()
    agreement = Agreement.objects.get(key=world.service)
    sam = world.actor("sam")
    made = written(begun(agreement, sam), sam)
    found: list[str] = []

    def watching(*_: Any) -> list[Figure]:
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            found.append(cursor.fetchone()[0])
        return []

    monkeypatch.setattr(sending, "frozen_figures", watching)
    commands.submit(sam, made, at=SENT)
    assert found == ["repeatable read"]
