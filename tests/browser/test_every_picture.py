"""The picture in the readme: what a worker sees first. FINGERPOST_WRITE_PICTURES=1 draws it anew."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from fingerpost.ground.access import clock
from tests.browser import street
from tests.fixtures.world import World

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "images" / "my-work.png"
LARGEST = 150 * 1024
WIDTH, HEIGHT = 1000, 640

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.skipif(not os.environ.get("FINGERPOST_WRITE_PICTURES"), reason="Drawn only when it is asked for.")
def test_draws_the_readme_s_picture(
    world: World, sign_in: Callable[..., BrowserContext], monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(clock, "now", lambda service="": street.TODAY)
    street.build(world)
    page = sign_in(
        world.users["alice"], width=WIDTH * 5 // 4, height=HEIGHT * 5 // 4, device_scale_factor=0.8
    ).new_page()
    page.goto("/work")
    expect(page.get_by_role("heading", name="My work", exact=True)).to_be_visible()
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURE)


def test_the_readme_s_picture_is_there_and_small() -> None:
    content = PICTURE.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) <= LARGEST
    assert (int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")) == (WIDTH, HEIGHT)
