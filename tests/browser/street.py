"""A street of families at every stage, so that pages are looked at with something on them."""

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import UUID

from fingerpost.agreements.meetings.models import Action
from fingerpost.exchange.imports import commands as imports
from fingerpost.exchange.imports.models import List
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families import commands as families
from fingerpost.people.families.identity import upn_with_check_letter
from fingerpost.people.families.models import Membership, Person, Relationship
from fingerpost.people.schooling.models import Exclusion
from fingerpost.proof.quality.models import Barrier, Item
from fingerpost.proof.returns import commands as returns
from fingerpost.proof.returns.models import CaseStudy, Return
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case, Contact
from fingerpost.work.casework.occasions import occasion_of
from fingerpost.work.community.models import Say
from fingerpost.work.directory import commands as directory
from fingerpost.work.groups import commands as groups
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.outcomes.models import Invitation
from fingerpost.work.referrals import commands as referrals
from fingerpost.work.referrals.models import Request, RequestChild
from fingerpost.work.safeguarding import commands as safeguarding
from fingerpost.work.safeguarding.models import Concern
from tests.fixtures.assurance import a_barrier, a_study, an_action, an_item
from tests.fixtures.attendance import load_attendance, load_exclusions, weeks_before
from tests.fixtures.casebook import Casebook, Child
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.groups import OF_SERVICE, GroupMade, a_group, proposed_run
from tests.fixtures.returns import with_case_studies
from tests.fixtures.staff import StaffMade, everything
from tests.fixtures.world import SERVICE, World, moment
from tests.pages.households import CaseMade, a_case, a_concern, a_referral, a_return, a_say, an_invitation

TODAY = moment(2011, 1, 6, 15)
TERM_ENDS = moment(2010, 12, 17)
NAMES = ("Ashdown", "Barley", "Carver", "Dunmore", "Elm")
FOCUS = (
    "Getting to school on time",
    "Mornings and bedtimes",
    "Back to class after an exclusion",
    "Talking with school",
    "",
)
NOTE = (
    "Met Sarah at home. Mornings are hard since the new baby came. We agreed that Maya packs her bag the night before, and "
    "that I phone on Thursday.\nSarah asked about the breakfast club."
)


@dataclass(frozen=True)
class Street:
    """What was made, by what it is good for."""

    closed: CaseMade
    contact: UUID
    letter: UUID
    working: Case
    talk: UUID
    waiting: Request
    accepted: Request
    refused: Request
    concern: Concern
    referred: Concern
    sent: Return
    draft: Return
    bad_list: List
    good_list: List
    staff: StaffMade
    course: GroupMade
    drop_in: GroupMade
    proposed: str
    study: CaseStudy
    barrier: Barrier
    action: Action
    item: Item
    reply: Invitation
    open_invitation: Invitation
    say: Say


def build(world: World) -> Street:
    """Families of Alice's, requests that wait, a return that was sent and one begun, a list with faults and a loaded one."""
    draft = a_return(world)
    closed, contact, letter = a_case(world)
    sent = a_sent_return(world)
    cases = [an_open_case(world, name, number) for number, name in enumerate(NAMES)]
    some_months_of_attendance(world, Person.objects.get(pk=closed.children[0]))
    more_relatives(world, closed)
    accepted = a_request(world, "Gale")
    referrals.decide(world.actor("bob"), accepted, at=TODAY - timedelta(days=2))
    accepted.refresh_from_db()
    some_groups(world)
    return Street(
        closed=closed,
        contact=contact,
        letter=letter,
        working=cases[0],
        talk=Contact.objects.filter(case=cases[0]).values_list("pk", flat=True)[0],
        waiting=a_request(world, "Fenn"),
        accepted=accepted,
        refused=a_refused_request(world),
        concern=a_concern(world, cases[0]),
        referred=a_referred_concern(world, closed.row),
        sent=sent,
        draft=draft,
        bad_list=a_list(
            world, f"{HEAD}A000000000000,31/02/2011,AM,/\n{upn_with_check_letter('881500100000')},4/1/2011,AM,/\n"
        ),
        good_list=a_loaded_list(world, closed.children[0]),
        staff=everything(world),
        course=a_course(world),
        drop_in=a_group(world, offer="drop_in"),
        proposed=proposed_run(world, starts_on=date(2011, 1, 18), ends_on=date(2011, 3, 29)).ref,
        study=a_study(world, closed.row.ref),
        barrier=a_barrier(world),
        action=an_action(world),
        item=an_item(world),
        reply=an_invitation(world, closed),
        open_invitation=a_card_to_hand_out(world, cases[0]),
        say=a_say(world, closed),
    )


def a_card_to_hand_out(world: World, case: Case) -> Invitation:
    """A child of an open case asked what she thinks, who has not answered yet."""
    child = Membership.objects.get(family=case.family_id, part="child").person
    asked = {"respondent": "child", "person": child, "at": TODAY - timedelta(days=2)}
    return outcomes.ask(world.actor("alice"), occasion_of(case), **asked)


