"""No page says that something is saved which is not in the database: the same is the same only where every word of it is."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.evidence import commands as evidence
from fingerpost.agreements.requirements import commands as policies
from fingerpost.agreements.requirements.models import Policy
from fingerpost.exchange.imports import commands as imports
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.people.consent import commands as consents
from fingerpost.people.consent.models import Consent
from fingerpost.people.families.models import Membership
from fingerpost.proof.returns import commands as returns
from fingerpost.work.assessments import commands as assessments
from fingerpost.work.assessments.models import Assessment
from fingerpost.work.casework.commands import correct_contact
from fingerpost.work.casework.models import Case, Contact
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.outcomes.models import SchoolEvent
from fingerpost.work.referrals import commands as referrals
from fingerpost.work.workforce import commands as workforce
from fingerpost.work.workforce.models import Absence, Holding, Supervision
from tests.fixtures.browsing import Browser, Today, posted, words_of
from tests.fixtures.world import World, moment
from tests.pages.households import a_case, a_referral
from tests.pages.typing_in import first_answers, forms_of

pytestmark = pytest.mark.case("A2")

FIRST, OTHER = "Maya was glad to see us.", "Her mother was crying. She asked for help."


@pytest.fixture
def case(world: World, today: Today) -> Case:
    made, *_ = a_case(world)
    Contact.objects.all().delete()
    Case.objects.filter(pk=made.row.pk).update(closed_at=None, closure_reason="")
    today.is_(2010, 9, 15)
    return Case.objects.get(pk=made.row.pk)


def contact(**more: Any) -> dict[str, Any]:
    told = {"kind": "casework_session", "day": "14/9/2010", "clock": "9:30", "minutes": "60", "attended": "yes"}
    return {**told, "note": FIRST, **more}


def notes() -> list[str]:
    return list(Contact.objects.order_by("recorded_at", "id").values_list("note", flat=True))


class TestAContact:
    def test_with_other_words_is_asked_about_and_kept_when_it_is_another_one(
        self, browser: Browser, case: Case
    ) -> None:
        alice = browser("alice")
        posted(alice, "practice:record_contact", case.ref, **contact())
        again = alice.post(reverse("practice:record_contact", args=[case.ref]), contact(note=OTHER))
        page = words_of(again)
        assert "You recorded a contact at this time already. Is this another one?" in page
        assert FIRST in page
        assert OTHER in page
        assert notes() == [FIRST]
        posted(alice, "practice:record_contact", case.ref, **contact(note=OTHER, is_another="on"))
        assert sorted(notes()) == sorted([FIRST, OTHER])

    @pytest.mark.parametrize(
        "more",
        [{"attended": "no"}, {"minutes": "45"}, {"note": ""}],
        ids=["attended", "minutes", "no note"],
    )
    def test_that_differs_in_anything_is_not_the_same(self, browser: Browser, case: Case, more: dict[str, str]) -> None:
        alice = browser("alice")
        posted(alice, "practice:record_contact", case.ref, **contact())
        assert alice.post(reverse("practice:record_contact", args=[case.ref]), contact(**more)).status_code == 200
        assert notes() == [FIRST]

    def test_that_is_the_same_in_every_word_is_one(self, browser: Browser, case: Case) -> None:
        alice = browser("alice")
        for _ in range(2):
            posted(alice, "practice:record_contact", case.ref, **contact())
        assert notes() == [FIRST]

    def test_told_again_with_another_next_day_moves_the_next_day(self, browser: Browser, case: Case) -> None:
        alice = browser("alice")
        posted(alice, "practice:record_contact", case.ref, **contact())
        posted(alice, "practice:record_contact", case.ref, **contact(next_due_on="20/9/2010"))
        case.refresh_from_db()
        assert case.next_due_on == date(2010, 9, 20)

    def test_of_another_kind_at_that_time_is_a_record_of_its_own(self, browser: Browser, case: Case) -> None:
        alice = browser("alice")
        for kind in ("casework_session", "phone_call"):
            posted(alice, "practice:record_contact", case.ref, **contact(kind=kind))
        assert notes() == [FIRST, FIRST]

    def test_of_a_colleague_at_that_time_is_a_record_of_its_own(self, browser: Browser, case: Case) -> None:
        posted(browser("alice"), "practice:record_contact", case.ref, **contact())
        posted(browser("bob"), "practice:record_contact", case.ref, **contact(note=OTHER))
        assert sorted(notes()) == sorted([FIRST, OTHER])


class TestTheSameForm:
    def opened(self, browser: Browser, case: Case) -> tuple[Any, str, dict[str, Any]]:
        alice, address = browser("alice"), reverse("practice:record_contact", args=[case.ref])
        (form,) = (one for one in forms_of(alice.get(address).content.decode()) if one.token and not one.action)
        return alice, address, first_answers(form, contact())

    def test_sent_after_back_with_other_words_keeps_or_asks(self, browser: Browser, case: Case) -> None:
        alice, address, told = self.opened(browser, case)
        assert alice.post(address, told).status_code == 302
        later = alice.post(address, told | {"note": OTHER})
        assert later.status_code == 200, "it said that the other words were saved"
        assert OTHER in words_of(later)

    def test_sent_after_back_at_another_time_is_another_contact(self, browser: Browser, case: Case) -> None:
        alice, address, told = self.opened(browser, case)
        alice.post(address, told)
        assert alice.post(address, told | {"note": OTHER, "clock": "11:00"}).status_code == 302
        assert sorted(notes()) == sorted([FIRST, OTHER])

    def test_sent_twice_as_it_is_acts_once_even_after_other_words(self, browser: Browser, case: Case) -> None:
        alice, address, told = self.opened(browser, case)
        other = told | {"note": OTHER, "clock": "11:00"}
        for form in (told, other, told, other):
            assert alice.post(address, form).status_code == 302
        assert sorted(notes()) == sorted([FIRST, OTHER])


def test_a_contact_of_a_list_with_other_words_is_kept(world: World, sam: Actor, case: Case) -> None:
    rows = "Case,Date,Kind,Minutes,Worker,Note\n" + "".join(
        f"{case.ref},14/09/2010,Casework session,60,alice@example.org,{note}\n" for note in (FIRST, OTHER)
    )
    report = _brought(world, sam, rows)
    assert (report.written.added, report.faulty) == (2, 0)
    more = rows + f"{case.ref},14/09/2010,Casework session,60,alice@example.org,A third\n"
    report = _brought(world, sam, more)
    assert (report.written.added, report.written.unchanged) == (1, 2)
    assert sorted(notes()) == sorted([FIRST, OTHER, "A third"])


def test_a_contact_known_by_its_number_is_corrected_by_its_list_and_named_once_somebody_wrote_in_it(
    world: World, sam: Actor, case: Case
) -> None:
    head = "Contact,Case,Date,Kind,Minutes,Worker,Note\n"
    row = f"K1,{case.ref},14/09/2010,Casework session,60,alice@example.org,"
    _brought(world, sam, head + row + FIRST + "\n")
    again = _brought(world, sam, head + row + FIRST + "\n\n")
    other = _brought(world, sam, head + row + OTHER + "\n")
    assert not again.to_look_at
    assert (other.written.changed, notes(), list(other.to_look_at)) == (1, [OTHER], [])
    contact, at = Contact.objects.get(), moment(2010, 9, 16)
    assert contact.revision == 2, "whoever has it open on a page is told"
    correct_contact(world.actor("alice"), contact, revision=2, reason="Misheard", note="Put right by the worker", at=at)
    third = _brought(world, sam, head + row + FIRST + "\n\n\n")
    assert ["Put right by the worker, not" in fault.message for fault in third.to_look_at] == [True]
    assert notes() == ["Put right by the worker"]


def _brought(world: World, actor: Actor, rows: str) -> Any:
    at = moment(2010, 9, 15)
    received = imports.receive(
        actor,
        Scope.of(service=world.service),
        service=world.service,
        kind="contacts",
        file_name="contacts.csv",
        content=BytesIO(rows.encode()),
        at=at,
    )
    return imports.apply(actor, received, at=at)


class TestOtherRecords:
    """Whatever else is "the same" when it is told again."""

    def test_an_absence_with_other_words(self, world: World, bob: Actor, case: Case) -> None:
        holding = Holding.objects.filter(user=world.users["alice"]).first()
        told = {"started_on": date(2010, 9, 1), "reason": "sickness", "at": moment(2010, 9, 15)}
        told["reason"] = Absence.Reason.values[0]
        workforce.record_absence(bob, holding, **told)
        workforce.record_absence(bob, holding, **told)
        for other in ({"note": OTHER}, {"ended_on": date(2010, 9, 3)}, {"reason": Absence.Reason.values[1]}):
            with pytest.raises(Refused, match="recorded as away from 1 September 2010"):
                workforce.record_absence(bob, holding, **{**told, **other})
        assert Absence.objects.count() == 1

    def test_supervision_keeps_the_words_of_both_also_where_one_is_within_the_other(
        self, world: World, bob: Actor, case: Case
    ) -> None:
        given = {"service": world.service, "team": case.team, "worker": world.users["alice"]}
        given |= {"held_on": date(2010, 9, 14), "at": moment(2010, 9, 15)}
        for note in ("She is not well", "well", "She is not well"):
            workforce.supervise(bob, case, note=note, **given)
        assert Supervision.objects.get(held_on=date(2010, 9, 14)).note == "She is not well\n\nwell"

    def test_an_agreed_action_with_another_day(self, world: World, bob: Actor, case: Case) -> None:
        met = Supervision.objects.first()
        told = {"what": "Ring the school", "owner": world.users["alice"], "at": moment(2010, 12, 2)}
        days = [date(2010, 12, 6), date(2010, 12, 6), date(2010, 12, 9)]
        made = {workforce.agree_action(bob, met, due_on=day, **told).due_on for day in days}
        assert made == set(days)

    def test_an_assessment_with_another_summary(self, alice: Actor, case: Case) -> None:
        told = {"assessed_on": date(2010, 9, 1), "author": "Ann", "needs": ["parenting_support"]}
        before = Assessment.objects.count()
        for summary in (FIRST, FIRST, OTHER):
            assessments.record(alice, case.family, summary=summary, **told, at=moment(2010, 9, 15))
        assert Assessment.objects.count() == before + 2

    def test_an_event_at_school_keeps_the_words_of_both(self, world: World, alice: Actor, case: Case) -> None:
        kind = next(iter(rules(world.service, date(2010, 9, 15)).contract.pathway.school_events))
        parent = Membership.objects.filter(family=case.family, part="parent").first().person
        for note in (FIRST, FIRST, OTHER):
            outcomes.record_school_event(
                alice,
                case.family,
                service=world.service,
                person=parent,
                kind=kind,
                happened_on=date(2010, 9, 14),
                note=note,
                at=moment(2010, 9, 15),
            )
        assert SchoolEvent.objects.get().note == f"{FIRST}\n\n{OTHER}"

    def test_an_answer_about_sharing_given_again_in_other_words(self, alice: Actor, case: Case) -> None:
        told = {"kind": Consent.Kind.CASE_STUDY, "answer": Consent.Answer.GIVEN}
        for note in ("On the phone", "On the phone", "In writing, and only without the school's name"):
            consents.answer(
                alice, case.family, **told, answered_at=moment(2010, 9, 14), note=note, at=moment(2010, 9, 15)
            )
        kept = Consent.objects.filter(family=case.family, kind=Consent.Kind.CASE_STUDY)
        assert kept.count() == 2
        assert "without the school's name" in kept.get(ended_at=None).note

    def test_a_case_study_begun_a_second_time_with_other_words(self, world: World, alice: Actor, case: Case) -> None:
        told = {"title": "A morning", "at": moment(2010, 9, 15)}
        returns.write(alice, case, text=FIRST, **told)
        returns.write(alice, case, text=FIRST, **told)
        with pytest.raises(Refused, match="Open it, and change it there"):
            returns.write(alice, case, text=OTHER, **told)

    def test_a_policy_of_the_same_name_with_another_owner_and_a_version_with_other_words(
        self, world: World, sam: Actor
    ) -> None:
        where, at = Scope.of(service=world.service), moment(2010, 9, 15)
        kept = policies.keep_policy(sam, where, service=world.service, title="Lone visits", owner="Sam", at=at)
        with pytest.raises(Refused, match="Sam owns it"):
            policies.keep_policy(sam, where, service=world.service, title="Lone visits", owner="Bob", at=at)
        told = {"version": "1", "issued_on": date(2010, 9, 1), "review_on": date(2011, 9, 1), "at": at}
        policies.issue_policy(sam, kept, text=FIRST, **told)
        policies.issue_policy(sam, kept, text=FIRST, **told)
        with pytest.raises(Refused, match="Give this one another"):
            policies.issue_policy(sam, kept, text=OTHER, **told)
        policies.withdraw_policy(sam, kept, on=date(2010, 9, 10), reason="Replaced", at=at)
        with pytest.raises(Refused, match="withdrawn already"):
            policies.withdraw_policy(sam, kept, on=date(2010, 9, 12), reason="Other words", at=at)
        assert Policy.objects.get(pk=kept.pk).withdrawn_on == date(2010, 9, 10)

    def test_evidence_laid_beside_its_clause_with_another_title(self, world: World, sam: Actor, case: Case) -> None:
        agreement, at = Agreement.objects.get(), moment(2010, 9, 15)
        clause = next(iter(rules(world.service, at.date()).contract.clauses))
        told = {"clause": clause, "record_kind": "casework.case", "record_id": case.pk, "at": at}
        evidence.attach(sam, agreement, title="A case", **told)
        evidence.attach(sam, agreement, title="A case", **told)
        with pytest.raises(Refused, match="as “A case”"):
            evidence.attach(sam, agreement, title="Another title", **told)

    def test_a_request_withdrawn_twice_for_two_reasons(self, world: World, bob: Actor) -> None:
        asked, at = a_referral(world), moment(2010, 9, 15)
        referrals.withdraw(bob, asked, reason="Moved away", at=at)
        with pytest.raises(Refused, match="withdrawn on 15 September 2010 already"):
            referrals.withdraw(bob, asked, reason="Changed their mind", at=at)
