"""Every address × every role × every scope. Meetings expected comes from the page's own declaration and the grants, never from a
list kept by hand; an address that nobody knows how to fill in fails here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from fingerpost.agreements.registers.walls import by_default
from fingerpost.ground.access import clock
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Grant, Organisation, ServiceRoles, User
from fingerpost.ground.access.page import PageSpec
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import PLATFORM, Scope
from fingerpost.ground.jobs.models import FailedJob
from fingerpost.people.correspondence.models import Email
from fingerpost.people.families.models import Person, Relationship
from fingerpost.work.directory.models import Entry
from tests.fixtures.assurance import a_barrier, a_study, an_action, an_item
from tests.fixtures.declared import ADDED_TO, COMPLAINTS, a_complaint, adopt_kinds
from tests.fixtures.groups import a_group
from tests.fixtures.staff import a_member, everything
from tests.fixtures.world import SERVICE, World, moment
from tests.pages.households import (
    CaseMade,
    a_case,
    a_check,
    a_concern,
    a_list,
    a_referral,
    a_return,
    a_say,
    an_invitation,
)

AT = moment(2010, 12, 31, 15)


@dataclass(frozen=True)
class Page:
    """One address with what its view declares."""

    name: str
    route: str
    parameters: tuple[str, ...]
    spec: PageSpec
    view: Any

    @property
    def acts_once(self) -> bool:
        """Whether a form of it that is posted twice acts once."""
        return hasattr(self.view, "acts_once")


def pages(patterns: list[Any] | None = None, namespace: str = "", route: str = "") -> Iterator[Page]:
    for pattern in patterns or get_resolver().url_patterns:
        path = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from pages(pattern.url_patterns, inner, path)
        elif isinstance(pattern, URLPattern) and hasattr(pattern.callback, "page_spec"):
            parameters = tuple(pattern.pattern.converters)
            yield Page(
                f"{namespace}{pattern.name}",
                path,
                parameters,
                pattern.callback.page_spec,
                pattern.callback,
            )


@dataclass(frozen=True)
class Thing:
    """What an address is filled in with, and where it lies; `scope` None for what lies nowhere."""

    arguments: dict[str, Any]
    scope: Scope | None
    made_by: UUID | None = None
    is_draft: bool = False
    is_check: bool = False
    seen_by: tuple[str, ...] = ()
    written_by: tuple[str, ...] = ()


@pytest.fixture
def people(world: World) -> dict[str, User]:
    """The small world's people, a stranger of another service, and an administrator."""
    everyone = dict(world.users)
    for key, role, reach, service in (
        ("zoe", "supervisor", "service", "somebody_elses"),
        ("max", "service_manager", "service", "somebody_elses"),
        ("ida", "administrator", "platform", ""),
        ("ann", "quality_assurer", "service", SERVICE),
    ):
        user = User.objects.create_user(
            f"{key}@example.org", name=key.title(), organisation=Organisation.objects.first()
        )
        Grant.objects.create(user=user, role=role, reach=reach, service=service)
        everyone[key] = user
    return everyone