def a_request(world: World, last_name: str, received_at: datetime = TERM_ENDS) -> Request:
    """A request whose assessment and exclusion are so new that they count when it is decided soon."""
    days = {
        "excluded_on": (received_at - timedelta(days=21)).date(),
        "assessed_on": (received_at - timedelta(days=9)).date(),
    }
    return a_referral(world, last_name=last_name, at=received_at, **days)


def an_open_case(world: World, last_name: str, number: int) -> Case:
    """Alice's case with a contact or two; the next one is due a few days before or after today."""
    bob, alice = world.actor("bob"), world.actor("alice")
    begun = moment(2010, 10, 4 + number)
    asked = referrals.decide(bob, a_request(world, last_name, received_at=begun - timedelta(days=5)), at=begun)
    case = casework.allocate(bob, asked, worker=world.users["alice"], at=begun)
    casework.edit(alice, case, revision=case.revision, focus=FOCUS[number], at=begun)
    for week, kind in enumerate(("casework_session", "phone_call", "casework_session")[: number + 1]):
        casework.record_contact(
            alice,
            case,
            kind=kind,
            happened_at=moment(2010, 12, 6 + week * 7 + number % 3, 9 + number, 30),
            minutes=60 if kind == "casework_session" else 15,
            attended=(week, number) != (2, 3),
            note=NOTE if week == 0 else "",
            next_due_on=date(2011, 1, 4 + 3 * number),
            at=moment(2010, 12, 6 + week * 7 + number % 3, 17),
        )
    case.refresh_from_db()
    return case


def more_relatives(world: World, closed: CaseMade) -> None:
    """A father from whom the mother parted, a grandmother who looks after the child, a baby; a name that is long."""
    alice, family, at = world.actor("alice"), closed.row.family, moment(2010, 9, 5)
    maya = Person.objects.get(pk=closed.children[0])
    mother = Relationship.objects.get(other=maya).person
    made = {}
    for first, last, sex, born, part in (
        ("Thomas", "Quill-Featherstonehaugh", "M", date(1975, 2, 3), "parent"),
        ("Ann", "Reed", "F", date(1950, 1, 1), "other"),
        ("Bo", "Quill", "", date(2010, 9, 1), "child"),
    ):
        made[first] = families.register(
            alice, family.scope, first_name=first, last_name=last, sex=sex, born_on=born, at=at
        )
        families.join(alice, family, person=made[first], part=part, at=at)
    families.relate(alice, made["Ann"], kind="parent", other=mother, at=at)
    families.relate(alice, made["Ann"], kind="carer", other=maya, since=date(2010, 9, 1), at=at)
    couple = families.relate(alice, made["Thomas"], kind="partner", other=mother, since=date(2000, 1, 1), at=at)
    families.part(alice, couple, on=date(2010, 11, 1), at=moment(2010, 11, 2))
    for parent, child in ((made["Thomas"], maya), (made["Thomas"], made["Bo"]), (mother, made["Bo"])):
        families.relate(alice, parent, kind="parent", other=child, at=at)


def a_refused_request(world: World) -> Request:
    """A request of a child who comes to school well enough; the letter to the school is drafted."""
    at, sam = TODAY - timedelta(days=3), world.actor("sam")
    asked = a_request(world, "Harrow")
    child = RequestChild.objects.select_related("person").get(request=asked).person
    Exclusion.objects.filter(person=child).delete()
    load_exclusions(sam, complete_to=at.date(), at=at)
    load_attendance(sam, child, [9, 10, 9, 10, 9, 9, 10, 9, 10, 10, 9, 10], before=at.date(), at=at)
    referrals.decide(world.actor("bob"), asked, at=at)
    asked.refresh_from_db()
    return asked


def a_referred_concern(world: World, case: Case) -> Concern:
    """A concern that the lead decided and referred, with a step of the checklist seen to."""
    concern, fay = a_concern(world, case), world.actor("fay")
    safeguarding.check(world.actor("alice"), concern, items=["safe_now"], at=moment(2010, 12, 29, 15, 20))
    safeguarding.decide(fay, concern, decision="refer", reason="At risk of harm.", at=moment(2010, 12, 29, 15, 40))
    at = moment(2010, 12, 29, 15, 55)
    return safeguarding.refer(fay, concern, referred_at=at, reference="SC 4711", at=at)


