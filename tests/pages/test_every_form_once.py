"""Every form that acts, posted twice with the same token, writes once and leads to the same place: whoever presses a
button twice has done it once. The forms are found by their addresses, filled in from what the page shows, and sent by the
first person who may.
"""

import html
import inspect
import re
from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from fingerpost.ground.access.models import User
from fingerpost.pages.kit import once
from fingerpost.proof.returns import commands as returns
from fingerpost.proof.returns.models import CaseStudy, Return
from fingerpost.work.casework.models import Case, CaseDiscussion
from fingerpost.work.groups.models import Run
from fingerpost.work.safeguarding.models import Concern
from tests.fixtures.returns import with_case_studies
from tests.fixtures.world import World
from tests.pages import test_matrix as matrix
from tests.pages.test_matrix import AT, Page, Thing, filled, pages
from tests.pages.typing_in import LAST, WORDS, first_answers, forms_of

people, things = matrix.people, matrix.things
Things = dict[str, dict[str, Thing]]
Sent = Callable[[Page, str, User], str | None]

IN_TURN = ("ida", "sam", "bob", "fay", "dave", "erin", "alice", "gita", "ann", "carol")
"""Who tries, until one of them may."""

TOLD: dict[str, dict[str, Any]] = {
    "practice:correct": {"upn": "", "nhs": "", "email": "pat@example.org"},
    "practice:meeting_correct": {"note": "A short month."},
    "practice:say_correct": {"not_there": [], "title": "When courses are held"},
    "practice:session_correct": {"minutes": "45"},
    "practice:person_move": {"postcode": "CO15 4JX"},
    "practice:tie_new": {"other": LAST, "since": ""},
    "practice:case_allocate": {"worker": LAST},
    "practice:run_new": {"clock": "10:00"},
    "practice:session_new": {"day": "10/12/2010"},
    "practice:absence_new": {"worker": LAST},
    "practice:review_new": {"next_on": "31/03/2011"},
    "oversight:policy_issue": {"kept_at": "https://example.org/policy", "review_on": "31/12/2011"},
    "oversight:plan_action": {"dropped_on": ""},
    "oversight:action_new": {"owner": LAST},
    "setup:person_new": {"email": "pat@example.org"},
    "setup:person_change": {"email": "pat@example.org"},
    "oversight:sample_new": {"population": "case", "area": ""},
}
"""Where the first answers would be wrong."""

ELSEWHERE = frozenset(
    {
        # steps of which only the last writes
        *("partners:refer", "practice:place_new"),
        # a file, or a code of a letter
        *("oversight:list_new", "oversight:list_undo", "say"),
        # an address that a new installation prints, and a letter that a mail server takes
        *("setup:first", "setup:person_link", "setup:roles_agree"),
        # only after something else was recorded
        *(
            "practice:request_reply",
            "practice:request_reply_words",
            "practice:request_allocate",
            "practice:family_lift",
        ),
        *("practice:letter", "practice:letter_hold_back", "practice:people_apart", "practice:concern_close"),
        *(
            "practice:reply_result",
            "practice:run_need",
            "practice:run_take_back",
            "practice:destination_answer",
            "practice:family_place",
            "practice:agree",
            "practice:hand_over",
        ),
        *("oversight:evidence_detach", "oversight:value_enter"),
        # of a record about nobody, and of one with a question left open
        *("practice:entry_new", "practice:entry_fill_in"),
    }
)
"""Forms that more than a page and its first answers lead to; that they are marked, the last test holds."""


def ready_to_send(world: World) -> None:
    made, sam = Return.objects.get(), world.actor("sam")
    for heading in ("outcomes", "delivery", "performance_targets", "barriers"):
        returns.write_narrative(sam, made, heading=heading, text="Words.", revision=1, at=AT)
    with_case_studies(made)


def sent(world: World) -> None:
    ready_to_send(world)
    returns.submit(world.actor("sam"), Return.objects.get(), at=AT)


def open_again(world: World) -> None:
    Case.objects.update(closed_at=None, closure_reason="")


def discussed_of_late(world: World) -> None:
    open_again(world)
    CaseDiscussion.objects.update(discussed_on=date(2010, 12, 20))


def nothing_written(world: World) -> None:
    CaseStudy.objects.update(taken_out_at=AT, taken_out_reason="Another family")


def decided(world: World) -> None:
    Concern.objects.update(decision="nothing", decision_reason="Explained", decided_at=AT)


def still_runs(world: World) -> None:
    Run.objects.update(ends_on=date(2011, 3, 31))


FIRST: dict[str, Callable[[World], None]] = {
    "oversight:return_submit": ready_to_send,
    "oversight:return_accept": sent,
    **dict.fromkeys(
        ("practice:case_allocate", "practice:case_edit", "practice:record_contact", "practice:discussion_new"),
        open_again,
    ),
    "practice:case_close": discussed_of_late,
    "practice:case_study_new": nothing_written,
    "practice:concern_take_back": decided,
    **dict.fromkeys(("practice:run_advertise", "practice:place_newcomer"), still_runs),
}
"""What must have happened before a form can act."""