@pytest.fixture
def things(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Thing]]:
    """By the beginning of the route, and then by where it lies: alice's, carol's of another team, restricted, absent."""
    monkeypatch.setattr(clock, "now", lambda service="": AT)
    found: dict[str, dict[str, Thing]] = {"families": {}, "requests": {}, "cases": {}, "refer": {}}
    found |= {"concerns": {}, "raise-concern": {}, "feedback": {}, "had-a-say": {}, "corrections": {}, "take-back": {}}
    for where, worker, area in (
        ("own", "alice", "tendring"),
        ("other team", "carol", "colchester"),
        ("restricted", "alice", "tendring"),
    ):
        case, contact, letter = a_case(
            world, worker=worker, area=area, last_name=f"Quill {where}", restricted=where == "restricted"
        )
        asked = a_referral(world, area=area, last_name=f"Reed {where}", restricted=where == "restricted")
        child = case.children[0]
        tie = a_carer(case, child)
        found["families"][where] = Thing(
            {"ref": case.row.family.ref, "child": child, "tie": tie, "person": child}, case.family_scope
        )
        found["requests"][where] = Thing({"ref": asked.ref}, asked.scope)
        found["refer"][where] = Thing({"ref": asked.ref}, asked.scope, made_by=asked.made_by_id)
        found["cases"][where] = Thing(
            {
                "ref": case.row.ref,
                "contact": contact,
                "letter": letter,
                "instrument": "how_things_are",
                "point": "review",
            },
            case.row.scope,
        )
        invited, say = an_invitation(world, case, worker=worker), a_say(world, case)
        found["feedback"][where] = Thing({"about": case.row.ref, "ref": invited.ref}, case.row.scope)
        found["had-a-say"][where] = Thing({"ref": say.ref}, say.scope)
        found.setdefault("people", {})[where] = Thing(
            {"one": child, "other": mother_of(child)}, Person.objects.get(pk=child).scope
        )
        found["corrections"][where] = Thing({"word": "person", "key": child}, Person.objects.get(pk=child).scope)
        found["take-back"][where] = Thing({"word": "tie", "key": tie}, case.family_scope)
        found["raise-concern"][where] = Thing({"word": "family", "key": case.row.family.ref}, case.family_scope)
        if where != "restricted":
            concern = a_concern(world, case.row, by=worker)
            found["concerns"][where] = Thing({"ref": concern.ref}, concern.scope)
    found["people-to-check"] = to_check(found["people"])
    found["feedback"]["absent"] = Thing({"about": "C-ZZZZZZ", "ref": "V-ZZZZZZ"}, None)
    found["had-a-say"]["absent"] = Thing({"ref": "Y-ZZZZZZ"}, None)
    found["people"]["absent"] = Thing({"one": uuid4(), "other": uuid4()}, None)
    found["concerns"]["absent"] = Thing({"ref": "S-ZZZZZZ"}, None)
    for kind in ("corrections", "take-back"):
        found[kind]["absent"] = Thing({"word": "person" if kind == "corrections" else "tie", "key": uuid4()}, None)
        found[kind]["a kind nobody knows"] = Thing({"word": "nothing", "key": uuid4()}, None)
    found["raise-concern"]["absent"] = Thing({"word": "family", "key": "F-ZZZZZZ"}, None)
    found["raise-concern"]["a kind nobody knows"] = Thing({"word": "nothing", "key": "F-ZZZZZZ"}, None)
    for kind, letter_ in (("families", "F"), ("requests", "R"), ("cases", "C"), ("refer", "R")):
        absent = {
            name: uuid4() if isinstance(value, UUID) else value for name, value in found[kind]["own"].arguments.items()
        }
        found[kind]["absent"] = Thing(absent | {"ref": f"{letter_}-ZZZZZZ"}, None)
    made, received = a_return(world), a_list(world)
    here = Scope.of(service=SERVICE)
    contract = {
        "service": SERVICE,
        "key": "vulnerable_groups_first",
        "link": uuid4(),
        "question": "attendance_improved.change",
        "name": "parents_on_courses",
        "series": "monitoring",
        "due": "2011-03-31",
        "indicator": "sessions_per_case",
    }
    found["returns"] = {
        "own": Thing({"ref": made.ref, "heading": "barriers"}, here, is_draft=True),
        "absent": Thing({"ref": "N-ZZZZZZ", "heading": "barriers"}, None),
    }
    found["groups"], found["programmes"] = the_groups(world)
    found |= watched(world, found["cases"], here)
    found["lists"] = {"own": Thing({"batch": received.pk}, here), "absent": Thing({"batch": uuid4()}, None)}
    made_up = everything(world)
    contract |= {"policy": made_up.policy, "action": made_up.plan_action, "area": "tendring"}
    found["contracts"] = found["figures"] = {
        "own": Thing(contract, here),
        "absent": Thing(contract | {"service": "nobodys"}, None),
    }
    hers, theirs = made_up.arguments, a_member(world, "carol")
    in_tendring = Scope.of(service=SERVICE, team=world.teams["tendring"].pk)
    found["staff"] = {
        "own": Thing(hers, in_tendring),
        "other team": Thing(theirs, Scope.of(service=SERVICE, team=world.teams["colchester"].pk)),
        "absent": Thing({name: uuid4() for name in hers}, None),
    }
    found["work"] = {"own": Thing(hers, in_tendring | Scope.of(users=[world.users["alice"].pk]))}
    everybody = Scope.of(service=SERVICE, users=[user.pk for user in world.users.values()])
    for team in world.teams.values():
        everybody |= Scope.of(team=team.pk)
    found["policies"] = {
        "own": Thing({"issue": made_up.issue}, everybody),
        "absent": Thing({"issue": uuid4()}, None),
    }
    found["directory"] = {
        "own": Thing({"entry": an_entry().pk}, here),
        "absent": Thing({"entry": uuid4()}, None),
    }
    found["criteria"] = {"own": Thing({"service": SERVICE, "number": 1}, here)}
    arguments = {"failed": a_failed_job().pk, "email": an_undelivered_email().pk}
    found["background"] = {
        "own": Thing(arguments, PLATFORM),
        "absent": Thing({"failed": 999_999, "email": uuid4()}, None),
    }
    found["signed-in"] = {
        "own": Thing({"user": world.users["alice"].pk}, PLATFORM),
        "absent": Thing({"user": uuid4()}, None),
    }
    found["set-up"] = the_setting_up(world)
    found["team"] = {"own": Thing({"worker": world.users["alice"].pk}, Scope.of(team=world.teams["tendring"].pk))}
    found["registers"], found["entries"] = declared(world, found["families"])
    found["added"] = {where: step_of(thing) for where, thing in found["requests"].items()}
    return found


