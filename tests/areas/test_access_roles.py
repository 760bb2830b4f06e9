"""Roles are the contract's: what a version says holds at once for whoever holds them; opening one wider needs a second person."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.cli import main
from fingerpost.ground.access import commands
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import Grant, ServiceRoles, User
from fingerpost.ground.access.permissions import PERMISSIONS, Permission
from fingerpost.ground.access.queries import people_of_service, people_with
from fingerpost.ground.access.roles import roles_in_force
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.ground.history.models import View
from fingerpost.language.read import read_folder
from tests.fixtures.browsing import opened, told
from tests.fixtures.world import CONTRACT, SERVICE, World, moment

AT = moment(2010, 10, 1)
LABELS = "caseworker: {label: Parent Support Advisor}\nsupervisor: {label: Senior Parent Support Advisor}\n"
SYSTEM = Actor.system("Set-up")


def adopt(roles: str | None, *, version: int = 2, by: Actor = SYSTEM) -> ServiceRoles:
    """The service's contract once more, with other roles; None for a version without a word on them."""
    sources = dict(read_folder(CONTRACT))
    sources["agreement.yaml"] = re.sub(r"(?m)^version: \d+", f"version: {version}", sources["agreement.yaml"])
    sources.pop("roles.yaml")
    if roles is not None:
        sources["roles.yaml"] = roles
    contracts.adopt(by, PLATFORM, sources=sources, in_force_from=date(2010, 4, version), at=AT)
    return ServiceRoles.objects.get(service=SERVICE, number=version)


@pytest.fixture
def ida(world: World) -> Actor:
    world.users["ida"] = User.objects.create_user("ida@example.org", name="Ida Fern")
    Grant.objects.create(user=world.users["ida"], role="administrator", reach="platform")
    return world.actor("ida")


def can(world: World, who: str, permission: Permission) -> bool:
    return world.actor(who).has(permission)


class TestAtOnce:
    def test_what_a_version_takes_away_is_gone_for_whoever_holds_the_role(self, world: World):
        less = sorted(str(one) for one in PERMISSIONS["caseworker"] - {Permission.RUN_GROUP})
        assert can(world, "alice", Permission.RUN_GROUP)
        adopt(f"caseworker: {{can: [{', '.join(less)}]}}")
        assert not can(world, "alice", Permission.RUN_GROUP)
        assert can(world, "alice", Permission.RECORD_CONTACT)
        assert can(world, "bob", Permission.RUN_GROUP)
        assert world.users["alice"] not in people_of_service(Permission.RUN_GROUP, SERVICE, AT)
        assert world.users["bob"] in people_of_service(Permission.RUN_GROUP, SERVICE, AT)

    def test_a_version_that_says_nothing_has_the_products_roles_again(self, world: World):
        adopt(None)
        assert roles_in_force(SERVICE, date(2010, 10, 1))["caseworker"].label == "Caseworker"
        assert world.actor("alice").held[0].label == "Caseworker"

    def test_before_its_day_the_version_before_holds(self, world: World):
        adopt("caseworker: {label: Family worker}", version=5)
        assert roles_in_force(SERVICE, date(2010, 4, 4))["caseworker"].label == "Parent Support Advisor"
        assert roles_in_force(SERVICE, date(2010, 4, 5))["caseworker"].label == "Family worker"
        assert roles_in_force("another", date(2010, 4, 5))["caseworker"].label == "Caseworker"

    def test_a_role_that_is_gone_lets_its_holder_do_nothing(self, world: World):
        una = User.objects.create_user("una@example.org", name="Una Hale")
        adopt(f"{LABELS}mentor: {{label: Mentor, like: caseworker, reach: [own]}}")
        commands.grant(SYSTEM, PLATFORM, user=una, role="mentor", reach=Grant.Reach.OWN, service=SERVICE, at=AT)
        assert Actor.of(una).has(Permission.RECORD_CONTACT)
        assert una in people_with(Permission.RECORD_CONTACT, [f"user:{una.pk}"], AT)
        adopt(LABELS, version=3)
        assert not any(Actor.of(una).has(permission) for permission in Permission)
        assert una not in people_with(Permission.RECORD_CONTACT, [f"user:{una.pk}"], AT)

    def test_a_role_of_restricted_families_reaches_them_without_a_word_at_the_grant(self, world: World):
        una = User.objects.create_user("una@example.org", name="Una Hale")
        adopt(f"{LABELS}trusted: {{label: Trusted, like: caseworker, reach: own, restricted: true}}")
        commands.grant(SYSTEM, PLATFORM, user=una, role="trusted", reach=Grant.Reach.OWN, service=SERVICE, at=AT)
        assert Actor.of(una).keys(Permission.VIEW_RESTRICTED) >= {f"user:{una.pk}"}

    def test_what_somebody_holds_is_one_query_once_it_was_read(self, world: World):
        world.actor("alice")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            Actor.of(world.users["alice"])
        assert len(asked) == 1


