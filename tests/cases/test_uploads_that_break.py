"""Files that are broken, cut short, packed strangely or far too large are refused in words, quickly, and leave nothing behind."""

import io
import random
import stat
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, transaction
from django.test import Client
from django.urls import reverse
from psycopg.errors import DiskFull

from fingerpost.cli import main
from fingerpost.exchange.imports import commands, packed, reading, storage
from fingerpost.exchange.imports.kinds import KINDS
from fingerpost.exchange.imports.models import Folder, List
from fingerpost.exchange.imports.recognising import kind_of
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families.models import Person
from tests.fixtures.browsing import Browser, Today, plain
from tests.fixtures.world import SERVICE, World, moment

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "essex_folder"
HEAD = "Family,Part,First name,Last name,Birth date\n"
KIM = "F1,Child,Kim,Smith,04/05/2002\n"
LISTS = Path("lists")


@pytest.fixture(autouse=True)
def in_its_own_time(today: Today, settings: Any, tmp_path: Path) -> None:
    today.is_(2011, 2, 1)
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def sam(browser: Browser) -> Client:
    return browser("sam")


def send(browser: Client, content: bytes, kind: str = "people", name: str = "list.csv") -> str:
    """What the page says after a file was sent. Whatever it is, the page is one of ours."""
    file = SimpleUploadedFile(name, content)
    shown = browser.post(reverse("oversight:list_new"), {"kind": kind, "file": file}, follow=True)
    assert shown.status_code == 200
    return plain(shown.content.decode())


def packing(*members: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", how) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return whole.getvalue()


def unfinished(folder: Path) -> list[Path]:
    """What a refused file has left among those that are kept."""
    return [file for file in (folder / LISTS).rglob("tmp*") if file.is_file()]


BROKEN = {
    # what, the bytes, what is said, and at which line
    "UTF-16 cut short": ((HEAD + KIM).encode("utf-16")[:-1], "cut short", 2),
    "UTF-16 cut inside a pair": ((HEAD + KIM + "F1,Child,😀").encode("utf-16")[:-2], "cut short", 3),
    "UTF-16, the other way round": (b"\xfe\xff" + (HEAD + KIM).encode("utf-16-be")[:-1], "cut short", 2),
    "half of a pair in UTF-16": ((HEAD + "F1,Child,X").encode("utf-16") + b"\x00\xd8x\x00", "cut short", 2),
    "half of a pair in UTF-8": (HEAD.encode() + b"F1,Child,\xed\xa0\x80,Smith,\n", "cut short", 2),
    "NUL in UTF-16": ((HEAD + KIM.replace("Kim", "K\0m")).encode("utf-16"), "not a text file", 2),
    "NUL in UTF-8": ((HEAD + KIM.replace("Kim", "K\0m")).encode(), "not a text file", 2),
    "UTF-16 without its mark": ((HEAD + KIM).encode("utf-16-le"), "not a text file", 1),
    "UTF-32": ((HEAD + KIM).encode("utf-32"), "cannot be read", 0),
    "UTF-8 cut inside a letter": ((HEAD + "F1,Child,Zoë,Núñe").encode() + b"\xc3", "cut short", 2),
    "UTF-8 that says so, and is not": (b"\xef\xbb\xbf" + HEAD.encode() + b"F1,Child,Ren\xe9,Smith,\n", "cut short", 2),
    "UTF-8 with one broken letter": (
        (HEAD + "F1,Child,Zoë,Núñez,\n").encode() + b"F1,Child,Ren\xe9,S,\n",
        "cut short",
        3,
    ),
    "a mark and no more": (b"\xff\xfe", "The file is empty", 0),
    "empty lines alone": (b"\n\n,,,\n \n", "The file is empty", 0),
    "a quotation mark without end": (HEAD.encode() + b'"F1,Child\n' + b"x" * 200_000, "not closed", 2),
    "a workbook": (b"PK\x03\x04rest", "This is a workbook", 0),
    "an old workbook": (b"\xd0\xcf\x11\xe0rest", "This is a workbook", 0),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a text file", 3),
    "a page": (b"<html><body>Sign in again</body></html>", "There is no column", 1),
}


@pytest.mark.case("A11")
@pytest.mark.parametrize("what", BROKEN)
def test_a_file_that_breaks_says_why_and_where(sam: Client, what: str, tmp_path: Path) -> None:
    content, why, line = BROKEN[what]
    told = send(sam, content)
    assert why in told, told
    assert f"Line {line}" in told or line == 0, told
    assert not unfinished(tmp_path / "files")
    assert not Person.objects.exists()


@pytest.mark.case("A11")
def test_what_looks_broken_and_is_not_is_read(sam: Client) -> None:
    windows = (HEAD + "F1,Child,René,O’Neil,04/05/2002\n").encode("cp1252")
    for content in (
        windows,
        windows[:-12],
        (HEAD + "F1,Child,Zoë,Núñez,\n").encode("utf-16-le").join([b"\xff\xfe", b""]),
    ):
        assert "Load the list" in send(sam, content)


def with_name(name: str, **fields: Any) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def spoilt(content: bytes, find: bytes, put: bytes) -> bytes:
    assert find in content
    return content.replace(find, put, 1)


def odd_packings() -> dict[str, tuple[bytes, str]]:
    fine = packing(("people.csv", (HEAD + KIM).encode()), how=zipfile.ZIP_STORED)
    locked = bytearray(fine)
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(sign) + place] |= 1
    undecodable = bytearray(spoilt(spoilt(fine, b"people", b"peo\xff\xfee"), b"people", b"peo\xff\xfee"))
    for sign, place in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        undecodable[undecodable.index(sign) + place] |= 8  # its names are UTF-8, it says
    return {
        "a name of 300 letters": (packing(("a" * 300 + ".csv", b"x")), "longer than 200 letters"),
        "a folder with a name of 300 letters": (packing(("a" * 300 + "/people.csv", b"x")), "longer than 200 letters"),
        "folders 2,100 deep": (packing(("a/" * 2100 + "people.csv", b"x")), "There is no list"),
        "a wrong sum": (spoilt(fine, b"Kim", b"Tim"), "cannot be read"),
        "a password": (bytes(locked), "locked with a password"),
        "a link": (packing((with_name("people.csv", external_attr=(stat.S_IFLNK | 0o777) << 16), b"/etc/passwd")), "a link"),
        "two of one name": (twice(), "Two files are called"),
        "out of the folder": (packing(("../people.csv", b"x")), "reaches out"),
        "an absolute name": (packing(("/etc/people.csv", b"x")), "reaches out"),
        "out of the folder, as Windows writes it": (packing(("..\\people.csv", b"x")), "reaches out"),
        "cut short": (fine[:-30], "cannot be read"),
        "an end without a beginning": (fine[-22:], "cannot be read"),
        "letters that cannot be": (bytes(undecodable), "cannot be read"),
        "a list in it that breaks": (packing(("people.csv", (HEAD + KIM).encode("utf-16")[:-1])), "cut short"),
        "a way of packing nobody knows": (spoilt(spoilt(fine, b"\x14\0\0\0\0\0", b"\x14\0\0\0\x63\0"),
                                                 b"\x14\0\0\0\0\0", b"\x14\0\0\0\x63\0"), "cannot be read"),
        "nothing": (packing(), "There is no list"),
        "no .zip": (b"x" * 100, "cannot be read"),
    }  # fmt: skip


