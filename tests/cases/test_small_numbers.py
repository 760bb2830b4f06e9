"""No page and no file that a commissioner may open tells a small number of people, nor do two numbers on it by subtraction."""

import csv
import io
import itertools
import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.models import User
from fingerpost.proof.returns import commands
from fingerpost.proof.returns.models import Narrative, Return
from tests.fixtures.browsing import Browser, Today, plain
from tests.fixtures.casebook import Casebook, Child
from tests.fixtures.returns import with_case_studies
from tests.fixtures.world import SERVICE, World, moment

OPENED = date(2010, 4, 21)
BETTER, WORSE, UNKNOWN = Child((102, 120), (120, 120)), Child((102, 120), (90, 120)), Child((102, 120), None)
PEOPLE = "children|child|families|family|cases|case|parents|parent|people|persons|replies|requests|exclusions|pupils"
FEW_PEOPLE = re.compile(rf"(?<![\d.,/–-])\b([1-4]) (?:{PEOPLE})\b(?! stud)")
WITH_FIGURES = ("/figures", "/returns", "/readings")
SHARE = re.compile(r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?) (of|over) (\d[\d,]*)(?![\d.%])")
SMALL = range(1, 5)


def closed_cases(closed: date, numbers: "itertools.count[int]") -> None:
    """Of 20 in Tendring 17 improved, of 3 in Colchester all did, of 12 by the Blackwater 6, and of 2 nobody knows."""
    book = Casebook(numbers=numbers)
    alice = User.objects.get(email="alice@example.org")
    for child, how_many, locality in (
        (BETTER, 17, "tendring"), (WORSE, 3, "tendring"), (BETTER, 3, "colchester"), (BETTER, 6, "blackwater"),
        (WORSE, 6, "blackwater"), (UNKNOWN, 2, "blackwater"), (BETTER, 9, "epping_green"),
    ):  # fmt: skip
        for place in range(how_many):
            groups = ["young_carer"] if place < 2 else []
            reason = "referred_on" if place == 4 else "needs_met"
            child_ = Child(
                child.before, child.after, groups=groups, exclusions=[date(2010, 4, 19)] if place < 3 else []
            )
            book.case(OPENED, closed, [child_], locality=locality, sessions=5 + place % 3, worker=alice, reason=reason)
    book.save()


@pytest.fixture
def past(world: World, today: Today) -> Return:
    """A return that was sent, and a period under way."""
    numbers = itertools.count(1)
    sam, agreement = world.actor("sam"), Agreement.objects.get(key=SERVICE)
    closed_cases(date(2010, 9, 17), numbers)
    first = rules(SERVICE, date(2010, 9, 30)).returns_due[0]
    made = commands.assemble(sam, agreement, due=first, at=moment(2010, 9, 20))
    Narrative.objects.filter(return_made=made).update(text="Words of the manager")
    commands.submit(sam, with_case_studies(made), at=moment(2010, 10, 1))
    closed_cases(date(2010, 11, 12), numbers)
    late = Casebook(numbers=numbers)
    for _ in range(2):
        late.case(OPENED, date(2010, 9, 10), [BETTER], closing_recorded=moment(2010, 10, 20))
    late.save()
    today.is_(2010, 12, 14)
    return Return.objects.get()


def faults_of(address: str, text: str) -> list[str]:
    """Small numbers of people in words, and among figures shares with a small part, and those that leave few out."""
    found = [match[0] for match in FEW_PEOPLE.finditer(text)]
    if not any(part in address for part in WITH_FIGURES):
        return found
    for part, between, whole in SHARE.findall(text):
        one, other = float(part.replace(",", "")), int(whole.replace(",", ""))
        if one in SMALL or other in SMALL or (between == "of" and other - one in SMALL):
            found.append(f"{part} {between} {whole}")
    return found


def tables_of(page: str) -> list[list[list[str]]]:
    tables = re.findall(r"<table.*?</table>", page, flags=re.DOTALL)
    rows = [re.findall(r"<tr.*?</tr>", table, flags=re.DOTALL) for table in tables]
    return [
        [[plain(cell) for cell in re.findall(r"<t[dh].*?</t[dh]>", row, flags=re.DOTALL)] for row in some]
        for some in rows
    ]


