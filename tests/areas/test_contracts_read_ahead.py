"""A web process has read the contracts before anybody asks, and starts where nothing answers yet."""

from unittest.mock import patch

import pytest
from django.db import OperationalError, connection

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.agreements.contracts import compiled, queries
from fingerpost.agreements.contracts.commands import ContractRefused
from fingerpost.agreements.contracts.models import Agreement, Version
from fingerpost.agreements.contracts.reading_ahead import read_ahead
from fingerpost.ground.access import clock
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.language import contract_hash
from fingerpost.language.faults import ContractFaulty
from tests.fixtures.world import SERVICE, World, moment


@pytest.fixture
def still_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test lies in a transaction, which closing its connection would end."""
    monkeypatch.setattr(connection, "close", lambda: None)


def test_a_contract_read_ahead_is_not_compiled_again(world: World, still_open: None) -> None:
    compiled._kept.clear()
    queries._rules.cache_clear()
    assert read_ahead() == 1
    with patch.object(compiled, "read_adopted", side_effect=AssertionError("compiled twice")):
        queries.rules(SERVICE, clock.today(SERVICE))


def test_a_process_starts_where_no_database_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*args: object, **more: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(Agreement.objects, "values_list", nobody)
    monkeypatch.setattr(connection, "close", lambda: None)
    assert read_ahead() == 0


def test_a_contract_that_cannot_be_read_any_more_keeps_no_process_from_starting(
    world: World, still_open: None, caplog: pytest.LogCaptureFixture
) -> None:
    compiled._kept.clear()
    queries._rules.cache_clear()
    with patch.object(compiled, "read_adopted", side_effect=ContractFaulty([])):
        assert read_ahead() == 0
    assert f"The contract of {SERVICE} cannot be read any more" in caplog.text


def test_what_a_later_release_would_refuse_stands_as_it_was_agreed(world: World, still_open: None) -> None:
    """A label that nothing reads, and a file that is none: errors for whoever adopts them, and not for whoever works under them."""
    agreed = Version.objects.get(agreement__key=SERVICE)
    label = agreed.sources["agreement.yaml"].replace("labels:\n", "labels:\n  banana: Plantain\n")
    sources = {**agreed.sources, "agreement.yaml": label, "notes.yaml": "who: us\n"}
    with pytest.raises(ContractRefused, match="was not adopted"):
        contracts.adopt(Actor.system("Set-up"), PLATFORM, sources=sources, at=moment(2010, 4, 2))
    Version.objects.filter(pk=agreed.pk).update(sources=sources, hash=contract_hash(sources))
    assert queries.rules(SERVICE, clock.today(SERVICE)).contract.agreement.labels["banana"] == "Plantain"
    assert read_ahead() == 1
