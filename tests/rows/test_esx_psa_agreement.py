"""The agreement of the Essex advisors and its returns: the acceptance statements of the header and of clause 4.1."""

import re
import uuid
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from fingerpost import cli
from fingerpost.agreements.contracts import queries as contracts
from fingerpost.agreements.contracts.models import Agreement, Version
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.tasks.commands import raise_task
from fingerpost.ground.tasks.models import Clock, Task
from fingerpost.people.families import commands as families
from fingerpost.people.families.models import Person
from fingerpost.proof.returns import commands, jobs
from fingerpost.proof.returns import queries as returns
from fingerpost.proof.returns.models import Return, Sending
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case
from tests.fixtures.browsing import Browser, Today, opened, posted, rows_of, told, turned_down
from tests.fixtures.cases import accepted, allocated
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.returns import with_case_studies
from tests.fixtures.world import CONTRACT, SERVICE, World, moment

pytestmark = pytest.mark.django_db
HEADINGS = ("outcomes", "delivery", "performance_targets", "barriers")
RETURN_DAYS = [date(2010, 9, 30), date(2010, 12, 31), date(2011, 3, 31), date(2011, 8, 31)]


@pytest.fixture
def agreement(world: World) -> Agreement:
    assert cli.main(["adopt", str(CONTRACT)]) == 0
    return Agreement.objects.get(key=SERVICE)


def _return(agreement: Agreement, actor: Actor, due_on: date, at: Any) -> Return:
    (due,) = (one for one in contracts.returns_of(agreement) if one.due == due_on)
    return commands.assemble(actor, agreement, due=due, at=at)


def _written(made: Return, actor: Actor, at: Any, *, leaving: str = "") -> Return:
    for heading in HEADINGS:
        if heading != leaving:
            commands.write_narrative(actor, made, heading=heading, text=f"About {heading}.", revision=1, at=at)
    return with_case_studies(made)


@pytest.mark.row("ESX-PSA-0.3")
def test_after_the_money_a_return_is_owed_and_no_case_opens(
    agreement: Agreement, world: World, browser: Browser, today: Today, sam: Actor
) -> None:
    bob, manager = browser("bob"), browser("sam")
    for due_on in RETURN_DAYS[:3]:
        at = moment(due_on.year, due_on.month, due_on.day)
        commands.submit(sam, _written(_return(agreement, sam, due_on, at), sam, at), at=at)
    request = accepted(household("Late", children=("Mia",)), moment(2011, 3, 20))
    case = allocated(world)
    families.leave(SYSTEM, case.family, person=_of("Pat"), on=date(2011, 3, 1), at=moment(2011, 3, 2))
    today.is_(2011, 4, 1)
    for client in (manager, browser("dave")):
        said = opened(client, "oversight:contract", SERVICE)
        assert "Funding ended, 1 return due 31 August 2011" in said

    refused = turned_down(bob, "practice:request_allocate", request.ref, worker=world.users["alice"].pk)
    assert "Funding ended on 31 March 2011, so no new case can be opened." in refused
    allocate = reverse("practice:request_allocate", args=[request.ref])
    assert browser("alice").post(allocate, {"worker": world.users["alice"].pk}).status_code == 403
    assert Case.objects.filter(request=request).count() == 0
    read = opened(browser("alice"), "practice:case", case.ref)
    assert "Children Ada Field Purpose" in read, "what is open can be read and worked on"
    assert "Pat Field" not in read, "who has left the family is no longer rung"

    today.is_(2011, 8, 1)
    posted(manager, "oversight:return_begin", SERVICE, "monitoring", "2011-08-31")
    last = Return.objects.get(agreement=agreement, due_on=date(2011, 8, 31))
    today.is_(2011, 8, 30)
    _written(last, sam, today.now)
    assert "The return has been sent." in told(manager, "oversight:return_submit", last.ref)
    sent = opened(manager, "oversight:return", last.ref)
    assert "Submitted 30 August 2011, on time" in sent
    fixed = "Its figures may change until they are fixed at the end of 31 August 2011."
    assert f"Sent before its period ended. {fixed}" in sent
    outside = opened(browser("dave"), "oversight:return", last.ref)
    assert re.search(r"Families with whom somebody worked Clause 2\.7 \d+ – 0", outside), "no small number is near it"
    assert case.ref in opened(browser("alice"), "practice:case", case.ref), "until it is accepted, all stays readable"
    assert "Funding ended, all returns sent" in opened(manager, "oversight:contract", SERVICE)
    today.is_(2011, 9, 1)
    assert "The return is accepted." in told(browser("dave"), "oversight:return_accept", last.ref)


