"""Cases: opened on an accepted request, allocated, worked, discussed, closed."""

from datetime import timedelta

import pytest

from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.tracking import changes
from fingerpost.ground.places.models import area_key
from fingerpost.people.families.models import Address, Family, Membership, Person
from fingerpost.people.families.queries import find
from fingerpost.people.schooling import commands as schooling
from fingerpost.work.casework import commands, queries
from fingerpost.work.casework.models import Allocation, Case, CaseChild, Contact
from fingerpost.work.referrals import commands as referrals
from fingerpost.work.referrals import queries as requests
from fingerpost.work.referrals.models import Request
from tests.fixtures.cases import OPENED, accepted, allocated, supervised
from tests.fixtures.families import household
from tests.fixtures.referrals import assessed, received
from tests.fixtures.world import SERVICE, World, moment

LATER = OPENED + timedelta(days=14)


class TestOpening:
    def test_a_case_takes_over_the_children_and_the_locality(self, world: World, bob: Actor) -> None:
        request = accepted(household(children=["Ada", "Ben"]))
        alice = world.users["alice"]
        case = commands.allocate(bob, request, worker=alice, at=OPENED)
        assert (case.home_area_id, case.opened_at, case.worker_id) == (area_key(SERVICE, "tendring"), OPENED, alice.pk)
        assert CaseChild.objects.filter(case=case).count() == 2
        request.refresh_from_db()
        assert request.opened_at == OPENED
        assert commands.allocate(bob, request, worker=alice, at=OPENED) == case

    def test_only_an_accepted_request_becomes_a_case(self, world: World, alice: Actor, bob: Actor) -> None:
        request = received(household(), alice, at=OPENED)
        with pytest.raises(Refused, match="awaiting a decision, so it cannot be allocated"):
            commands.allocate(bob, request, worker=world.users["alice"], at=OPENED)
        assert not Case.objects.exists()

    def test_no_case_is_opened_after_the_funding_has_ended(self, world: World, bob: Actor) -> None:
        request = accepted(household(), moment(2011, 3, 30))
        with pytest.raises(Refused, match="Funding ended on 31 March 2011"):
            commands.allocate(bob, request, worker=world.users["alice"], at=moment(2011, 4, 1))

    def test_one_family_has_one_open_case(self, world: World, bob: Actor) -> None:
        home = household()
        case = commands.allocate(bob, accepted(home), worker=world.users["alice"], at=OPENED)
        with pytest.raises(Refused, match=case.ref):
            commands.allocate(bob, accepted(home), worker=world.users["alice"], at=OPENED)

    def test_a_worker_may_not_allocate(self, world: World, alice: Actor) -> None:
        with pytest.raises(NotAllowed):
            commands.allocate(alice, accepted(household()), worker=world.users["alice"], at=OPENED)


class TestAllocating:
    def test_every_row_of_the_family_follows_the_case(self, world: World, alice: Actor, carol: Actor) -> None:
        home = household(children=["Ada", "Ben"])
        allocated(world, worker="carol", home=home)
        for model in (Family, Person, Membership, Address, Request, Case, CaseChild, Allocation):
            rows = model.objects.visible_to(carol)
            assert rows.count() == model.objects.count() > 0, model
            assert not model.objects.visible_to(alice).exists(), "the case is Carol's"

    def test_a_case_that_moves_takes_its_rows_from_the_last_worker(
        self, world: World, bob: Actor, carol: Actor
    ) -> None:
        case = allocated(world, worker="carol")
        commands.transfer(bob, case, worker=world.users["alice"], reason="Carol is on leave", at=LATER)
        assert not Case.objects.visible_to(carol).exists()
        assert not Family.objects.visible_to(carol).exists()
        assert list(Allocation.objects.order_by("since").values_list("worker__name", "until")) == [
            ("Carol Reed", LATER),
            ("Alice Marsh", None),
        ]

    def test_who_referred_and_her_school_still_follow_the_request(self, world: World, bob: Actor, erin: Actor) -> None:
        home = household()
        school = Scope.of(service=SERVICE, organisation=erin.organisation_id, users=[erin.id])
        request = received(home, erin, at=OPENED, scope=school)
        assessed(home, bob, on=OPENED.date(), at=OPENED)
        schooling.record_exclusion(bob, home.child, kind="fixed_term", started_on=OPENED.date(), sessions=2, at=OPENED)
        referrals.decide(bob, request, at=OPENED)
        commands.allocate(bob, request, worker=world.users["alice"], at=OPENED)
        request.refresh_from_db()
        assert {f"organisation:{erin.organisation_id}", f"user:{erin.id}"} <= set(request.scope_keys)
        assert [row.ref for row in requests.made_by(erin)] == [request.ref]
        assert not Case.objects.visible_to(erin, Permission.MAKE_REQUEST).exists()

    def test_the_home_locality_comes_first(self, world: World, bob: Actor) -> None:
        offered = queries.possible_workers(accepted(household()), OPENED.date())
        assert [(person.name, person.is_home) for person in offered] == [("Alice Marsh", True), ("Carol Reed", False)]

    def test_somebody_who_holds_no_such_post_cannot_take_a_case(self, world: World, bob: Actor) -> None:
        request = accepted(household())
        with pytest.raises(Refused, match="holds no post") as refusal:
            commands.allocate(bob, request, worker=world.users["sam"], at=OPENED)
        assert refusal.value.field == "worker"
        request.refresh_from_db()
        assert request.opened_at is None, "nothing is left half done"

    def test_the_same_allocation_twice_changes_nothing(self, world: World, bob: Actor) -> None:
        request = accepted(household())
        first = commands.allocate(bob, request, worker=world.users["alice"], at=OPENED)
        second = commands.allocate(bob, request, worker=world.users["alice"], at=LATER)
        assert (first.pk, first.revision) == (second.pk, second.revision)
        assert Allocation.objects.count() == 1

    def test_a_stale_revision_shows_what_the_other_wrote(self, world: World, bob: Actor) -> None:
        case = allocated(world)
        commands.edit(world.actor("alice"), case, revision=case.revision, focus="Mornings", at=OPENED)
        with pytest.raises(ChangedMeanwhile) as refusal:
            commands.transfer(bob, case, worker=world.users["carol"], reason="Nearer", revision=case.revision, at=LATER)
        assert refusal.value.theirs.focus == "Mornings"