def written() -> dict[str, Any]:
    """Every row of every table, as a fingerprint; sessions and the log of sights aside."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [
            name
            for (name,) in cursor.fetchall()
            if name not in ("django_session", "history_view", "usersessions_usersession")
        ]
        found = {}
        for table in tables:
            cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM \"{table}\" t")  # noqa: S608
            found[table] = cursor.fetchone()
    return found


def form_on(page: Page, address: str, client: Client, user: User) -> dict[str, Any] | None:
    """What this person would post to the address; None where she may not, or nothing there posts to it."""
    shown = client.get(address)
    if shown.status_code in (302, 405):
        return {once.NAME: once.token(SimpleNamespace(user=user))}  # type: ignore[arg-type]
    if shown.status_code != 200:
        return None
    posts = [one for one in forms_of(shown.content.decode().split("<main", 1)[-1]) if one.action in ("", address)]
    return first_answers(posts[0], TOLD.get(page.name, {})) if posts else None


def errors_in(answer: HttpResponse) -> str:
    found = re.search(r"error-summary__list.*?</ul>", answer.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(found[0][20:])).split()) if found else ""


def sent_twice(page: Page, address: str, user: User) -> str | None:
    """What went wrong; empty where it went well, None where this person cannot send it at all."""
    client = Client()
    client.force_login(user)
    answers = form_on(page, address, client, user)
    if answers is None:
        return None
    first = client.post(address, answers)
    if first.status_code != 302:
        return f"not sent by {user.name}: {errors_in(first) or first.status_code}"
    before = written()
    second = client.post(address, answers)
    if (second.status_code, second.get("Location")) != (302, first["Location"]):
        return "the second leads elsewhere"
    after = written()
    return ", ".join(f"{name} is written twice" for name in after if after[name] != before[name])


NOT_ASKED = {("practice:case_study_approve", "reason")}
"""Fields under an answer that is not chosen: nobody sees them, and what stands in them is not sent by a browser's reader."""

MARK = "Quite other words 7q4z"


def sent_with_other_words(page: Page, address: str, user: User) -> str | None:
    """The form sent, and after Back once more with other words; what went wrong as `sent_twice` says it."""
    client = Client()
    client.force_login(user)
    answers = form_on(page, address, client, user)
    if answers is None:
        return None
    if client.post(address, answers).status_code != 302:
        return "not sent"
    words = [name for name, value in answers.items() if value in WORDS.values() and value != WORDS["number"]]
    for name in (name for name in words if (page.name, name) not in NOT_ASKED):
        later = client.post(address, answers | {name: MARK})
        if later.status_code == 302 and not is_kept(MARK):
            return f"other words in {name} are answered as saved and kept nowhere"
    return ""


def is_kept(words: str) -> bool:
    """Whether any row of any table holds the words."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [
            name
            for (name,) in cursor.fetchall()
            if name not in ("django_session", "history_view", "usersessions_usersession", "kit_posted")
        ]
        anywhere = " OR ".join(f'EXISTS (SELECT FROM "{table}" t WHERE t::text LIKE %(words)s)' for table in tables)
        cursor.execute(f"SELECT {anywhere}", {"words": f"%{words}%"})
        return bool(cursor.fetchone()[0])


def tries(page: Page, world: World, people: dict[str, User], things: Things, sent: Sent) -> Iterator[str]:
    """Outcome of each try, until one went well."""
    for where, address, _ in filled(page, things):
        if where == "absent" or where.startswith("a kind"):
            continue
        for name in IN_TURN:
            mark = transaction.savepoint()
            FIRST.get(page.name, lambda _: None)(world)
            came = sent(page, address, people[name])
            transaction.savepoint_rollback(mark)
            if came is not None:
                yield came
            if came == "":
                return


def test_every_form_acts_once(world: World, people: dict[str, User], things: Things) -> None:
    forms = [page for page in pages() if page.acts_once and page.name not in ELSEWHERE]
    assert len(forms) > 90
    faults = {}
    for page in forms:
        came = list(tries(page, world, people, things, sent_twice))
        if "" not in came:
            faults[page.name] = came[0] if came else "nobody could open it"
    assert not faults, "\n".join(f"{name}: {why}" for name, why in faults.items())


@pytest.mark.case("A2")
def test_other_words_in_a_form_that_was_sent_are_kept_or_asked_about(
    world: World, people: dict[str, User], things: Things
) -> None:
    """Back, other words, Save: what is answered as saved stands in the database."""
    faults = {}
    for page in (one for one in pages() if one.acts_once and one.name not in ELSEWHERE):
        came = list(tries(page, world, people, things, sent_with_other_words))
        if "" not in came:
            faults[page.name] = came[0] if came else "nobody could open it"
    assert not faults, "\n".join(f"{name}: {why}" for name, why in faults.items())


# They keep nothing but what is looked for, or end what ends once.
ACT_ONCE_ANYHOW = {
    "practice:find",
    "setup:grant_where",
    "kit:within",
    "sessions_end",
    "sessions_of",
    "demo:sign_in",
    "demo:clock",
}


def test_every_page_that_takes_what_was_posted_acts_once() -> None:
    """A view that reads what was posted and is not marked would write twice; looking up people writes nothing."""
    reads = [
        page
        for page in pages()
        if re.search(r"request\.POST|== \"POST\"", inspect.getsource(inspect.unwrap(page.view)))
    ]
    assert {page.name for page in reads if not page.acts_once} <= ACT_ONCE_ANYHOW