@pytest.mark.row("ESX-PSA-0.3")
def test_a_contract_that_holds_before_its_term_opens_no_case_until_the_term_begins(
    agreement: Agreement, world: World, bob: Actor
) -> None:
    Version.objects.filter(agreement=agreement).update(in_force_from=date(2010, 3, 1))
    request = accepted(household("Early", children=("Mia",)), moment(2010, 4, 20))
    with pytest.raises(Refused, match="The service has not started, so no new case can be opened"):
        casework.allocate(bob, request, worker=world.users["alice"], at=moment(2010, 3, 31))
    assert casework.allocate(bob, request, worker=world.users["alice"], at=moment(2010, 4, 1)).worker_id


@pytest.mark.row("ESX-PSA-4.1.1")
def test_a_return_goes_to_the_development_manager_in_time(
    agreement: Agreement, browser: Browser, today: Today, sam: Actor
) -> None:
    today.is_(2010, 9, 1)
    manager = browser("sam")
    posted(manager, "oversight:return_begin", SERVICE, "monitoring", "2010-09-30")
    made = Return.objects.get(agreement=agreement)
    assert "To Extended Services Development Manager" in opened(manager, "oversight:return", made.ref)
    today.is_(2010, 9, 29)
    _written(made, sam, today.now)
    sent = told(manager, "oversight:return_submit", made.ref)
    assert "The return has been sent. Its figures are fixed at the end of 30 September 2010." in sent
    for who in ("sam", "dave"):
        said = opened(browser(who), "oversight:return", made.ref)
        assert "Sent before its period ended." in said
        assert "To Extended Services Development Manager" in said
        assert "29 September 2010, on time, by Sam Otley" in said
    assert browser("dave").post(reverse("oversight:return_submit", args=[made.ref])).status_code == 403


@pytest.mark.row("ESX-PSA-4.1.1")
@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2010, 9, 30), "30 September 2010, on time"), (date(2010, 10, 1), "1 October 2010, late")],
)
def test_a_return_sent_on_its_day_is_on_time_and_on_the_next_late(
    agreement: Agreement, browser: Browser, today: Today, sam: Actor, day: date, words: str
) -> None:
    at = moment(2010, 9, 29)
    made = _written(_return(agreement, sam, RETURN_DAYS[0], at), sam, at)
    today.is_(day.year, day.month, day.day)
    assert "Its figures are frozen." in told(browser("sam"), "oversight:return_submit", made.ref)
    said = opened(browser("dave"), "oversight:return", made.ref)
    assert words in said
    assert "Sent before its period ended." not in said