class TestGiven:
    @pytest.mark.parametrize(
        ("role", "reach", "field"),
        [
            ("nobody", "user", "role"),
            ("referrer", "service", "reach"),
            ("administrator", "service", "role"),
            ("later", "user", "role"),
        ],
    )
    def test_only_what_there_is_within_a_reach_that_it_is_given_for(
        self, world: World, role: str, reach: str, field: str
    ):
        adopt(f"{LABELS}later: {{label: Later, like: referrer, since: 2010-11-01}}")
        una = User.objects.create_user("una@example.org", name="Una Hale")
        with pytest.raises(Refused) as refusal:
            commands.grant(SYSTEM, PLATFORM, user=una, role=role, reach=Grant.Reach(reach), service=SERVICE, at=AT)
        assert refusal.value.field in (field, "reach")
        assert not Grant.objects.filter(user=una).exists()

    def test_the_command_line_gives_and_withdraws(self, world: World, capsys: pytest.CaptureFixture[str]):
        assert main(["user", "add", "una@example.org", "--name", "Una Hale", "--organisation", "quay_primary"]) == 0
        assert "/account/password/reset/key/" in capsys.readouterr().out
        held = ["una@example.org", "supervisor", "--service", SERVICE, "--reach", "team", "--team", "tendring"]
        assert main(["grant", *held]) == 0
        assert main(["user", "list"]) == 0
        assert f"una@example.org\tUna Hale\tsupervisor, {SERVICE}, team tendring" in capsys.readouterr().out
        assert main(["grant", "--withdraw", *held]) == 1
        assert "Say why" in capsys.readouterr().err
        assert main(["grant", "--withdraw", *held, "--reason", "Moved"]) == 0
        assert not Grant.objects.filter(user__email="una@example.org", until=None).exists()

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            (["caseworker", "--service", "essex"], "There is no service essex"),
            (["caseworker", "--service", SERVICE, "--reach", "team", "--team", "x"], "The service has no team x"),
            (["caseworker", "--service", SERVICE, "--reach", "area", "--area", "tendrin"], "Did you mean tendring"),
            (["caseworkr", "--service", SERVICE, "--reach", "own"], "There is no role caseworkr"),
            (["caseworker", "--reach", "own"], "Name the service"),
            (["administrator", "--reach", "platform", "--service", SERVICE], "name no service"),
        ],
    )
    def test_the_command_line_says_what_is_wrong(
        self, world: World, capsys: pytest.CaptureFixture[str], more: list[str], said: str
    ):
        assert main(["grant", "alice@example.org", *more]) == 1
        assert said in capsys.readouterr().err


class TestWider:
    WIDER = f"referrer: {{can: [make_request, view_figures], reach: own}}\n{LABELS}"

    def test_waits_for_a_second_person_and_stands_in_the_access_log(self, world: World, ida: Actor):
        kept = adopt(self.WIDER, by=ida)
        assert kept.waiting == {"referrer": ["view_figures"]}
        assert not can(world, "erin", Permission.VIEW_FIGURES)
        with pytest.raises(Refused, match="A second person"):
            commands.agree_wider_roles(ida, PLATFORM, kept=kept, at=AT)
        ivo = User.objects.create_user("ivo@example.org", name="Ivo Gale")
        Grant.objects.create(user=ivo, role="administrator", reach="platform")
        commands.agree_wider_roles(Actor.of(ivo), PLATFORM, kept=kept, at=AT)
        assert can(world, "erin", Permission.VIEW_FIGURES)
        (line,) = View.objects.filter(subject_kind="role")
        assert (line.actor_name, line.subject_ids) == ("Ivo Gale", [kept.pk])
        assert "referrer: view_figures" in line.why

    def test_of_a_role_that_nobody_holds_waits_for_nobody(self, world: World):
        assert adopt(f"quality_assurer: {{can: [audit_sample, view_figures], reach: service}}\n{LABELS}").waiting == {}

    def test_restricted_families_wait_as_well(self, world: World):
        kept = adopt(f"referrer: {{restricted: true}}\n{LABELS}")
        assert kept.waiting == {"referrer": ["restricted"]}
        assert not world.actor("erin").held[0].restricted

    def test_is_agreed_at_the_page(self, world: World, ida: Actor, client: Client, settings: Any):
        settings.REQUIRE_SECOND_FACTOR = False
        kept = adopt(self.WIDER)
        client.force_login(world.users["ida"])
        shown = opened(client, "setup:roles")
        assert "waits for a second person" in shown
        assert "Referrer: see figures" in shown
        assert "The roles may do that now." in told(client, "setup:roles_agree", kept.pk)
        assert "waits for a second person" not in opened(client, "setup:roles")
        assert can(world, "erin", Permission.VIEW_FIGURES)

    def test_the_page_says_the_contracts_words(self, world: World, ida: Actor, client: Client, settings: Any):
        settings.REQUIRE_SECOND_FACTOR = False
        client.force_login(world.users["ida"])
        assert "Senior Parent Support Advisor" in opened(client, "setup:people")
        assert "Senior Parent Support Advisor" in opened(client, "setup:roles")
        assert client.get(reverse("setup:review")).status_code == 200