def twice() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("people.csv", HEAD + KIM)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("people.csv", HEAD)
    return whole.getvalue()


@pytest.mark.case("A11")
def test_what_is_packed_strangely_is_refused_in_words(sam: Client, tmp_path: Path) -> None:
    for what, (content, why) in odd_packings().items():
        told = send(sam, content, "folder", "past.zip")
        assert why in told, (what, told)
    assert not unfinished(tmp_path / "files")


@pytest.mark.case("A11")
def test_the_command_line_says_the_same(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for what, (content, why) in odd_packings().items():
        (tmp_path / "past.zip").write_bytes(content)
        assert main(["import", str(tmp_path / "past.zip"), "--service", SERVICE, "--at", "2011-02-01"]) != 0, what
        said = capsys.readouterr()
        assert why in said.err + said.out, what
        assert "Traceback" not in said.err


@pytest.mark.case("A11")
def test_a_folder_packed_by_windows_is_read(sam: Client) -> None:
    content = packing(*((f"our past\\{file.name}", file.read_bytes()) for file in EXAMPLE.iterdir()))
    assert "Load the folder" in send(sam, content, "folder", "past.zip")


# --- Size ---


@contextmanager
def cheaply(seconds: float = 2, megabytes: int = 40) -> Iterator[None]:
    """Fails where what is done within takes longer, or holds more memory at once."""
    tracemalloc.start()
    began = time.monotonic()
    try:
        yield
        took, (_, most) = time.monotonic() - began, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert took < seconds, f"{took:.1f} s"
    assert most < megabytes << 20, f"{most >> 20} MB"


def many_members(count: int) -> bytes:
    return packing(*((f"{n}.csv", b"") for n in range(count)), how=zipfile.ZIP_STORED)


def claims(count: int, size: int) -> bytes:
    """The end of a .zip that says what its directory holds."""
    return b"\0" * 100 + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, size, 0, 0)


def squeezed(megabytes: int, members: int = 1) -> bytes:
    return packing(*((f"people{n}.csv", b"," * (megabytes << 20)) for n in range(members)))


