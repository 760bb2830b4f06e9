"""The migrations say what the models say, and running them again changes nothing."""

import pytest
from django.core.management import call_command

from config.rooms import ROOMS

pytestmark = pytest.mark.django_db


def test_no_model_lacks_a_migration(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        call_command("makemigrations", check=True, dry_run=True)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)


def test_the_settings_list_rooms_that_exist() -> None:
    assert len(ROOMS) == len(set(ROOMS)) > 0


def test_django_finds_nothing_to_complain_of() -> None:
    call_command("check", fail_level="WARNING")