class TestContacts:
    def test_a_session_counts_and_a_call_does_not(self, world: World, alice: Actor) -> None:
        case = allocated(world)
        due = LATER.date() + timedelta(days=7)
        session = commands.record_contact(
            alice, case, kind="casework_session", happened_at=LATER, minutes=50, next_due_on=due, at=LATER
        )
        call = commands.record_contact(alice, case, kind="phone_call", happened_at=LATER, minutes=5, at=LATER)
        assert (session.counts_as_session, call.counts_as_session) == (True, False)
        case.refresh_from_db()
        assert (case.last_contact_at, case.next_due_on) == (LATER, due)

    def test_the_same_contact_twice_is_one(self, world: World, alice: Actor) -> None:
        case = allocated(world)
        for _ in range(2):
            commands.record_contact(alice, case, kind="casework_session", happened_at=LATER, minutes=50, at=LATER)
        assert Contact.objects.count() == 1

    def test_saving_one_is_quick(
        self, world: World, alice: Actor, django_assert_max_num_queries: pytest.fixture
    ) -> None:
        case = allocated(world)
        with django_assert_max_num_queries(9):
            commands.record_contact(alice, case, kind="casework_session", happened_at=LATER, minutes=50, at=LATER)

    def test_the_history_says_who_recorded_it(self, world: World, alice: Actor) -> None:
        contact = commands.record_contact(
            alice, allocated(world), kind="phone_call", happened_at=LATER, minutes=5, at=LATER
        )
        (change,) = changes(contact)
        assert (change["name"], change["command"]) == ("Alice Marsh", "contacts.record_contact")

    @pytest.mark.parametrize(
        ("words", "field"),
        [
            ({"kind": "seance"}, "kind"),
            ({"happened_at": LATER + timedelta(hours=1)}, "happened_at"),
            ({"happened_at": OPENED - timedelta(days=1)}, "happened_at"),
            ({"minutes": 1441}, "minutes"),
            ({"minutes": -1}, "minutes"),
        ],
    )
    def test_what_cannot_have_been_is_refused(self, world: World, alice: Actor, words: dict, field: str) -> None:
        given = {"kind": "casework_session", "happened_at": LATER, "minutes": 50, **words}
        with pytest.raises(Refused) as refusal:
            commands.record_contact(alice, allocated(world), **given, at=LATER)
        assert refusal.value.field == field
        assert not Contact.objects.exists()

    def test_a_correction_keeps_what_stood_and_counts_again(self, world: World, alice: Actor) -> None:
        case = allocated(world)
        contact = commands.record_contact(alice, case, kind="phone_call", happened_at=LATER, minutes=5, at=LATER)
        corrected = commands.correct_contact(
            alice, contact, revision=1, kind="casework_session", minutes=45, reason="It was a visit", at=LATER
        )
        assert (corrected.counts_as_session, corrected.revision) == (True, 2)
        assert changes(corrected)[0]["reason"] == "It was a visit"
        with pytest.raises(ChangedMeanwhile) as refusal:
            commands.correct_contact(alice, contact, revision=1, minutes=50, at=LATER)
        assert refusal.value.theirs.minutes == 45

    def test_another_team_neither_sees_nor_writes(self, world: World, carol: Actor, dave: Actor) -> None:
        case = allocated(world)
        for actor in (carol, dave):
            with pytest.raises(NotAllowed):
                commands.record_contact(actor, case, kind="phone_call", happened_at=LATER, minutes=5, at=LATER)
            with pytest.raises(Case.DoesNotExist):
                queries.case_page(actor, case.ref)
            with pytest.raises(Family.DoesNotExist):
                queries.family_page(actor, case.family.ref)
        assert queries.my_cases(carol).rows == []