@pytest.mark.case("A12")
@pytest.mark.parametrize(
    ("what", "made", "kind", "why"),
    [
        ("a heading of 900 KB of commas", lambda: b"," * 900_000, "people", "longer than 250,000 letters"),
        ("a heading of 100 MB of commas", lambda: b"," * 99_000_000, "people", "longer than 250,000 letters"),
        ("201 columns", lambda: ",".join(f"c{n}" for n in range(201)).encode(), "people", "more than 200 cells"),
        ("a row of 250 cells", lambda: (HEAD + "x," * 250 + "x\n").encode(), "people", "more than 200 cells"),
        ("a cell of 20,001 letters", lambda: (HEAD + "F1,Child," + "x" * 20_001).encode(), "people", "has no end"),
        ("a row over many lines", lambda: (HEAD + '"x\n",' * 90_000).encode(), "people", "has no end"),
        ("100 MB in quotation marks", lambda: HEAD.encode() + b'"' + b"x\n" * 49_000_000, "people", "has no end"),
        ("100 MB of one line", lambda: HEAD.encode() + b"x" * 99_000_000, "people", "longer than 250,000 letters"),
        ("100 MB of empty lines", lambda: b"\n" * 99_000_000, "people", "empty lines stand here"),
        ("20,000 members", lambda: many_members(20_000), "folder", "more than 500 files"),
        ("501 members", lambda: many_members(501), "folder", "more than 500 files"),
        ("a directory that claims much", lambda: claims(1, 200_000_000), "folder", "more than 500 files"),
        ("150 MB and more, squeezed", lambda: squeezed(151), "folder", "larger than 150 MB"),
        ("150 MB and more, in parts", lambda: squeezed(16, 10), "folder", "larger than 150 MB"),
    ],
)  # fmt: skip
def test_what_no_list_has_is_refused_at_once(sam: Client, what: str, made: Any, kind: str, why: str) -> None:
    content = made()
    assert sam.get(reverse("oversight:list_new")).status_code == 200, "whatever is built once is built"
    began = time.monotonic()
    told = send(sam, content, kind, "list.zip" if kind == "folder" else "list.csv")
    assert why in told, told[:600]
    assert time.monotonic() - began < 10, "the sending of a hundred megabytes included"


@pytest.mark.case("A12")
@pytest.mark.parametrize(
    "made",
    [
        lambda: b"," * 900_000,
        lambda: b"," * 99_000_000,
        lambda: HEAD.encode() + b'"' + b"x\n" * 20_000_000,
        lambda: HEAD.encode() + b"x" * 99_000_000,
        lambda: b"\xff\xfe" + b",\0" * 20_000_000,
    ],
)
def test_a_strange_list_is_read_in_little_time_and_memory(tmp_path: Path, made: Any) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(made())
    with cheaply(), pytest.raises(reading.Faulty), reading.open_table(file) as (_, lines):
        for _ in lines:
            pass


@pytest.mark.case("A12")
@pytest.mark.parametrize("made", [lambda: many_members(20_000), lambda: claims(1, 1 << 31), lambda: squeezed(151)])
def test_a_strange_zip_is_refused_in_little_time_and_memory(made: Any) -> None:
    content = io.BytesIO(made())
    with cheaply(), pytest.raises(Refused), packed.unpacked(content):
        pass


