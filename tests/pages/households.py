"""Families, cases, a return and a list for tests of pages, made through the commands."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from uuid import UUID

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import returns_of
from fingerpost.exchange.imports import commands as imports
from fingerpost.exchange.imports.models import List
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families.checks import Raised, raise_checks
from fingerpost.people.families.models import Family, Membership, Person, PersonCheck
from fingerpost.people.families.recognition import Candidate, Finding, Verdict
from fingerpost.people.schooling.models import Exclusion
from fingerpost.proof.returns import commands as returns
from fingerpost.proof.returns.models import Return
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework import queries as cases
from fingerpost.work.casework.models import Case
from fingerpost.work.casework.occasions import occasion_of
from fingerpost.work.community import commands as community
from fingerpost.work.community.models import Say
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.outcomes.models import Invitation
from fingerpost.work.referrals import commands as referrals
from fingerpost.work.referrals.intake import AssessmentGiven, ChildGiven, ParentGiven, ReferralGiven, refer
from fingerpost.work.referrals.models import Request, RequestChild
from fingerpost.work.safeguarding import commands as safeguarding
from fingerpost.work.safeguarding.models import Concern
from fingerpost.work.workforce import commands as workforce
from tests.fixtures.world import SERVICE, World, moment

TERM_BEGINS = moment(2010, 9, 1)


@dataclass(frozen=True)
class CaseMade:
    """A case with the ids of its children and the scope of its family."""

    row: Case
    children: list[UUID]
    family_scope: Scope


def a_referral(
    world: World,
    *,
    area: str = "tendring",
    last_name: str = "Quill",
    restricted: bool = False,
    at: datetime = TERM_BEGINS,
    assessed_on: date = date(2010, 5, 4),
    excluded_on: date = date(2010, 6, 7),
) -> Request:
    """A request from Erin's school, with an assessment and an exclusion, so that it can be accepted. Not yet decided.

    Both count for twelve school weeks: a request that is decided later than in September needs later days.
    """
    erin = world.actor("erin")
    given = ReferralGiven(
        children=[ChildGiven("Maya", last_name, date(2001, 5, 4))],
        parent=ParentGiven("Sarah", last_name, lines="2 Sea Road", postcode="CO15 4JX", area=world.area(area)),
        source="school",
        school=world.schools["8815001"],
        referrer_name="Erin Bolt",
        reason="Many mornings missed.",
        assessment=AssessmentGiven(assessed_on, "Erin Bolt", ["parenting_support"]),
    )
    own = Scope.of(service=world.service, users=[erin.id] if erin.id else [])
    asked = refer(erin, own, service=world.service, given=given, received_at=at, at=at).request
    assert asked is not None, "somebody of this family is known already: the referral waits"
    for child in RequestChild.objects.filter(request=asked).select_related("person"):
        excluded = Exclusion(
            person=child.person,
            kind="fixed_term",
            started_on=excluded_on,
            ended_on=excluded_on + timedelta(days=1),
            sessions=4,
            recorded_at=at,
        )
        excluded.scope = child.scope
        excluded.save()
    if restricted:
        Request.objects.filter(pk=asked.pk).update(restricted=True)
        asked.refresh_from_db()
    return asked


def a_check(person: Person) -> PersonCheck:
    """A question whether somebody on a list is this person."""
    finding = Finding(Candidate(person.pk, person.first_name, person.last_name), Verdict.PERHAPS, ("same name",))
    came = {"first_name": person.first_name, "last_name": person.last_name, "part": "child"}
    raised = Raised(finding, came, "List people.csv, line 2")
    return raise_checks([raised], service=SERVICE, at=moment(2010, 9, 1))[0]


def a_case(
    world: World, *, worker: str = "alice", area: str = "tendring", last_name: str = "Quill", restricted: bool = False
) -> tuple[CaseMade, UUID, UUID]:
    """A case worked, closed and its school's letter drafted. Returns it with a contact's id and the letter's."""
    bob, holder = _lead(world, area), world.actor(worker)
    asked = referrals.decide(bob, a_referral(world, area=area, last_name=last_name), at=moment(2010, 9, 2))
    assert asked.outcome == "accepted", asked.status
    case = casework.allocate(bob, asked, worker=world.users[worker], at=moment(2010, 9, 3))
    contact = casework.record_contact(
        holder,
        case,
        kind="casework_session",
        happened_at=moment(2010, 9, 10),
        minutes=60,
        note="We talked.",
        at=moment(2010, 9, 10),
    )
    met = workforce.supervise(
        bob,
        case,
        service=world.service,
        team=case.team,
        worker=world.users[worker],
        held_on=date(2010, 12, 1),
        at=moment(2010, 12, 1),
    )
    casework.discuss(bob, case, supervision=met, decided="close", at=moment(2010, 12, 1))
    closed = casework.close(holder, case, reason="needs_met", outcomes_met="fully", at=moment(2010, 12, 3))
    letter = cases.letters_of(closed)[0]
    family = Family.objects.get(pk=case.family_id)
    if restricted:
        Case.objects.filter(pk=closed.pk).update(restricted=True)
        Family.objects.filter(pk=family.pk).update(restricted=True)
        living = Membership.objects.filter(family=family.pk).values("person_id")
        Person.objects.filter(pk__in=living).update(restricted=True)
    children = [row.person_id for row in RequestChild.objects.filter(request=asked)]
    row = cases.get(_everybody(), closed.ref)
    family.refresh_from_db()
    return CaseMade(row, children, family.scope), contact.pk, letter.pk