@pytest.mark.row("ESX-PSA-4.1.1")
@pytest.mark.row("ESX-PSA-4.1.3")
@pytest.mark.row("ESX-PSA-2.5b")
def test_what_somebody_else_wrote_meanwhile_is_not_written_over(
    agreement: Agreement, browser: Browser, today: Today, sam: Actor
) -> None:
    today.is_(2010, 9, 29)
    made, other = (_return(agreement, sam, day, today.now) for day in RETURN_DAYS[:2])
    manager, where = browser("sam"), ["oversight:narrative", made.ref, "barriers"]
    form = manager.get(reverse(where[0], args=where[1:])).content.decode()
    assert re.search(r'<input[^>]*type="hidden"[^>]*name="revision"[^>]*value="1"', form), (
        "nobody is asked for a version"
    )
    assert "There is a problem" not in form
    assert "Barriers has been saved." in told(manager, *where, text="Snow closed schools.", revision=1)
    form = manager.get(reverse(where[0], args=where[1:])).content.decode()
    assert "Snow closed schools." in form
    assert re.search(r'name="revision"[^>]*value="2"', form)
    assert "Snow closed schools." in turned_down(manager, *where, text="Floods.", revision=1), "what is there is shown"
    assert "Floods." not in opened(manager, "oversight:return", made.ref)
    assert "Snow closed schools." not in opened(manager, "oversight:return", other.ref)
    assert manager.get(reverse(where[0], args=[made.ref, "no_such_heading"])).status_code == 404
    assert browser("dave").get(reverse(where[0], args=where[1:])).status_code == 403
    Sending.objects.create(
        return_made=other, asked_at=today.now, of=1, ended_at=today.now, refusal="Barriers is empty."
    )
    assert "Barriers is empty." in opened(manager, "oversight:return", other.ref)
    assert "Barriers is empty." not in opened(manager, "oversight:return", made.ref), "it was said of another return"
    for who in ("alice", "erin"):
        with pytest.raises(NotAllowed):
            returns.calendar(Actor.of(User.objects.get(email=f"{who}@example.org")), agreement, RETURN_DAYS[0])
        assert browser(who).get(reverse("oversight:returns", args=[SERVICE])).status_code == 403, who
    manager.post(reverse("oversight:return_accept", args=[made.ref]))
    made.refresh_from_db()
    assert made.accepted_at is None, "it was not sent yet"
    with pytest.raises(Refused, match="has not been sent yet"):
        commands.accept(sam.of(User.objects.get(email="dave@example.org")), made, at=today.now)


@pytest.mark.row("ESX-PSA-4.1.2")
@pytest.mark.row("ESX-PSA-2.5b")
def test_the_schedule_has_four_days_and_no_other(
    agreement: Agreement, browser: Browser, today: Today, sam: Actor, capsys: Any
) -> None:
    today.is_(2010, 10, 15)
    at = moment(2010, 9, 29)
    first = commands.submit(sam, _written(_return(agreement, sam, RETURN_DAYS[0], at), sam, at), at=at)
    recipient = "Extended Services Development Manager"
    for day, status in ((28, "Draft"), (29, "Submitted")):
        today.is_(2010, 9, day, 18)
        assert f"{recipient} {status}" in _calendar(browser("dave"))[0], day
    today.is_(2010, 10, 15)
    posted(browser("sam"), "oversight:return_begin", SERVICE, "monitoring", "2010-12-31")
    assert _calendar(browser("dave")) == [
        f"30 September 2010 1 April 2010 to 30 September 2010 {recipient} Submitted Open the return due 30 September 2010",
        f"31 December 2010 1 October 2010 to 31 December 2010 {recipient} Draft",
        f"31 March 2011 1 January 2011 to 31 March 2011 {recipient} Not started",
        f"31 August 2011 After the term 1 April 2011 to 31 August 2011 {recipient} Not started",
    ]
    posted(browser("dave"), "oversight:return_accept", first.ref)
    assert f"{recipient} Accepted" in _calendar(browser("dave"))[0]
    assert "About outcomes." in opened(browser("dave"), "oversight:return", first.ref), "the copy that was sent is kept"
    for day in ("2010-06-30", "2011-06-30"):
        assert cli.main(["pack", SERVICE, "--due", day]) == 1
        assert "2010-09-30, 2010-12-31, 2011-03-31, 2011-08-31" in capsys.readouterr().err
        begin = reverse("oversight:return_begin", args=[SERVICE, "monitoring", day])
        assert browser("sam").post(begin).status_code == 404
    assert Return.objects.filter(agreement=agreement).count() == 2


def _calendar(client: Client) -> list[str]:
    return rows_of(client.get(reverse("oversight:returns", args=[SERVICE])), "Calendar of returns")


