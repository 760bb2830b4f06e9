"""A period closes, then its figures: what is sent early is fixed at the period's end."""

import itertools
from datetime import date, datetime

import pytest
from django.urls import reverse

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.tasks.models import Clock
from fingerpost.proof.returns import commands, jobs
from fingerpost.proof.returns.document import document_of
from fingerpost.proof.returns.models import Figure, KeptList, Narrative, Return
from fingerpost.proof.returns.restatement import restated
from tests.fixtures.browsing import Browser, Today, words_of
from tests.fixtures.casebook import Casebook
from tests.fixtures.returns import with_case_studies
from tests.fixtures.world import SERVICE, World, moment

END = date(2010, 12, 31)
NUMBERS = itertools.count(1)


def begun(sam: Actor) -> Return:
    agreement = Agreement.objects.get(key=SERVICE)
    due = next(one for one in rules(SERVICE, END).returns_due if one.due == END)
    made = commands.assemble(sam, agreement, due=due, at=moment(2010, 12, 1))
    Narrative.objects.filter(return_made=made).update(text="Words")
    return with_case_studies(made)


def closed_on(day: date) -> None:
    book = Casebook(numbers=NUMBERS)
    book.case(date(2010, 10, 4), day)
    book.save()


def ended(made: Return, at: datetime) -> str:
    document = document_of(made, at=at, exact=True)
    return next(
        one["result"] for part in document["headings"] for one in part["figures"] if one["key"] == "cases_ended"
    )


@pytest.mark.case("R12")
@pytest.mark.parametrize(
    ("sent", "is_fixed"),
    [(moment(2010, 12, 20), False), (moment(2010, 12, 30, 23), False), (moment(2010, 12, 31, 9), True), (moment(2011, 1, 3), True)],
)  # fmt: skip
def test_figures_are_fixed_once_the_period_is_over(
    world: World, sam: Actor, dave: Actor, today: Today, sent: datetime, is_fixed: bool
) -> None:
    closed_on(date(2010, 12, 10))
    made = commands.submit(sam, begun(sam), at=sent)
    assert (made.figures_fixed_at is not None, Figure.objects.exists()) == (is_fixed, is_fixed)
    assert not Clock.objects.running().filter(key__contains="2010-12-31").exists()
    if is_fixed:
        return
    with pytest.raises(Refused, match="once its figures are fixed"):
        commands.accept(dave, made, at=sent)
    closed_on(date(2010, 12, 30))
    assert "until they are fixed at the end of 31 December 2010" in str(document_of(made, at=sent)["notes"])
    today.is_(2011, 1, 1, 0)
    assert jobs.fix_figures() == 1
    assert jobs.fix_figures() == 0
    made.refresh_from_db()
    assert (made.submitted_at, made.figures_fixed_at) == (sent, moment(2011, 1, 1, 0))
    closed_on(date(2010, 12, 31))
    assert (ended(made, moment(2011, 1, 2)), KeptList.objects.exists()) == ("2", True)
    assert [one.now["numerator"] for one in restated(made, moment(2011, 2, 1)) if one.indicator == "cases_ended"] == [3]
    assert "so_far" not in {one.numbers["status"] for one in Figure.objects.all()}
    assert commands.accept(dave, made, at=moment(2011, 1, 4)).accepted_at


@pytest.mark.case("R12")
def test_figures_of_a_period_that_runs_cannot_be_fixed(world: World, sam: Actor) -> None:
    made = begun(sam)
    with pytest.raises(Refused, match="not over"):
        commands.fix_figures(sam, made, at=moment(2011, 1, 3))
    made = commands.submit(sam, made, at=moment(2010, 12, 20))
    with pytest.raises(Refused, match="not over"):
        commands.fix_figures(sam, made, at=moment(2010, 12, 31, 23))


@pytest.mark.case("R12")
def test_the_page_says_when_the_figures_of_an_early_return_are_fixed(
    world: World, sam: Actor, today: Today, browser: Browser
) -> None:
    made = commands.submit(sam, begun(sam), at=moment(2010, 12, 20))
    today.is_(2010, 12, 21, 9)
    for who in ("sam", "dave"):
        page = words_of(browser(who).get(reverse("oversight:return", args=[made.ref])))
        assert "Sent before its period ended" in page
        assert "Accept this return" not in page
