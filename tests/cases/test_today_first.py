"""What a worker and a team meet first: today's contacts, and who has what is overdue."""

import re

import pytest
from django.urls import reverse

from fingerpost.ground.tasks.models import Task
from fingerpost.work.casework.models import Case
from tests.fixtures.browsing import Browser, Today, opened, plain, rows_of
from tests.fixtures.world import World, moment
from tests.pages.households import CaseMade, a_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world: World, today: Today) -> CaseMade:
    made, *_ = a_case(world, worker="alice", area="tendring", last_name="Quill")
    Case.objects.update(closed_at=None, closure_reason="", next_due_on=today.now.date())
    return made


def raised(world: World, case: CaseMade, *names: str) -> None:
    """One thing to do that is past its day, for each of these people; nobody's, for the team, where no name is given."""
    for name in names or (None,):
        task = Task(
            service=case.row.service,
            kind="worry",
            title="Ring the parent back",
            owner=world.users[name] if name else None,
            team=world.teams["tendring"],
            origin_kind="casework.case",
            origin_id=case.row.pk,
            origin_ref=case.row.ref,
            family_id=case.row.family_id,
            raised_at=moment(2010, 9, 1),
            due_on=moment(2010, 9, 3).date(),
        )
        task.scope = case.row.scope
        task.save()


@pytest.mark.case("P9")
def test_a_contact_that_is_due_can_be_recorded_from_the_first_lines(case: CaseMade, browser: Browser) -> None:
    page = browser("alice").get(reverse("practice:my_work")).content.decode()
    main = page[page.index("<main") :]
    first_link = re.search(r'href="(/cases/[^"]+/contacts/new)"', main)
    assert first_link
    before = plain(main[: first_link.start()])
    assert len(before.split()) < 25, before
    assert main.index('id="today"') < first_link.start() < main.index('id="to-do"')


@pytest.mark.case("P9")
@pytest.mark.parametrize(("days", "is_due"), [(-1, True), (0, True), (1, False)])
def test_due_today_or_before_is_today(case: CaseMade, today: Today, browser: Browser, days: int, is_due: bool) -> None:
    today.is_(2010, 10, 8)
    Case.objects.update(next_due_on=today.now.date().replace(day=8 + days))
    words = opened(browser("alice"), "practice:my_work").partition("Today")[2].partition("To do")[0]
    assert ("Quill" in words) == is_due


@pytest.mark.case("P8")
@pytest.mark.parametrize(
    ("names", "who"),
    [
        (("alice",), "Alice Marsh"),
        (("alice", "bob"), "Alice Marsh, Bob Lennox"),
        (("bob", "alice", "alice"), "Alice Marsh, Bob Lennox"),
        ((), "Nobody yet in Tendring"),
    ],
)
def test_what_is_overdue_stands_once_with_who_has_it(
    world: World, case: CaseMade, browser: Browser, names: tuple[str, ...], who: str
) -> None:
    raised(world, case, *names)
    rows = rows_of(browser("bob").get(reverse("practice:team")), "Overdue")
    ours = [row for row in rows if "Ring the parent back" in row]
    assert len(ours) == 1
    assert f"{case.row.ref} {who}" in ours[0]
    assert "28 days late" in ours[0]