def the_setting_up(world: World) -> dict[str, Thing]:
    """Alice, her first role, her team and its organisation; and nobody at all."""
    alice, team = world.users["alice"], world.teams["tendring"]
    held = Grant.objects.filter(user=alice).order_by("since", "id")[0]
    here = {"user": alice.pk, "service": SERVICE, "grant": held.pk, "team": team.pk, "token": "nobodys"}
    here["words"] = ServiceRoles.objects.get(service=SERVICE).pk
    absent = {name: "nobodys" if name in ("service", "token") else uuid4() for name in here}
    return {
        "own": Thing(here | {"organisation": team.organisation_id}, PLATFORM),
        "absent": Thing(absent | {"organisation": uuid4()}, None),
    }


def declared(world: World, families: dict[str, Thing]) -> tuple[dict[str, Thing], dict[str, Thing]]:
    """A kind of record that a contract declares, and an entry of it about each family."""
    adopt_kinds(COMPLAINTS + ADDED_TO, since=date(2010, 4, 2))
    seen, written = ("service_manager", "supervisor"), ("caseworker", "service_manager", "supervisor")
    kinds, entries = {}, {}
    for where, thing in families.items():
        keys = {"kind": "complaint", "about": "family", "key": thing.arguments["ref"]}
        kinds[where] = Thing(keys, thing.scope, seen_by=seen, written_by=written)
        if thing.scope is None:
            entries[where] = Thing({"ref": "E-ZZZZZZ", "time": "acknowledged_on"}, None)
            continue
        entry = a_complaint(thing.arguments["ref"])
        entries[where] = Thing({"ref": entry.ref, "time": "acknowledged_on"}, entry.scope, seen_by=seen)
    return kinds, entries


def step_of(request: Thing) -> Thing:
    """A time that the contract adds to this request, for whoever works with people."""
    keys = {"kind": "request", "key": request.arguments["ref"], "time": "screened_on"}
    return replace(request, arguments=keys, written_by=by_default({}))


def an_entry() -> Entry:
    return Entry.objects.create(service=SERVICE, name="Debt advice", phone="01206 1")


def to_check(people: dict[str, Thing]) -> dict[str, Thing]:
    """Somebody who came in and may be a child of each household."""
    things = {"absent": Thing({"check": uuid4()}, None)}
    for where, thing in people.items():
        check = a_check(Person.objects.get(pk=thing.arguments["one"]))
        things[where] = Thing({"check": check.pk}, check.scope, is_check=True)
    return things