@pytest.mark.row("ESX-PSA-4.1.2")
def test_whoever_prepares_returns_is_reminded_on_the_set_days(
    agreement: Agreement, browser: Browser, today: Today
) -> None:
    for day, number, new in (
        (date(2010, 12, 2), 0, 0),
        (date(2010, 12, 3), 1, 1),
        (date(2010, 12, 23), 1, 0),
        (date(2010, 12, 24), 1, 1),
        (date(2010, 12, 29), 1, 0),
        (date(2010, 12, 30), 1, 1),
        (date(2010, 12, 31), 1, 0),
    ):
        today.is_(day.year, day.month, day.day)
        assert [jobs.remind_of(agreement, today.now), jobs.remind_of(agreement, today.now)] == [new, 0], day
        said = opened(browser("sam"), "oversight:contract", SERVICE)
        assert said.count("Monitoring return due 31 December 2010") == number, day
        assert said.count("Monitoring return 31 Dec 2010") == 1 - number, "the reminder takes its place"
    raised = Task.objects.filter(service=SERVICE).order_by("raised_at")
    assert [one.kind for one in raised] == [
        "return_due_28",
        "return_due_7",
        "return_due_1",
    ]
    assert [one.done_at is None for one in raised] == [False, False, True], (
        "one stands, the others were taken over by it"
    )
    assert {one.outcome for one in raised[:2]} == {"A later reminder stands"}
    assert {(one.owner.name, one.due_on) for one in raised if one.owner} == {("Sam Otley", date(2010, 12, 31))}
    today.is_(2011, 1, 1)
    assert jobs.remind_of(agreement, today.now) == 0, "late is no time to be reminded of a day to come"
    page = browser("sam").get(reverse("oversight:contract", args=[SERVICE])).content.decode()
    assert f'href="{reverse("oversight:returns", args=[SERVICE])}">Monitoring return due 31 December 2010' in page


@pytest.mark.row("ESX-PSA-4.1.2")
def test_a_return_stands_with_whoever_first_got_the_preparing_of_it_and_still_has_it(
    agreement: Agreement, world: World, today: Today
) -> None:
    def clocks(service: str = SERVICE) -> set[str | None]:
        running = Clock.objects.running().filter(service=service, key__startswith="return_")
        return {one.owner.name if one.owner else None for one in running}

    def granted(name: str, month: int, **more: Any) -> User:
        user = User.objects.create_user(f"{name.lower()}@example.org", name=name)
        given = {"role": "service_manager", "reach": "service", "service": SERVICE, "since": moment(2010, month, 1)}
        Grant.objects.create(user=user, **(given | more))
        return user

    now = moment(2010, 12, 1)
    assert clocks() == {None}
    Grant.objects.filter(user=world.users["sam"], service=SERVICE).delete()
    assert jobs.who_prepares(agreement, now) is None
    assert jobs.remind_of(agreement, moment(2010, 12, 3)) == 0, "there is nobody to remind"
    assert clocks() == {None}
    granted("Team", 1, role="supervisor")
    granted("Own", 1, reach="user")
    gone = granted("Gone", 1)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    granted("Later", 9)
    first = granted("First", 8)
    granted("To come", 1, since=moment(2010, 12, 2))
    assert jobs.who_prepares(agreement, now) == first
    running = Clock.objects.running().filter(service=SERVICE, key__startswith="return_").order_by("key")
    owed = running[0]  # before copies of it stand beside it under the same key
    beside = [_copied(owed, subject_kind="casework.case"), _copied(owed, key="review_of_the_year")]
    about = {"service": SERVICE, "due_on": date(2010, 9, 30), "at": now}
    late = raise_task(SYSTEM, agreement, kind="late", title="Late", clock=owed, **about)
    others = [
        raise_task(SYSTEM, agreement, kind="late_review", title="Another clock's", clock=beside[1], **about),
        raise_task(SYSTEM, owed, kind="late", title="About something else", clock=owed, **about),
    ]
    assert jobs.remind_of(agreement, now) == 0
    for one in beside:
        one.refresh_from_db()
        assert one.owner is None, "no clock of a return"
    late.refresh_from_db()
    assert late.owner == first, "what was raised before anybody was there"
    for one in others:
        one.refresh_from_db()
        assert one.owner is None, one.title
    beside[0].delete()
    assert clocks() == {"First"}
    assert "First" not in clocks("suffolk_parent_support_advisors"), "another service's returns are another's"
    User.objects.filter(pk=first.pk).update(is_active=False)
    assert jobs.remind_of(agreement, moment(2010, 12, 3)) == 1
    assert Task.objects.get(service=SERVICE, kind="return_due_28").owner == User.objects.get(name="Later")
    assert clocks() == {"First"}, "whoever has it keeps it"