def some_months_of_attendance(world: World, child: Person) -> None:
    """Half a year of weeks before and after the case, getting better."""
    weeks = len(weeks_before(date(2010, 12, 18), 24))
    attended = [min(10, 5 + week // 4 + week % 3) for week in range(weeks)]
    load_attendance(world.actor("sam"), child, attended, before=date(2010, 12, 18), at=moment(2010, 12, 20))


def some_closed_cases(world: World, numbers: itertools.count) -> None:
    """Twenty families helped since April: figures have something to count."""
    book = Casebook(numbers=numbers)
    for number in range(20):
        better = Child((96, 120), (112, 120) if number % 4 else (90, 120))
        book.case(
            date(2010, 4, 19) + timedelta(days=2 * number),
            date(2010, 10, 11) + timedelta(days=number),
            [better],
            sessions=5 + number % 4,
            worker=world.users["alice" if number % 3 else "carol"],
            locality="tendring" if number % 3 else "colchester",
        )
    book.save()


WORDS = {
    "outcomes": "Most of the children now come to school more often.\n\nParents tell us that mornings are calmer.",
    "delivery": "Two advisors worked in Tendring and Colchester. Every family was met at home or at school.",
    "performance_targets": "The target for attendance was met.",
    "barriers": "Snow closed schools for three days in December.",
}


def a_sent_return(world: World, due_on: date = date(2010, 9, 30), *, number: int = 1) -> Return:
    """An earlier return, written and sent. Its cases are numbered from `number`."""
    from fingerpost.agreements.contracts.models import Agreement
    from fingerpost.agreements.contracts.queries import returns_of

    some_closed_cases(world, itertools.count(number))
    sam, agreement = world.actor("sam"), Agreement.objects.get(key=SERVICE)
    dues = [one for one in returns_of(agreement) if one.due <= due_on] or list(returns_of(agreement))[:1]
    made = returns.assemble(sam, agreement, due=dues[-1], at=moment(2010, 12, 13))
    for heading, text in WORDS.items():
        returns.write_narrative(sam, made, heading=heading, text=text, revision=1, at=moment(2010, 12, 13))
    return returns.submit(sam, with_case_studies(made), at=moment(2010, 12, 14))


HEAD = "UPN,Date,Session,Mark\n"
UPN = upn_with_check_letter("881500100001")


def a_list(world: World, content: str) -> List:
    """A list of marks, received and checked."""
    sam, scope = world.actor("sam"), Scope.of(service=SERVICE)
    received = imports.receive(
        sam,
        scope,
        service=SERVICE,
        kind="session_marks",
        file_name="marks.csv",
        content=BytesIO(content.encode()),
        at=TODAY,
    )
    imports.check(sam, received, at=TODAY)
    received.refresh_from_db()
    return received


def a_loaded_list(world: World, child: UUID) -> List:
    """A sound list about a child who has a number."""
    number_of(child)
    good = a_list(world, f"{HEAD}{UPN},04/01/2011,AM,/\n{UPN},04/01/2011,PM,\\\n")
    imports.apply(world.actor("sam"), good, at=TODAY)
    good.refresh_from_db()
    return good


def number_of(child: UUID) -> str:
    """Give the child a pupil number. Returns it."""
    from fingerpost.people.families.models import Identifier

    row = Person.objects.get(pk=child)
    held = Identifier(person=row, kind="upn", value=UPN, recorded_at=moment(2010, 9, 1))
    held.scope = row.scope
    held.save()
    return UPN


def a_course(world: World) -> GroupMade:
    """A course with a full register, half of it marked, and a waiting list."""
    made = a_group(world)
    begun = moment(2010, 9, 20)  # while there is still something to come to
    groups.change_places(SYSTEM, made.run, places=16, at=begun)
    people = [household(f"{name}{ending}").parent for name in NAMES for ending in ("", "-Whitcombe", "son")][:14]
    for person in people:
        groups.book(SYSTEM, made.run, person=person, at=begun)
    groups.wait(SYSTEM, made.run, person=household("Later").parent, at=begun)
    groups.mark(SYSTEM, made.session, present={p.pk: n % 3 > 0 for n, p in enumerate(people[:9])}, at=TODAY)
    scores = {p.pk: {"behaviour": Decimal(8 + n)} for n, p in enumerate(people[:6])}
    groups.measure(SYSTEM, made.run, point="start", taken_on=date(2010, 9, 14), scores=scores, at=TODAY)
    return made


def some_groups(world: World) -> None:
    """Services nearby, a need, what somebody else offers, and a course elsewhere."""
    words = {"service": SERVICE, "at": TODAY}
    for name in ("Beacon Young Carers", "Housing Advice Desk", "Children’s Speech and Language Clinic of the East"):
        directory.add(SYSTEM, OF_SERVICE, name=name, **words)
    directory.note_need(
        SYSTEM,
        OF_SERVICE,
        statement="Parents ask what to do about bullying on telephones",
        source="Meeting of the school cluster",
        noted_on=date(2010, 9, 2),
        topic="bullying",
        **words,
    )
    directory.note_provision(
        SYSTEM,
        OF_SERVICE,
        provider="Bright Start Children’s Centre",
        title="Good nights",
        topic="sleep",
        age_band="under_5",
        starts_on=date(2010, 9, 1),
        **words,
    )
    proposed_run(world, area="chelmer", offer="workshop", starts_on=date(2011, 1, 12), ends_on=date(2011, 1, 12))
