"""The gallery in a real browser: narrow and wide, with scripts and without, and what must not be lost."""

import pytest

from tests.browser.checks import sideways

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.pages.gallery_urls"),
]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/kit/", "/kit/form/"])
def test_nothing_sticks_out_and_axe_finds_nothing(visit, axe, screenshot, path, width):
    page = visit(path, width=width)
    page.wait_for_selector(".moj-datepicker__toggle")
    screenshot(page, f"kit{path.strip('/').removeprefix('kit').replace('/', '-')}-{width}")
    assert sideways(page) == []
    axe(page)