def a_concern(world: World, case: Case, *, by: str = "alice") -> Concern:
    """A concern that the case's worker raised after a visit. Not yet decided."""
    return safeguarding.raise_concern(
        world.actor(by),
        case,
        service=SERVICE,
        seen="Maya said that nobody was at home all night.",
        seen_at=moment(2010, 12, 29, 14, 30),
        at=moment(2010, 12, 29, 15, 10),
    )


def _lead(world: World, area: str):
    """Bob leads Tendring; elsewhere the system stands in for a supervisor."""
    from fingerpost.ground.access.actor import Actor
    from fingerpost.ground.access.models import User

    if area == "tendring":
        return world.actor("bob")
    bob = User.objects.get(email="bob@example.org")
    return Actor(bob.pk, bob.name, is_system=True)


def _everybody():
    from fingerpost.ground.access.actor import Actor

    return Actor.system()


def a_return(world: World) -> Return:
    """A draft of the December return."""
    agreement = Agreement.objects.get(key=SERVICE)
    due = next(one for one in returns_of(agreement) if one.due == date(2010, 12, 31))
    return returns.assemble(world.actor("sam"), agreement, due=due, at=moment(2010, 12, 30))


def a_list(world: World) -> List:
    """A list of marks, received and not loaded."""
    return imports.receive(
        world.actor("sam"),
        Scope.of(service=SERVICE),
        service=SERVICE,
        kind="session_marks",
        file_name="marks.csv",
        content=BytesIO(b"UPN,Date,Session,Mark\n"),
        at=moment(2010, 12, 30),
    )


def parent_of(family: UUID) -> Person:
    """The parent who was written down first; others may have joined since."""
    return Membership.objects.filter(family=family, part="parent").order_by("recorded_at", "id")[0].person


def an_invitation(world: World, made: CaseMade, *, worker: str = "alice", is_answered: bool = True) -> Invitation:
    """A parent of a case asked what she thinks; where she answered, with a worry and a few words."""
    holder, case = world.actor(worker), made.row
    parent = parent_of(case.family_id)
    at = moment(2010, 12, 6)
    # A restricted case is asked about by somebody who may see it.
    actor = _everybody() if case.restricted else holder
    asked = outcomes.ask(actor, occasion_of(case), respondent="parent", person=parent, at=at)
    if is_answered:
        answers = {"rating": "4", "comment": "You listened to us.", "worried": "yes"}
        outcomes.respond(_everybody(), asked, answers=answers, at=at)
    return asked


def a_say(world: World, made: CaseMade) -> Say:
    """An occasion on which the parent of a case had a say."""
    parent = parent_of(made.row.family_id)
    return community.record_say(
        _everybody(),
        made.row.scope,
        service=world.service,
        kind="consultation",
        title="When drop-ins are held",
        happened_on=date(2010, 12, 1),
        people=[parent],
        said="Mornings are hard for us.",
        at=moment(2010, 12, 6),
    )
