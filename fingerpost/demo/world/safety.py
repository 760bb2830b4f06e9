"""What is hard: concerns and how they went, a family that must not be found. Few acts, each by the person whose act it is."""

from datetime import date, datetime, timedelta

from fingerpost.demo.world.county import ESSEX
from fingerpost.demo.world.days import LAST_DAY, TODAY, at
from fingerpost.demo.world.staff import Staff
from fingerpost.ground.access.models import User
from fingerpost.people.families.models import Family
from fingerpost.work.casework.models import Case
from fingerpost.work.referrals import restricting
from fingerpost.work.safeguarding import commands
from fingerpost.work.safeguarding.models import Concern

BRUISE = (
    "Saw a bruise the length of a hand on the younger child's arm. Asked how it came about, he looked at his mother and said: "
    "“I am not to tell.” She said that he fell from his bicycle. He has no bicycle."
)
ALONE = (
    "The eldest told me at the breakfast club: “Mum was not there when we went to bed, and not when we got up.” It was the second "
    "time since the holidays."
)
WORDS = (
    "The school's learning mentor rang. A girl had written in her exercise book that she hates to be at home when her mother's "
    "friend stays."
)
LAST_NIGHT = (
    "A text message came from the mother at 9:40pm: he is back, he is shouting in the street, and the children are under the bed. "
    "I rang her. A neighbour has called the police, and she has locked the door."
)


def build(staff: Staff) -> None:
    """Four concerns at four stages, the last of this night and not yet decided; and a family that only three may see."""
    maya, lead = staff.advisors["tendring"][0], staff.safeguarding_lead
    cases = list(Case.objects.filter(worker=maya).select_related("family").order_by("opened_at", "ref"))
    if not cases:  # a very small county
        return
    closed, opened = [c for c in cases if c.closed_at], [c for c in cases if not c.closed_at]
    _explained(staff, maya, (closed or cases)[0])
    _referred(staff, maya, (opened or cases)[0])
    _find_out(staff, maya, (opened or cases)[-1])
    _tonight(staff, maya, (opened or cases)[len(opened) // 2])
    if len(opened) > 3:
        _hide(staff, maya, opened[1], lead)


def _raise(staff: Staff, user: User, case: Case, seen: str, seen_at: datetime, raised_at: datetime) -> Concern:
    return commands.raise_concern(
        staff.actor(user), case, service=ESSEX, seen=seen, seen_at=seen_at, at=max(raised_at, seen_at)
    )


def _explained(staff: Staff, maya: User, case: Case) -> None:
    """One that had an innocent reason. Its case may be closed by then."""
    lead, day = staff.actor(staff.safeguarding_lead), date(2010, 11, 16)
    concern = _raise(staff, maya, case, WORDS, at(day, 11, 15), at(day, 11, 35))
    commands.read(lead, concern, at=at(day, 11, 50))
    commands.decide(lead, concern, decision="find_out", reason="Talk with the girl at school first.", at=at(day, 12, 5))
    next_day = day + timedelta(days=1)
    commands.tell(
        lead, concern, who="Head teacher", how="By phone", told_at=at(next_day, 9, 10), at=at(next_day, 9, 20)
    )
    why = "She does not like to share her room when he visits. Her mother has given her the front room back."
    commands.decide(lead, concern, decision="support", reason=why, at=at(next_day, 14, 30))
    commands.close(lead, concern, outcome="No more was needed. The school keeps an eye on her.", at=at(next_day, 15))


def _referred(staff: Staff, maya: User, case: Case) -> None:
    """One that social care took on."""
    actor, lead, day = staff.actor(maya), staff.actor(staff.safeguarding_lead), date(2010, 12, 8)
    concern = _raise(staff, maya, case, BRUISE, at(day, 14, 40), at(day, 15, 10))
    commands.check(actor, concern, items=["seen_and_heard", "safe_now", "lead_spoken_to"], at=at(day, 15, 20))
    commands.decide(lead, concern, decision="refer", reason="What he says does not fit the bruise.", at=at(day, 15, 35))
    commands.refer(lead, concern, referred_at=at(day, 15, 55), reference="SC 20114", at=at(day, 16, 5))
    commands.check(lead, concern, items=["others_at_home", "referral_in_writing"], at=at(day, 17))


def _find_out(staff: Staff, maya: User, case: Case) -> None:
    """One that the lead has read and not settled; the time for it has run out."""
    lead, day = staff.actor(staff.safeguarding_lead), LAST_DAY - timedelta(days=2)
    concern = _raise(staff, maya, case, ALONE, at(day, 8, 30), at(day, 9, 5))
    commands.read(lead, concern, at=at(day, 9, 40))


def _tonight(staff: Staff, maya: User, case: Case) -> None:
    """One of this night, which nobody has decided on yet."""
    _raise(staff, maya, case, LAST_NIGHT, at(LAST_DAY, 21, 40), at(TODAY, 0, 5))


def _hide(staff: Staff, maya: User, case: Case, lead: User) -> None:
    """A family whose father must not find them: another name, an address that only the lead sees."""
    restricting.restrict(
        staff.actor(lead),
        Family.objects.get(pk=case.family_id),
        service=ESSEX,
        reason="The father left prison in October and looks for them. The court forbids him to come near.",
        named=[maya],
        alias="Rowan family",
        protects_address=True,
        says_exists=True,
        at=at(LAST_DAY, 16, 20),
    )
