"""Every address with something on it, narrow and wide, as it opens and as it refuses an empty form. A page that is looked at
with several records or by several people is looked at wide once.

The addresses come from the URLconf: one that nobody knows how to fill in fails here. FINGERPOST_KEEP_PICTURES=1 keeps a picture of
each under var/screenshots.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, ConsoleMessage
from playwright.sync_api import Page as Window

from fingerpost.ground.access import clock
from fingerpost.ground.access.models import DemonstrationDay, Grant, User
from fingerpost.people.families.models import Membership, Person, Relationship
from fingerpost.work.groups.models import Waiting
from tests.browser import checks, street
from tests.browser.street import TODAY, Street
from tests.fixtures.declared import ADDED_TO, COMPLAINTS, a_complaint, adopt_kinds
from tests.fixtures.world import SERVICE, World
from tests.pages.households import a_check
from tests.pages.test_matrix import Page, a_failed_job, an_entry, an_undelivered_email, pages

NARROW, WIDE = 320, 1280
KEEP_PICTURES = bool(os.environ.get("FINGERPOST_KEEP_PICTURES"))
# Who opens a page, most fitting first: the first whom it opens to. Oversight is looked at by two, who see different things.
FITTING = {
    "partners": ("erin",),
    "practice": ("alice", "bob", "fay", "gita"),
    "practice:request": ("bob",),
    "practice:concern": ("fay",),
    "practice:concerns": ("fay",),
    "oversight": ("sam", "dave"),
    "oversight:audits": ("ann",),
    "oversight:audit": ("ann",),
    "oversight:audit_item": ("ann",),
    "practice:case_study_approve": ("bob",),
    "sessions_all": ("ida",),
    "sessions_of": ("ida",),
    "oversight:background": ("ida",),
    "oversight:failed_job": ("ida",),
    "oversight:undelivered": ("ida",),
    "setup": ("ida",),
    "setup:first": ("nobody",),
    "demo": ("nobody", "sam"),
    "kit": (),  # the gallery has a test of its own
    "": ("nobody", "alice"),
}
BOTH = {"oversight"}
# Looked at with each thing that fills it in; other pages with the first that they open to.
AT_TWO_STAGES = {
    "practice:request",
    "practice:case",
    "practice:case_close",
    "practice:letter",
    "practice:concern",
    "practice:request_reply",
    "practice:request_reply_words",
    "partners:reply",
    "practice:letter_hold_back",
    "practice:run",
    "practice:run_session",
    "practice:reply",
    "practice:feedback_about",
    "practice:feedback_cards",
    "oversight:return",
    "oversight:return_submit",
    "oversight:restatement",
    "oversight:list",
    "oversight:figure",
}
# What a package serves in our frame.
ACCOUNT = (
    "account_login",
    "account_reset_password",
    "account_set_password",
    "account_logout",
    "mfa_index",
    "mfa_activate_totp",
)
# What an empty form of these would do is done, not refused.
DOES_SOMETHING = {"practice:case_edit", "practice:case_study_offer", "practice:concern_read", "oversight:narrative"}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.browser.demonstration_urls"),
]


@dataclass(frozen=True)
class Sight:
    """One address, opened by one person."""

    name: str
    address: str
    who: str

    @property
    def has_fields(self) -> bool:
        return self.name not in DOES_SOMETHING


@pytest.fixture
def shown(world: World, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> Street:
    monkeypatch.setattr(clock, "now", lambda service="": TODAY)
    settings.DEMONSTRATION = True
    settings.MEDIA_ROOT = tmp_path
    DemonstrationDay.objects.create(service=SERVICE, day=TODAY.date())
    introduced = {"alice": "Look at your families.", "sam": "Prepare the return of December."}
    for key, words in introduced.items():
        user = world.users[key]
        user.introduction, user.job_title = words, "Parent support advisor"
        user.save()
    world.users["ann"] = User.objects.create_user("ann@example.org", name="Ann Sorrel")
    Grant.objects.create(user=world.users["ann"], role="quality_assurer", reach="service", service=SERVICE)
    world.users["ida"] = User.objects.create_user("ida@example.org", name="Ida Fern")
    Grant.objects.create(user=world.users["ida"], role="administrator", reach="platform")
    built = street.build(world)
    adopt_kinds(COMPLAINTS + ADDED_TO, since=date(2010, 4, 2))
    return built


def arguments(world: World, made: Street) -> dict[str, list[dict[str, Any]]]:
    """What fills in an address, by the first word of its route; each page is looked at with each that it opens to."""
    clause = {"service": SERVICE, "key": "attendance_target", "link": uuid4(), "name": "parents_on_courses"}
    clause |= {"series": "monitoring", "due": "2011-03-31", "question": "attendance_improved.change"}
    case = {"instrument": "how_things_are", "point": "start"}
    return {
        "families": [
            {
                "ref": made.closed.row.family.ref,
                "child": made.closed.children[0],
                "person": made.closed.children[0],
                "tie": Relationship.objects.get(
                    other=made.closed.children[0], kind="parent", person__first_name="Sarah"
                ).pk,
            }
        ],
        "requests": [{"ref": made.waiting.ref}, {"ref": made.accepted.ref}, {"ref": made.refused.ref}],
        "refer": [{"ref": made.waiting.ref}, {"ref": made.refused.ref}],
        "criteria": [{"service": SERVICE, "number": 1}],
        "cases": [
            {"ref": made.working.ref, "contact": made.talk, "letter": uuid4(), **case},
            {"ref": made.closed.row.ref, "contact": made.contact, "letter": made.letter, **case},
        ],
        "contracts": [
            clause | {"policy": made.staff.policy, "action": made.staff.plan_action, "area": "tendring"},
        ],
        "staff": [made.staff.arguments],
        "work": [made.staff.arguments],
        "policies": [{"issue": made.staff.issue}],
        "figures": [{"service": SERVICE, "indicator": key} for key in ("attendance_improved", "sessions_per_case")],
        "returns": [{"ref": made.draft.ref, "heading": "barriers"}, {"ref": made.sent.ref, "heading": "barriers"}],
        "lists": [{"batch": made.bad_list.pk}, {"batch": made.good_list.pk}],
        "people": [
            {
                "one": made.closed.children[0],
                "other": Membership.objects.filter(family=made.working.family, part="child").values_list(
                    "person_id", flat=True
                )[0],
            }
        ],
        "concerns": [{"ref": made.concern.ref}, {"ref": made.referred.ref}],
        "case-studies": [{"ref": made.study.ref}],
        "barriers": [{"ref": made.barrier.ref}],
        "meetings": [{"ref": made.action.meeting.ref, "action": made.action.pk}],
        "samples": [{"ref": made.item.sample.ref}],
        "audits": [{"ref": made.item.sample.ref, "item": made.item.pk}],
        "raise-concern": [{"word": "case", "key": made.working.ref}],
        "groups": [
            {
                "ref": made.course.run.ref,
                "session": made.course.session.pk,
                "booking": made.course.booking.pk,
                "line": Waiting.objects.filter(run=made.course.run, ended_at=None).values_list("pk", flat=True)[0],
                "point": "start",
            },
            {
                "ref": made.drop_in.run.ref,
                "session": made.drop_in.session.pk,
                "booking": made.drop_in.booking.pk,
                "line": uuid4(),
                "point": "start",
            },
        ],
        "programmes": [{"ref": made.proposed}],
        "feedback": [
            {"about": made.closed.row.ref, "ref": made.reply.ref},
            {"about": made.working.ref, "ref": made.open_invitation.ref},
        ],
        "had-a-say": [{"ref": made.say.ref}],
        "team": [{"worker": world.users["alice"].pk}],
        "corrections": [{"word": "person", "key": made.closed.children[0]}],
        "take-back": [{"word": "tie", "key": Relationship.objects.get(other=made.closed.children[0], kind="carer").pk}],
        "people-to-check": [{"check": a_check(Person.objects.get(pk=made.closed.children[0])).pk}],
        "background": [{"failed": a_failed_job().pk, "email": an_undelivered_email().pk}],
        "directory": [{"entry": an_entry().pk}],
        "signed-in": [{"user": world.users["alice"].pk}],
        "set-up": [set_up_with(world)],
        "registers": [{"kind": "complaint", "about": "family", "key": made.working.family.ref}],
        "added": [{"kind": "case", "key": made.working.ref, "time": "matched_on"}],
        "entries": [{"ref": a_complaint(made.working.family.ref).ref, "time": "acknowledged_on"}],
    }


def set_up_with(world: World) -> dict[str, Any]:
    """Alice, one of her roles, her team, its organisation; and an address for a first administrator."""
    alice, team = world.users["alice"], world.teams["tendring"]
    held = Grant.objects.filter(user=alice).order_by("since", "id")[0].pk
    places = {"words": uuid4(), "service": SERVICE, "team": team.pk, "organisation": team.organisation_id}
    return {"user": alice.pk, "grant": held, "token": "nobodys", **places}


def addresses(page: Page, known: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    if not page.parameters:
        yield reverse(page.name)
        return
    kind = page.route.split("/")[0]
    assert kind in known, f"Nobody knows how to fill in {page.route}: add it to this test"
    seen = set()
    for given in known[kind]:
        address = reverse(page.name, kwargs={name: given[name] for name in page.parameters})
        if address not in seen and (not seen or page.name in AT_TWO_STAGES):
            seen.add(address)
            yield address + ("?until=2010-12-31" if kind == "figures" else "")


def signed_in(world: World, who: str) -> Client:
    client = Client()
    if who != "nobody":
        client.force_login(world.users[who])
    return client


def sights(world: World, made: Street) -> Iterator[tuple[Sight, str]]:
    """Each page with its HTML, by whom it opens to."""
    known = arguments(world, made)
    clients = {who: signed_in(world, who) for who in (*world.users, "nobody")}
    for page in pages():
        room = page.name.partition(":")[0] if ":" in page.name else ""
        for address in addresses(page, known):
            for who in FITTING.get(page.name) or FITTING[room]:
                answer = clients[who].get(address)
                if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
                    continue
                yield Sight(page.name, address, who), answer.content.decode()
                if room not in BOTH:
                    break
    for name in ACCOUNT:
        who = "nobody" if name in ("account_login", "account_reset_password") else "alice"
        answer = clients[who].get(reverse(name))
        if answer.status_code == 200:
            yield Sight(name, reverse(name), who), answer.content.decode()
    for address in ("/nowhere", reverse("practice:team")):
        yield Sight("refused", address, "alice"), clients["alice"].get(address).content.decode()


def faults_of(window: Window, name: str, within: str = "") -> list[str]:
    faults = [f"sticks out: {one}" for one in checks.sideways(window)[:4]]
    return [f"{name}: {one}" for one in (*faults, *checks.axe_faults(window, within=within))]


def keep_picture(window: Window, name: str) -> None:
    if KEEP_PICTURES:
        folder = os.environ.get("FINGERPOST_PICTURES", "var/screenshots")
        window.screenshot(path=f"{folder}/{name}.png", full_page=True)


def label(sight: Sight, number: int) -> str:
    return f"{number:03}-{sight.name.replace(':', '-')}-{sight.who}"


EMPTIED = """() => {
  const form = [...document.querySelectorAll('main form')].find((f) => f.method === 'post' && f.querySelector('.govuk-form-group'))
  if (!form) return false
  for (const field of form.querySelectorAll('.govuk-form-group input, textarea, select')) {
    if (field.type === 'radio' || field.type === 'checkbox') field.checked = false
    else if (field.type !== 'hidden') field.value = ''
  }
  form.noValidate = true
  setTimeout(() => HTMLFormElement.prototype.submit.call(form), 0)
  return true
}"""


@dataclass
class Looking:
    """What has been looked at so far, each person in a window of their own, and what was wrong."""

    open_for: Callable[[str], BrowserContext]
    windows: dict[str, Window] = field(default_factory=dict)
    seen_wide: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def opens(self, sight: Sight) -> Window:
        if sight.who not in self.windows:
            self.windows[sight.who] = self.open_for(sight.who).new_page()
            self.windows[sight.who].on("console", self._hears)
        self.windows[sight.who].goto(sight.address)
        return self.windows[sight.who]

    def _hears(self, one: ConsoleMessage) -> None:
        if one.type == "error":
            self.said.append(one.text)

    def looks(self, window: Window, sight: Sight, number: int, is_first: bool) -> None:
        """At the page as it opens. A person's header is looked at on their first page in both widths, then the page itself."""
        for width in (NARROW,) if sight.name in self.seen_wide else (WIDE, NARROW):
            window.set_viewport_size({"width": width, "height": 800})
            within = "" if width == WIDE or is_first else "main"
            self.faults += faults_of(window, f"{sight.address} as {sight.who} at {width}", within)
            keep_picture(window, f"{label(sight, number)}-{width}")
        if not KEEP_PICTURES:
            self.seen_wide.add(sight.name)

    def empties(self, window: Window, sight: Sight, number: int) -> bool:
        """The form on the page sent empty. Returns whether it was refused."""
        with window.expect_navigation():
            if not window.evaluate(EMPTIED):
                window.reload()
        if not window.locator(".govuk-error-summary").count():
            return False
        self.faults += faults_of(window, f"{sight.address} as {sight.who}, refused", "main")
        if not window.title().startswith("Error: "):
            self.faults.append(f"{sight.address}: its title does not say that there is an error")
        keep_picture(window, f"{label(sight, number)}-refused")
        return True


def test_every_page_is_sound_narrow_and_wide_and_refuses_an_empty_form_soundly(
    world: World,
    shown: Street,
    sign_in: Callable[..., BrowserContext],
    open_window: Callable[..., BrowserContext],
    valid_html: Callable[[dict[str, str]], None],
) -> None:
    found = list(sights(world, shown))
    assert len(found) > 60
    looking = Looking(lambda who: open_window() if who == "nobody" else sign_in(world.users[who]))
    seen = {f"{sight.address} as {sight.who}": html for sight, html in found}
    refusals = {}
    for number, (sight, html) in enumerate(found):
        is_first = sight.who not in looking.windows
        window = looking.opens(sight)
        looking.looks(window, sight, number, is_first)
        asks = sight.has_fields and sight.who != "nobody" and "govuk-form-group" in html and "<form" in html
        if asks and looking.empties(window, sight, number):
            refusals[f"{sight.address} refused"] = signed_in(world, sight.who).post(sight.address, {}).content.decode()
    assert len(refusals) > 12
    valid_html(seen | refusals)
    assert not looking.faults, "\n".join(looking.faults)
    said = [one for one in looking.said if "status of 4" not in one]  # pages are looked at that refuse
    assert not said, "\n".join(said)