def _copied(clock: Clock, **otherwise: Any) -> Clock:
    """Another clock, beside one that runs."""
    other = Clock.objects.get(pk=clock.pk)
    other.pk = uuid.uuid4()
    for name, value in otherwise.items():
        setattr(other, name, value)
    other.save(force_insert=True)
    return other


@pytest.mark.row("ESX-PSA-4.1.2")
def test_each_service_is_reminded_of_its_own_returns_and_on_the_day_itself_if_not_before(
    agreement: Agreement, world: World, today: Today
) -> None:
    neighbour, now = Agreement.objects.get(key="suffolk_parent_support_advisors"), moment(2010, 12, 3)
    Clock.objects.filter(service=neighbour.key, key__startswith="return_").delete()
    for due in contracts.returns_of(agreement)[1:]:
        (clock,) = Clock.objects.filter(service=SERVICE, key=contracts.clock_key(due))
        _copied(clock, service=neighbour.key, subject_id=neighbour.pk)
    assert jobs.remind_of(neighbour, now) == 1
    assert jobs.remind_of(agreement, now) == 1, "what the other was told is not told here yet"
    assert jobs.remind_of(agreement, moment(2010, 12, 24)) == 1
    standing = {one.service: one for one in Task.objects.open().filter(kind__startswith="return_due")}
    assert {service: one.kind for service, one in standing.items()} == {
        SERVICE: "return_due_7",
        neighbour.key: "return_due_28",
    }
    for service, one in standing.items():
        subject = agreement if service == SERVICE else neighbour
        assert (one.clock.subject_id, one.clock.key) == (
            subject.pk,
            contracts.clock_key(contracts.returns_of(agreement)[1]),
        )
    assert jobs.remind_of(agreement, moment(2011, 3, 31)) == 1, "nothing ran before the day"
    assert Task.objects.open().filter(service=SERVICE, kind="return_due_1", due_on=date(2011, 3, 31)).exists()


@pytest.mark.row("ESX-PSA-4.1.3")
def test_no_heading_may_be_empty_and_the_document_keeps_their_order(
    agreement: Agreement, browser: Browser, today: Today, sam: Actor, tmp_path: Path, capsys: Any
) -> None:
    at = moment(2010, 12, 20)
    made = _written(_return(agreement, sam, date(2010, 12, 31), at), sam, at, leaving="barriers")
    file, sheet = tmp_path / "return.pdf", tmp_path / "return.xlsx"
    pack = ["pack", SERVICE, "--due", "2010-12-31", "--at", "2010-12-20T10:00", "--submit"]
    for _ in range(2):
        assert cli.main(pack) == 1
        assert "Barriers" in capsys.readouterr().err
        assert Return.objects.get(pk=made.pk).submitted_at is None
    today.now = at
    manager = browser("sam")
    refusal = turned_down(manager, "oversight:return_submit", made.ref)
    assert re.search("There is a problem [^.]*Barriers", refusal), refusal
    posted(manager, "oversight:narrative", made.ref, "barriers", text="Snow closed schools.", revision=1)
    assert cli.main([*pack, "--pdf", str(file), "--xlsx", str(sheet)]) == 0
    assert Return.objects.get(pk=made.pk).submitted_at == at
    written = load_workbook(sheet)["Words"].iter_rows(min_row=2, max_col=2, values_only=True)
    assert list(dict.fromkeys(row[0] for row in written if row[0] in HEADINGS_AS_PRINTED)) == HEADINGS_AS_PRINTED
    assert ("Barriers", "Snow closed schools.") in load_workbook(sheet)["Words"].iter_rows(max_col=2, values_only=True)
    reader = PdfReader(BytesIO(file.read_bytes()))
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert list(_in_order(text, ["Outcomes", "Delivery", "Performance Targets", "Barriers"])) == HEADINGS_AS_PRINTED


