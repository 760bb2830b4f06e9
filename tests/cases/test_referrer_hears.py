"""Whoever refers is told whom to ring, and hears by email that it arrived and was decided. Nothing of the family is in it."""

import pytest

from fingerpost.ground.access.actor import Actor
from fingerpost.language.compile import check
from fingerpost.language.read import read_folder
from fingerpost.language.vocabulary import VOCABULARY
from fingerpost.people.correspondence.models import Email
from fingerpost.people.schooling.models import Exclusion
from fingerpost.work.assessments.models import Assessment
from fingerpost.work.referrals import commands as referrals
from fingerpost.work.referrals import telling
from fingerpost.work.referrals.models import Referral, Request
from fingerpost.work.referrals.telling import ARRIVED, DECIDED
from tests.fixtures.browsing import Browser, Today, opened
from tests.fixtures.world import CONTRACT, World, moment
from tests.pages.households import a_referral

pytestmark = pytest.mark.case("P11")


def emails(kind: str) -> list[Email]:
    return list(Email.objects.filter(kind=kind))


@pytest.fixture
def asked(world: World, today: Today) -> Request:
    today.is_(2010, 9, 2)
    return a_referral(world)


def test_it_arrived(asked: Request) -> None:
    (email,) = emails(ARRIVED)
    assert email.recipient == "erin@example.org"
    assert asked.ref in email.subject
    assert "sign in at http" in email.body
    assert "01632 960150" in email.body
    assert not {"Maya", "Sarah", "Quill", "Sea", "Quay"} & set((email.subject + email.body).replace(",", " ").split())


@pytest.mark.parametrize("excluded", [True, False], ids=["accepted", "refused"])
def test_it_was_decided_and_once(world: World, asked: Request, excluded: bool) -> None:
    if not excluded:
        Exclusion.objects.all().delete()
    bob = world.actor("bob")
    decided = referrals.decide(bob, asked, at=moment(2010, 9, 2))
    if decided.outcome:
        referrals.decide(bob, decided, at=moment(2010, 9, 3))
    (*_, last) = emails(DECIDED) or [None]
    assert len(emails(DECIDED)) == (1 if decided.outcome else 0), decided.status
    if last:
        assert "accept" not in last.body
        assert "Quill" not in last.body


def test_while_it_waits_for_something_nothing_is_sent(world: World, asked: Request) -> None:
    Exclusion.objects.all().delete()
    Assessment.objects.all().delete()
    decided = referrals.decide(world.actor("bob"), asked, at=moment(2010, 9, 2))
    assert decided.outcome == ""
    assert not emails(DECIDED)


def test_a_restricted_family_is_answered_by_the_same_words_and_nothing_more(world: World, today: Today) -> None:
    today.is_(2010, 9, 2)
    plain, hidden = a_referral(world, last_name="Reed"), a_referral(world, last_name="Marsh", restricted=True)
    one, other = (email for email in emails(ARRIVED))
    refs = {plain.ref, hidden.ref}
    words = {email.body.replace(next(ref for ref in refs if ref in email.body), "R") for email in (one, other)}
    assert len(words) == 1
    referrals.decide(Actor.system(), hidden, at=moment(2010, 9, 2))
    assert not emails(DECIDED)


def test_the_page_says_whom_to_ring(browser: Browser, asked: Request) -> None:
    erin = browser("erin")
    for name in ("partners:sent", "partners:reply"):
        page = opened(erin, name, asked.ref)
        assert "01632 960150 (Monday to Friday, 9am to 5pm)" in page
        assert "parent.support@example.org" in page


def test_a_list_of_earlier_years_tells_nobody(asked: Request) -> None:
    before = Email.objects.count()
    referral = Referral.objects.get(ref=asked.ref)
    referral.batch = asked.pk
    telling.arrived(referral)
    assert Email.objects.count() == before


@pytest.mark.parametrize(
    ("contact", "says"),
    [
        ("{phone: ring us}", "ring us is not a telephone number"),
        ("{email: nobody}", "nobody is not an email address"),
        ("{hours: Monday}", "neither a telephone number nor an email address"),
        ("{phone: +44 1632 960150, email: a@example.org}", ""),
        ("{phone: (01632) 960150}", ""),
    ],
)
def test_the_contract_is_checked(contact: str, says: str) -> None:
    sources = dict(read_folder(CONTRACT))
    agreement = sources["agreement.yaml"]
    start = agreement.index("contact:")
    end = agreement.index("areas:")
    sources["agreement.yaml"] = agreement[:start] + f"contact: {contact}\n" + agreement[end:]
    said = " ".join(fault.message for fault in check(sources, VOCABULARY))
    assert says in said
    assert bool(says) == ("contact" in said.lower() or "telephone" in said or "email" in said)