class TestEditing:
    def test_the_later_of_two_sees_both_versions(self, world: World, alice: Actor) -> None:
        case = allocated(world)
        read = case.revision
        commands.edit(alice, case, revision=read, focus="Getting to school on time", at=LATER)
        with pytest.raises(ChangedMeanwhile) as refusal:
            commands.edit(alice, case, revision=read, focus="Sleep", at=LATER)
        assert refusal.value.theirs.focus == "Getting to school on time"


class TestClosing:
    def test_the_reason_decides_whether_a_service_is_named(self, world: World, alice: Actor) -> None:
        case = allocated(world)
        supervised(world, case, at=LATER, decided="refer_on")
        with pytest.raises(Refused) as refusal:
            commands.close(alice, case, reason="referred_on", at=LATER)
        assert refusal.value.field == "destination"
        with pytest.raises(Refused) as refusal:
            commands.close(alice, case, reason="tired", at=LATER)
        assert refusal.value.field == "reason"

    def test_a_case_is_closed_once(self, world: World, alice: Actor) -> None:
        case = allocated(world)
        supervised(world, case, at=LATER)
        closed = commands.close(alice, case, reason="needs_met", outcomes_met="fully", at=LATER)
        assert (closed.closed_at, closed.next_due_on) == (LATER, None)
        with pytest.raises(Refused, match="closed on 29 June 2010"):
            commands.close(alice, case, reason="needs_met", at=LATER)
        with pytest.raises(ChangedMeanwhile):
            commands.close(alice, case, reason="needs_met", revision=case.revision, at=LATER)

    def test_supervision_that_decides_to_go_on_keeps_it_open(self, world: World, alice: Actor) -> None:
        case = allocated(world)
        supervised(world, case, at=LATER, decided="extend")
        with pytest.raises(Refused, match="go on for longer"):
            commands.close(alice, case, reason="needs_met", at=LATER)

    def test_a_contact_before_the_closing_may_come_late(self, world: World, alice: Actor) -> None:
        case = allocated(world)
        supervised(world, case, at=LATER)
        commands.close(alice, case, reason="needs_met", at=LATER)
        late = LATER + timedelta(days=3)
        before = LATER - timedelta(days=2)
        commands.record_contact(alice, case, kind="casework_session", happened_at=before, minutes=50, at=late)
        with pytest.raises(Refused, match="cannot be later"):
            commands.record_contact(alice, case, kind="casework_session", happened_at=late, minutes=50, at=late)


class TestPages:
    def test_lists_ask_as_much_for_many_as_for_few(
        self, world: World, alice: Actor, bob: Actor, django_assert_max_num_queries: pytest.fixture
    ) -> None:
        for number in range(5):
            case = allocated(world, home=household(f"Name{number}", children=["Ada", "Ben"]))
            commands.record_contact(alice, case, kind="phone_call", happened_at=LATER, minutes=5, at=LATER)
        with django_assert_max_num_queries(2):
            page = queries.my_cases(alice)
        assert (page.total, len(page.rows), page.pages) == (5, 5, 1)
        assert {(row.children, row.last_contact_kind) for row in page.rows} == {(2, "phone_call")}
        with django_assert_max_num_queries(1):
            (load,) = queries.team_caseload(bob, SERVICE, LATER.date())
        assert (load.worker_name, load.open_cases, load.without_date) == ("Alice Marsh", 5, 5)
        with django_assert_max_num_queries(9):
            shown = queries.case_page(alice, case.ref)
        assert len(shown.contacts) == 1
        with django_assert_max_num_queries(6):
            family = queries.family_page(alice, case.family.ref)
        assert [member.person.first_name for member in family.members] == ["Pat", "Ada", "Ben"]
        assert (len(family.cases), len(family.requests)) == (1, 1)


def test_a_family_is_found_by_the_reference_of_its_case_or_request(world: World) -> None:
    case = allocated(world)
    alice, carol = world.actor("alice"), world.actor("carol")
    for ref in (case.ref, case.request.ref, case.ref.lower()):
        assert {found.family_id for found in find(alice, ref)} == {case.family_id}
        assert find(carol, ref) == []