@pytest.mark.row("ESX-PSA-4.1.3")
def test_the_workbook_opens_ready_to_be_read_and_printed(
    agreement: Agreement, world: World, sam: Actor, tmp_path: Path, capsys: Any
) -> None:
    at, sheet = moment(2010, 12, 20), tmp_path / "return.xlsx"
    made = _written(_return(agreement, sam, date(2010, 12, 31), at), sam, at)
    allocated(world, at=moment(2010, 11, 1))
    capsys.readouterr()
    pack = ["pack", SERVICE, "--due", "2010-12-31", "--at", "2010-12-20T10:00", "--xlsx", str(sheet)]
    assert cli.main([*pack, "--exact", "--series", "monitoring"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"Monitoring return {made.ref}, 1 October 2010 to 31 December 2010: draft.")
    assert f"Written: {sheet}" in said
    assert "Written: None" not in said
    assert [line for line in said.splitlines() if line in HEADINGS_AS_PRINTED] == HEADINGS_AS_PRINTED
    assert "  2.6   Casework sessions held before a case closed" in said
    book = load_workbook(sheet)
    assert book.sheetnames[:4] == ["Notes", "Words", "Figures", "Breakdowns"]
    assert book.sheetnames[-1] == "Case studies"
    assert book.properties.title == "Monitoring return, 1 October 2010 to 31 December 2010"
    for one in book.worksheets:
        assert (one.freeze_panes, one.print_title_rows) == ("A2", "$1:$1"), one.title
        assert (one.page_setup.orientation, one.page_setup.paperSize) == ("landscape", 9), one.title
        assert (one.page_setup.fitToWidth or 1, one.page_setup.fitToHeight) == (1, 0), "as wide as the paper"
        assert one.oddFooter.right.text == "Page &P of &N", one.title
        titles = [cell for cell in one[1] if cell.value]
        assert all(cell.font.b and cell.alignment.wrap_text for cell in titles), one.title
        assert all(cell.alignment.vertical == "top" for row in one.iter_rows() for cell in row if cell.value), one.title
        assert bool(one.auto_filter.ref) == (len(titles) > 2), one.title
        if one.auto_filter.ref:
            assert one.auto_filter.ref == f"A1:{titles[-1].column_letter}{one.max_row}", one.title
    for name, widths in WIDTHS.items():
        columns = book[name].column_dimensions
        found = [
            round(columns[letter].width)
            for letter in columns
            for _ in range(columns[letter].max - columns[letter].min + 1)
        ]
        assert [wide - 1 for wide in found] == widths, name
    figures = {row[2]: row for row in book["Figures"].iter_rows(min_row=2, values_only=True)}
    assert figures["Casework sessions held before a case closed"][:2] == ("Delivery", "2.6")
    numbers = [
        cell for row in book["Figures"].iter_rows(min_row=2) for cell in row if isinstance(cell.value, int | float)
    ]
    assert {cell.number_format for cell in numbers} == {"#,##0", "#,##0.0"}
    titles = {cell.column: cell.value for cell in book["Figures"][1]}
    assert {titles[cell.column] for cell in numbers if cell.number_format == "#,##0.0"} == {"Value"}
    (study, *_) = book["Case studies"].iter_rows(min_row=2, values_only=True)
    assert all(study), "title, whom it is about, and its words"


WIDTHS = {
    "Notes": [26, 90],
    "Words": [26, 100],
    "Figures": [20, 9, 50, *[12] * 6, 12, 26, 12, 90],
    "Breakdowns": [9, 50, 20, 26, *[12] * 6, 12],
    "Case studies": [34, 30, 120],
}
HEADINGS_AS_PRINTED = ["Outcomes", "Delivery", "Performance Targets", "Barriers"]


def _of(first_name: str) -> Person:
    return Person.objects.get(first_name=first_name, last_name="Field")


def _in_order(text: str, names: list[str]) -> Iterator[str]:
    """The names as they stand on lines of their own, from the top of the text."""
    yield from (line.strip() for line in text.splitlines() if line.strip() in names)