def a_failed_job() -> FailedJob:
    return FailedJob.objects.create(job=1, name="returns.remind.scheduled", tries=4, why="ValueError")


def an_undelivered_email() -> Email:
    told = {"recipient": "fay@example.org", "subject": "A concern", "body": "Read it.", "kind": "concern_raised"}
    return Email.objects.create(**told, state=Email.State.FAILED, next_try_at=AT, tries=8)


def mother_of(child: UUID) -> UUID:
    return Relationship.objects.filter(other=child).values_list("person_id", flat=True)[0]


def a_carer(case: CaseMade, child: UUID) -> UUID:
    """Says that the child's mother cares for it as well. Returns the tie, which lies where the family does."""
    mother = Relationship.objects.get(other=child)
    tie = Relationship(person=mother.person, kind="carer", other=mother.other, recorded_at=AT)
    tie.scope = case.family_scope
    tie.save()
    return tie.pk


def the_groups(world: World) -> tuple[dict[str, Thing], dict[str, Thing]]:
    """A full run of Tendring and one of Colchester, for those who hold it, and the same for the coordinator."""
    runs = {}
    for where, area in (("own", "tendring"), ("other team", "colchester")):
        made = a_group(world, area=area)
        keys = {"ref": made.run.ref, "session": made.session.pk, "booking": made.booking.pk, "line": made.waiting.pk}
        runs[where] = Thing(keys | {"point": "start"}, made.run.scope)
    absent = {"ref": "G-ZZZZZZ", "session": uuid4(), "booking": uuid4(), "line": uuid4(), "point": "start"}
    runs["absent"] = Thing(absent, None)
    return runs, dict(runs)


def watched(world: World, cases: dict[str, Thing], here: Scope) -> dict[str, dict[str, Thing]]:
    """Case studies by where their case lies; a barrier, a meeting and a sample of the service."""
    studies = {where: a_study(world, thing.arguments["ref"]) for where, thing in cases.items() if thing.scope}
    barrier, action, item = a_barrier(world), an_action(world), an_item(world)
    held = {
        "case-studies": {where: Thing({"ref": one.ref}, cases[where].scope) for where, one in studies.items()},
        "barriers": {"own": Thing({"ref": barrier.ref}, barrier.scope)},
        "meetings": {"own": Thing({"ref": action.meeting.ref, "action": action.pk}, here)},
        "samples": {"own": Thing({"ref": item.sample.ref}, here)},
        "audits": {"own": Thing({"ref": item.sample.ref, "item": item.pk}, here)},
    }
    for things in held.values():
        absent = {"ref": "X-ZZZZZZ", "action": uuid4(), "item": uuid4()}
        things["absent"] = Thing({name: absent[name] for name in things["own"].arguments}, None)
    return held


def filled(page: Page, things: dict[str, dict[str, Thing]]) -> Iterator[tuple[str, str, Thing | None]]:
    """Each address of a page: (where, address, what it is about)."""
    if not page.parameters:
        yield "", reverse(page.name), None
        return
    kind = page.route.split("/")[0]
    assert kind in things, f"Nobody knows how to fill in {page.route}: add a thing to this test"
    for where, thing in things[kind].items():
        missing = set(page.parameters) - set(thing.arguments)
        assert not missing, f"Nobody knows {missing} of {page.route}: add it to the thing {kind}"
        yield where, reverse(page.name, kwargs={name: thing.arguments[name] for name in page.parameters}), thing


# May be absent for somebody who may open the page: nothing was attached, nothing is left to be entered, another made it.
MAY_BE_ABSENT = {
    "oversight:evidence_detach",
    "oversight:value_enter",
    "practice:worker_cases",
    "practice:request_reply",
    "practice:request_reply_words",
    "practice:entry_new",  # of what is about nobody; others are begun on the page of what they are about
    "practice:entry_fill_in",
}