@pytest.mark.case("A12")
def test_at_the_limit_all_is_well(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    wide = ",".join(f"c{n}" for n in range(reading.MOST_COLUMNS))
    file.write_text(f"{wide}\n{'x' * reading.LONGEST_CELL}{',' * (reading.MOST_COLUMNS - 1)}\n")
    with reading.open_table(file) as (headings, lines):
        assert (len(headings), [len(cells[0]) for _, cells in lines]) == (200, [20_000])
    with packed.unpacked(io.BytesIO(many_members(packed.MOST_FILES))) as folder:
        assert len(list(folder.iterdir())) == packed.MOST_FILES


# --- Whatever else may come ---

NASTY = [
    b"\0", b"\xff\xfe", b'"', b"\xed\xa0\x80", b"\xef\xbf\xbf", b"=1+1", b"1E+400", b"NaN", b"-1", b"9" * 40, b"31/12/9999",
    b"01/01/0001", b"\xc2\xa0", b";", b"\n", b"\r", "٣".encode(), "İ".encode(), b"'", b"\\N", b"%s", b"Infinity", b"24:00",
    b"x" * 500, "😀".encode(), "ﬁ".encode(), "\u202e".encode(), b"\x85", "\u2028".encode(), b"1e5", b"a=b;c", b"x@", b"|;|",
]  # fmt: skip


def changed(chance: random.Random, content: bytes) -> bytes:
    """The file with a few of its bytes or cells changed, taken away or put in."""
    made = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        place, what = chance.randrange(max(1, len(made))), chance.random()
        if what < 0.3:
            made[place : place + 1] = bytes([chance.randrange(256)])
        elif what < 0.4:
            del made[place : place + chance.randint(1, 20)]
        elif what < 0.5:
            del made[place:]
        else:
            begins = made.rfind(b",", 0, place) + 1
            ends = made.find(b",", begins)
            made[begins : ends if ends > 0 else len(made)] = chance.choice(NASTY)
    whole = bytes(made)
    return (
        whole if chance.random() < 0.9 else whole.decode("utf-8", "replace").encode("utf-16")[: -chance.randint(1, 3)]
    )


@pytest.mark.case("A11")
def test_no_change_of_any_list_is_more_than_a_fault(world: World) -> None:
    sam, at = world.actor("sam"), moment(2011, 2, 1)
    files = {kind_of(file): file.read_bytes() for file in sorted(EXAMPLE.iterdir()) if file.suffix == ".csv"}
    assert len(files) > len(KINDS) - 6, "an example of most kinds"
    said: list[str] = []
    for seed in range(4):
        for kind, content in files.items():
            broken = changed(random.Random(f"{seed} {kind}"), content)
            try:
                with transaction.atomic():
                    received = commands.receive(
                        sam, Scope.of(service=SERVICE), service=SERVICE, kind=kind, file_name="list.csv",
                        content=io.BytesIO(broken), at=at,
                    )  # fmt: skip
                    commands.check(sam, received, at=at)
                    transaction.set_rollback(True)
            except Refused as refusal:
                said.append(refusal.message)
            except Exception as fault:  # pragma: no cover - names the file that did it
                raise AssertionError(f"{kind}, {seed}: {broken!r}") from fault
    assert all(message.endswith(".") for message in said)


@pytest.mark.case("A11")
def test_no_change_of_a_packed_folder_is_more_than_a_fault() -> None:
    content = packing(*((file.name, file.read_bytes()) for file in EXAMPLE.iterdir()))
    said: list[str] = []
    for seed in range(150):
        chance, made = random.Random(seed), bytearray(content)
        for _ in range(chance.randint(1, 6)):
            near_the_end = chance.random() < 0.6
            made[chance.randrange(len(made) - 1500 if near_the_end else 0, len(made))] = chance.randrange(256)
        try:
            with packed.unpacked(io.BytesIO(bytes(made))) as folder:
                assert folder.is_dir()
        except Refused as refusal:
            said.append(refusal.message)
    assert said
    assert all(message.endswith(".") for message in said)


# --- A full disk ---


class Full(io.BytesIO):
    """What is written to a disk without room."""

    def read(self, *_: Any) -> bytes:
        raise OSError(28, "No space left on device")


@pytest.mark.case("full disk")
def test_a_full_disk_is_said_and_leaves_nothing_half_written(
    sam: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="no room left on the disk"):
        storage.keep(Full())
    assert not unfinished(tmp_path / "files")
    monkeypatch.setattr(storage.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    told = send(sam, (HEAD + KIM).encode())
    assert "There is no room left on the disk" in told
    assert not unfinished(tmp_path / "files")
    assert not List.objects.exists()
    assert not Folder.objects.exists()


def no_room(*_: Any, **__: Any) -> None:
    raise OSError(28, "No space left on device")


def no_room_in_the_database(*_: Any, **__: Any) -> None:
    """As Django tells of it: the driver's fault, with its own around it."""
    raise OperationalError("could not extend file") from DiskFull("could not extend file")


@pytest.mark.case("full disk")
@pytest.mark.parametrize(
    ("where", "fault"),
    [
        ("django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk", no_room),
        ("fingerpost.exchange.imports.commands.List.objects.create", no_room_in_the_database),
        ("fingerpost.exchange.imports.running.Row.objects.bulk_create", no_room_in_the_database),
    ],
)
def test_wherever_the_disk_is_full_the_page_says_so_and_nothing_is_half_kept(
    sam: Client, monkeypatch: pytest.MonkeyPatch, where: str, fault: Any
) -> None:
    monkeypatch.setattr(where, fault)
    sam.raise_request_exception = False
    file = SimpleUploadedFile("list.csv", (HEAD + KIM).encode())
    answer = sam.post(reverse("oversight:list_new"), {"kind": "people", "file": file})
    assert answer.status_code == 507
    assert "There is no room left on the disk" in plain(answer.content.decode())
    assert "Nothing of what you sent was saved" in plain(answer.content.decode())
    assert not Person.objects.exists()
    if "Row" not in where:
        assert not List.objects.exists()