def number(cell: str) -> int | None:
    return int(cell.replace(",", "")) if re.fullmatch(r"\d[\d,]*", cell) else None


def faults_of_figure(page: str) -> list[str]:
    """Of a figure's page: its parts, and of each breakdown every number and what the whole leaves for those hidden."""
    found = []
    whole: tuple[int | None, int | None] = (None, None)
    for rows in tables_of(page):
        head, *lines = rows
        if head[0] == "Answer":
            counts = {line[0].removesuffix(" records"): number(line[1]) for line in lines}
            found += [f"{name}: {count}" for name, count in counts.items() if count in SMALL]
            inside, out = counts["Counted in"], counts["Not counted in"]
            whole = inside, None if inside is None or out is None else inside + out
        elif head[1:] == ["Figure", "Made of", "Not known"]:
            found += [f"{line[0]}: {cell}" for line in lines for cell in line[1:] if number(cell) in SMALL]
            for place, total in enumerate(whole):
                pairs = [re.fullmatch(r"(\w[\d,]*) of (\w[\d,]*)", line[2]) for line in lines]
                told = [
                    number(pair[place + 1]) if pair else number(line[1])
                    for pair, line in zip(pairs, lines, strict=True)
                ]
                rest = None if total is None else total - sum(one or 0 for one in told)
                if rest in SMALL and head[0] not in ("Vulnerable group", "Way in"):
                    found.append(f"{head[0]}: {total} less what is shown is {rest}")
    return found


def everything_open_to(client: Client, page: str, seen: dict[str, str]) -> None:
    """Every page that can be reached by links from this one, and every file, as text."""
    queue = [page]
    while queue:
        address = queue.pop(0)
        if address in seen or not set(re.findall(r"[?&](\w+)=", address)) <= {"until", "span", "download"}:
            continue
        answer = client.get(address)
        if answer.status_code != 200:
            seen[address] = ""
            continue
        body = answer.content if not answer.streaming else b"".join(answer.streaming_content)  # type: ignore[arg-type]
        kind = answer["Content-Type"]
        if kind.startswith("text/html"):
            seen[address] = body.decode()
            links = re.findall(r'href="([^"#]*)', body.decode())
            base = address.partition("?")[0]
            queue += [
                one.replace("&amp;", "&") if one.startswith("/") else base + one.replace("&amp;", "&")
                for one in links
                if one.startswith(("/", "?")) and not one.startswith(("/static", "/account", "//"))
            ]
        else:
            seen[address] = text_of(body, kind)


def text_of(body: bytes, kind: str) -> str:
    if kind == "application/pdf":
        sheets = PdfReader(io.BytesIO(body)).pages
        return re.sub(rf"\d+ of {len(sheets)}\b", "", " ".join(sheet.extract_text() for sheet in sheets))
    if "spreadsheet" in kind:
        rows = (row for sheet in load_workbook(io.BytesIO(body)) for row in sheet.iter_rows(values_only=True))
        return "\n".join(" | ".join(str(cell) for cell in row if cell is not None) for row in rows)
    if kind.startswith("text/csv"):
        return "\n".join(" | ".join(row) for row in csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    return ""


@pytest.mark.case("P7")
@pytest.mark.case("A14")
def test_no_page_or_file_open_to_a_commissioner_tells_a_small_number(past: Return, browser: Browser) -> None:
    dave, seen = browser("dave"), dict[str, str]()
    everything_open_to(dave, reverse("oversight:contract", args=[SERVICE]), seen)
    pages = {address.partition("?")[0] for address in seen}
    for wanted in ("figures", "returns", "readings"):
        assert any(wanted in address for address in pages), sorted(pages)
    assert any(address.endswith(("pdf", ".xlsx")) for address in pages)
    assert any("download=" in address for address in seen)
    told = {}
    for address, page in seen.items():
        text = plain(page) if page.startswith("<!") else page.replace("\N{NO-BREAK SPACE}", " ")
        told[address] = faults_of(address, text) + (faults_of_figure(page) if "/figures/" in address else [])
    assert not any(told.values()), "\n".join(f"{address}: {some}" for address, some in told.items() if some)
    figures = {address: page for address, page in seen.items() if "/figures/" in address}
    assert any("Hidden" in page for page in figures.values())