def wrong(page: Page, actor: Actor | None, thing: Thing | None, answer: HttpResponse) -> str:
    """Why this answer may not be; empty where it may."""
    status, spec = answer.status_code, page.spec
    if actor is None and spec.signed_in:
        return (
            ""
            if status == 302 and "/account/login" in answer["Location"]
            else "signed out people must be sent to sign in"
        )
    if spec.allow is None:
        return "" if status in (200, 204, 302) else "anybody may open it"
    if actor is None or not actor.has(spec.allow):
        return "" if status == 403 else f"must be 403 without {spec.allow}"
    if thing is None:
        # 409: her service has no contract in force.
        return (
            "" if status in (200, 302, 405) or (status == 409 and actor.service != SERVICE) else "holds the permission"
        )
    reaches = within_reach(page, actor, thing)
    if thing.made_by is not None or page.name == "partners:sent":
        reaches = thing.made_by == actor.id  # the same for a restricted family: whoever referred cannot tell
    if thing.is_check and thing.scope is not None and thing.scope.restricted:
        reaches = reaches and actor.has(Permission.DECIDE_CONCERN)
    if not reaches:
        return "" if status == 404 else "must be 404 out of reach"
    if status == 404 and (page.name in MAY_BE_ABSENT or thing.is_draft):
        return ""
    return "" if status in (200, 302, 405) else "is within reach"


def within_reach(page: Page, actor: Actor, thing: Thing) -> bool:
    """Whether the thing is the actor's to meet; where it names roles, in one of those."""
    if page.name == "practice:register":  # the list itself is there for whoever may see such entries at all
        return bool(set(thing.seen_by) & {held.role for held in actor.held if held.service == SERVICE})
    if thing.scope is None or page.spec.allow is None or not actor.can(page.spec.allow, thing.scope):
        return False
    is_written = page.name == "practice:entry_about" or page.name.startswith("practice:added")
    roles = thing.written_by if is_written else thing.seen_by
    return not roles or bool(actor.role_keys & {f"{role}@{key}" for role in roles for key in thing.scope.keys})


def test_nothing_opens_to_anybody_it_should_not(
    world: World, people: dict[str, User], things: dict[str, dict[str, Thing]]
):
    found = list(pages())
    assert len(found) > 50
    faults: list[str] = []
    for who in [None, *people]:
        client = Client()
        if who:
            client.force_login(people[who])
        actor = Actor.of(people[who]) if who else None
        for page in found:
            for where, address, thing in filled(page, things):
                answer = client.get(address)
                if why := wrong(page, actor, thing, answer):
                    faults.append(f"{who or 'signed out'} {page.name} ({where}): {answer.status_code}, {why}")
    assert not faults, "\n".join(faults)


def test_what_is_absent_and_what_is_forbidden_look_the_same(
    people: dict[str, User], things: dict[str, dict[str, Thing]]
):
    carol = Client()
    carol.force_login(people["carol"])
    for kind, name in (
        ("families", "practice:family"),
        ("cases", "practice:case"),
        ("requests", "practice:request"),
        ("concerns", "practice:concern"),
    ):
        forbidden, absent = (
            carol.get(reverse(name, args=[things[kind][where].arguments["ref"]])) for where in ("own", "absent")
        )
        assert forbidden.status_code == absent.status_code == 404

        def plain(answer: Any) -> str:
            import re

            return re.sub(r'nonce="[^"]+"|value="[^"]+"', "", answer.content.decode())

        assert plain(forbidden) == plain(absent)


def test_every_page_says_what_browsers_may_do(
    world: World, people: dict[str, User], things: dict[str, dict[str, Thing]]
):
    sam = Client()
    sam.force_login(people["sam"])
    for page in pages():
        if page.parameters or page.name.startswith("demo:"):
            continue
        answer = sam.get(reverse(page.name))
        policy = answer.headers.get("Content-Security-Policy", "")
        assert "unsafe-inline" not in policy, page.name
        assert "default-src" in policy, page.name
        assert answer.headers["X-Frame-Options"] == "DENY", page.name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", page.name
        if page.spec.signed_in and answer.status_code == 200:
            assert "no-store" in answer.headers["Cache-Control"], page.name
