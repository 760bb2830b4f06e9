"""How much a browser has to fetch."""

import gzip
import re
from pathlib import Path

import pytest
from django.urls import reverse

from fingerpost.pages.kit import built
from tests.fixtures.browsing import Browser
from tests.fixtures.world import SERVICE, World
from tests.pages import test_matrix as matrix
from tests.pages.test_matrix import filled, pages

people, things = matrix.people, matrix.things
HEAVIEST_PAGE, HEAVIEST_FIRST_LOAD = 250_000, 59 * 1024
FIRST = ("kit.css", "kit.js", "govuk.js", "moj-date-picker.js", "calendar.js", "keep.js", "session.js", "searchable.js")


def folder() -> Path:
    return Path(built.__file__).parent / "built" / "kit" / built.fingerprint()


def test_the_first_load_of_style_and_scripts_is_light() -> None:
    """What every page asks for, as it goes over the wire; what only some pages ask for is fetched by them alone."""
    told = (folder() / "kit.js").read_text()
    fetched = set(re.findall(r"from '\./([^']+)'", told)) | {"kit.css", "kit.js"}
    assert fetched <= set(FIRST), f"kit.js brings in more: {fetched - set(FIRST)}"
    sizes = {
        name: len(gzip.compress((folder() / name).read_bytes(), 9)) for name in FIRST if (folder() / name).exists()
    }
    assert sum(sizes.values()) <= HEAVIEST_FIRST_LOAD, sizes


@pytest.mark.django_db
def test_no_page_is_heavy(world: World, things: dict, browser: Browser) -> None:
    heavy = {}
    for name in ("sam", "bob"):
        client = browser(name)
        for page in pages():
            for _, address, _ in filled(page, things):
                answer = client.get(address)
                if answer.status_code == 200 and len(getattr(answer, "content", b"")) > HEAVIEST_PAGE:
                    heavy[address] = len(answer.content)
    answer = browser("sam").get(reverse("oversight:contract", args=[SERVICE]))
    assert answer.status_code == 200
    assert not heavy
