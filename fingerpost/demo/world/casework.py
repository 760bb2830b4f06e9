"""The stories told to the service: day by day, each act by the person whose act it is, through the commands."""

import heapq
import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from fingerpost.demo.world import sayings
from fingerpost.demo.world.county import ESSEX, SYSTEM, County
from fingerpost.demo.world.days import FIRST_DAY, FRIDAY, LAST_DAY, at, in_office_hours, working_day, working_days_on
from fingerpost.demo.world.families import OTHER_NEEDS, Story, Visit
from fingerpost.demo.world.registers import LISTED_SINCE, Registers, exclusions_between
from fingerpost.demo.world.staff import Staff
from fingerpost.exchange.imports import commands as imports
from fingerpost.exchange.imports.kinds import COVERED
from fingerpost.exchange.imports.models import Covers
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scope
from fingerpost.people.circumstances import commands as circumstances
from fingerpost.people.correspondence.models import Message
from fingerpost.people.families.models import Family, PersonCheck
from fingerpost.work.assessments import commands as assessments
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case, CaseChild, CaseDiscussion
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.referrals import checking, intake, replies
from fingerpost.work.referrals import commands as referrals
from fingerpost.work.referrals.intake import AssessmentGiven, ChildGiven, ParentGiven, ReferralGiven
from fingerpost.work.referrals.models import Referral, Request
from fingerpost.work.workforce import commands as workforce
from fingerpost.work.workforce.models import Supervision

INSTRUMENT, SCALE = "how_things_are", ("rest", "mornings", "enjoyed", "someone", "coped", "look_ahead")
PARENTING = "parenting_support"
LETTER = "outcome_to_school"
WEEKS_BETWEEN_MEETINGS = 4
FRESH = timedelta(days=20)
REFERRED_AGAIN_ON = date(2010, 12, 29)

Act = Callable[[datetime], None]


@dataclass
class Told:
    """A family that was referred."""

    story: Story
    request: Request


@dataclass
class Worked:
    """A family with whom an advisor works."""

    story: Story
    case: Case
    worker: User


class Quadrant:
    """One quadrant's year. Acts wait in a queue by their time; an act may put others into the queue."""

    def __init__(
        self, county: County, staff: Staff, code: str, stories: list[Story], random: Random, *, most: int
    ) -> None:
        self.county, self.staff, self.code, self.random = county, staff, code, random
        self.team, self.senior = county.teams[code], staff.seniors[code]
        self.stories, self.most = stories, most
        self.registers = Registers(random)
        self.known: set[str] = set()
        self.listed_to = LISTED_SINCE - timedelta(days=1)
        self.told: list[Told] = []
        self.worked: list[Worked] = []
        self.load: dict[object, int] = {}
        self._queue: list[tuple[datetime, int, Act]] = []
        self._order = itertools.count()

    def later(self, when: datetime, act: Act) -> None:
        if when.date() <= LAST_DAY:
            heapq.heappush(self._queue, (when, next(self._order), act))

    def play(self, progress: Callable[[date], None]) -> None:
        """Live through the year."""
        for story in self.stories:
            self.later(story.came_on, partial(self._refer, story))
        self.later(at(REFERRED_AGAIN_ON, 15, 20), self._refer_again)
        self._plan_fridays()
        self._plan_meetings()
        while self._queue:
            when, _, act = heapq.heappop(self._queue)
            progress(when.date())
            act(when)

    # --- Requests ---

    def _refer(self, story: Story, now: datetime) -> None:
        actor, name = self._who_refers(story)
        named = story.names
        assessment = None
        if story.assessed_on:
            assessment = AssessmentGiven(
                story.assessed_on,
                name,
                self._needs(story),
                story.school.name,
                sayings.said(self.random, "summaries", named),
            )
        given = ReferralGiven(
            children=[ChildGiven(c.first_name, c.last_name, c.born_on, c.upn, c.sex) for c in story.children],
            parent=ParentGiven(
                story.parent_first, story.parent_last, story.phone, lines=story.lines, postcode=story.postcode
            ),
            source="school" if story.from_school else self.random.choice(("health", "social_care", "family", "family")),
            school=story.school,
            referrer_name=name,
            referrer_contact=""
            if actor is self.staff.actor(self.senior)
            else f"{name.replace(' ', '.').lower()}@example.org",
            reason=sayings.why(self.random, story.route, named),
            vulnerable_groups=story.groups,
            assessment=assessment,
            may_tell_school=story.may_tell_school,
        )
        own_team = self.team.pk if actor.id == self.senior.pk else None
        scope = Scope.of(service=ESSEX, team=own_team, users=[actor.id] if actor.id else [])
        referral = intake.refer(actor, scope, service=ESSEX, given=given, received_at=now, at=now)
        told = Told(story, referral.request or self._checked(referral, now))
        self.told.append(told)
        self.registers.know(story)
        self.later(story.decided_at, partial(self._decide, told))
        if story.assessed_later_on:
            self.later(at(story.assessed_later_on, 14, 5), partial(self._assess, told))
        self.later(story.allocated_at, partial(self._allocate, told))

    def _refer_again(self, now: datetime) -> None:
        """A health visitor refers a child whom the team knows, from another address: it waits under People to check."""
        if not self.worked:
            return
        known = self.worked[-1].story
        child = known.children[0]
        given = ReferralGiven(
            children=[ChildGiven(child.first_name, child.last_name, child.born_on, child.upn, child.sex)],
            parent=ParentGiven(known.parent_first, known.parent_last, lines="12 Station Road", postcode=known.postcode),
            source="health",
            referrer_name="Moira Kent, health visitor",
            referrer_contact="01255 496 0182",
            reason=f"{child.first_name} comes to clinic tired and has missed school. The parent asks for help at home.",
        )
        scope = Scope.of(service=ESSEX, team=self.team.pk)
        intake.refer(self.staff.actor(self.senior), scope, service=ESSEX, given=given, received_at=now, at=now)

    def _checked(self, referral: Referral, now: datetime) -> Request:
        """Whoever is like somebody known by chance is looked at by the senior, and is somebody else."""
        for check in PersonCheck.objects.filter(referral_id=referral.pk).open():
            checking.say_other(SYSTEM, check, reason="Another child of the same name.", at=now)
        return Request.objects.get(ref=referral.ref)

    def _who_refers(self, story: Story) -> tuple[Actor, str]:
        """The school's own person where it has one; else the senior writes down what came by telephone or post."""
        user = self.staff.referrers.get(story.school.code)
        if story.from_school and user:
            return self.staff.actor(user), user.name
        return self.staff.actor(self.senior), self.senior.name

    def _needs(self, story: Story) -> list[str]:
        others = self.random.sample(OTHER_NEEDS, self.random.randint(1, 2))
        return others if story.route == "no_need" else [PARENTING, *others]

    def _decide(self, told: Told, now: datetime) -> None:
        actor = self.staff.actor(self.senior)
        told.request = referrals.decide(actor, told.request, at=now)
        if told.request.status == "awaiting_forecast_reason" and self.random.random() < 0.85:
            words = sayings.said(self.random, "forecast", told.story.names)
            told.request = referrals.accept_on_forecast(
                actor, told.request, forecast_reason=words, at=now + timedelta(minutes=12)
            )
        if told.request.outcome != Request.Outcome.ACCEPTED:
            self.registers.rest(told.story)
        if told.request.outcome == Request.Outcome.REFUSED:
            self.later(at(working_days_on(now.date(), 1), 10, 30), partial(self._reply, told))

    def _reply(self, told: Told, now: datetime) -> None:
        """The letter to whoever referred a family that was not accepted; those of the last days wait to be sent."""
        letter = replies.letters_of(told.request).filter(state=Message.State.DRAFT).first()
        if letter and now.date() < LAST_DAY - timedelta(days=12):
            replies.record_reply_sent(
                self.staff.actor(self.senior),
                told.request,
                message=letter,
                sent_on=now.date(),
                method="post",
                at=now,
            )

    def _assess(self, told: Told, now: datetime) -> None:
        family = Family.objects.get(pk=told.request.family_id)
        assessments.record(
            self.staff.actor(self.senior),
            family,
            assessed_on=now.date() - timedelta(days=1),
            author=self.senior.name,
            author_organisation="Education Welfare Service",
            needs=self._needs(told.story),
            summary=sayings.said(self.random, "summaries", told.story.names),
            at=now,
        )

    # --- The case ---

    def _allocate(self, told: Told, now: datetime) -> None:
        told.request.refresh_from_db()
        if told.request.outcome != Request.Outcome.ACCEPTED or len(self.worked) == self.most:
            return  # who is accepted then waits for an advisor
        story = told.story
        worker, reason = self._choose(story, now.date())
        case = casework.allocate(
            self.staff.actor(self.senior), told.request, worker=worker, exception_reason=reason, at=now
        )
        worked = Worked(story, case, worker)
        self.worked.append(worked)
        self.load[worker.pk] = self.load.get(worker.pk, 0) + 1
        self.registers.begin_work(story, now.date())
        for number, visit in enumerate(story.visits):
            self.later(visit.written_at, partial(self._record, worked, number, visit))
        self.later(now + timedelta(hours=3), partial(self._begin, worked))

    def _choose(self, story: Story, day: date) -> tuple[User, str]:
        """Somebody of the home area with the fewest families; now and then, or when they are away, another with the reason."""
        home = self.staff.advisors[story.locality]
        others = [u for code in self.county.localities[self.code] for u in self.staff.advisors[code] if u not in home]
        all_away = all(self.staff.is_away(user, day) for user in home)
        if self.random.random() < 0.05 or all_away:
            return self._least(others, day), sayings.said(self.random, "exceptions")
        return self._least(home, day), ""

    def _least(self, users: list[User], day: date) -> User:
        return min(users, key=lambda user: (self.staff.is_away(user, day), self.load.get(user.pk, 0)))

    def _begin(self, worked: Worked, now: datetime) -> None:
        """What the advisor writes down at the beginning: what the work is for, groups, the score at the start."""
        actor = self.staff.actor(worked.worker)
        focus = sayings.said(self.random, "focus", worked.story.names)
        worked.case.refresh_from_db()
        casework.edit(actor, worked.case, revision=worked.case.revision, focus=focus, at=now)
        if worked.story.groups:
            eldest = CaseChild.objects.select_related("person").filter(case=worked.case).order_by("person__born_on")[0]
            for group in worked.story.groups:
                circumstances.record(
                    actor, eldest.person, kind="vulnerable_group", value=group, source="Referral", at=now
                )
        if self.random.random() < 0.9:
            self._score(worked, "start", now, self.random.triangular(0.6, 3.4, 1.8))

    def _score(self, worked: Worked, point: str, now: datetime, level: float) -> None:
        answers = {question: max(0, min(5, round(self.random.gauss(level, 0.9)))) for question in SCALE}
        outcomes.administer(
            self.staff.actor(worked.worker),
            Family.objects.get(pk=worked.case.family_id),
            service=ESSEX,
            instrument=INSTRUMENT,
            point=point,
            taken_on=now.date(),
            completed_by=f"{worked.story.parent_first} {worked.story.parent_last}",
            answers=answers,
            episode_id=worked.case.pk,
            at=now,
        )

    def _record(self, worked: Worked, number: int, visit: Visit, now: datetime) -> None:
        if self.staff.is_away(worked.worker, visit.at.date()) or self.staff.is_away(worked.worker, now.date()):
            return
        named = worked.story.names
        if not visit.attended:
            words = sayings.said(self.random, "missed", named)
        elif visit.kind in sayings.SAYINGS["other"]:
            words = sayings.said(self.random, "other", named, visit.kind)
        else:
            words = sayings.note(self.random, named)
        planned = [*(v.at.date() for v in worked.story.visits[number + 1 :]), worked.story.next_visit]
        upcoming = next((day for day in planned if day and day >= visit.at.date()), None)
        casework.record_contact(
            self.staff.actor(worked.worker),
            worked.case,
            kind=visit.kind,
            happened_at=visit.at,
            minutes=visit.minutes,
            attended=visit.attended,
            note=words,
            next_due_on=upcoming,
            at=now,
        )

    # --- Supervision and closing ---

    def _plan_meetings(self) -> None:
        """Each advisor meets their senior every four weeks; each senior their own manager."""
        for place, user in enumerate(self._advisors()):
            day = FIRST_DAY + timedelta(days=11 + 2 * place)
            while day <= LAST_DAY:
                when = at(working_day(day), 9 + place % 4, 30)
                self.later(when, partial(self._supervise, user))
                day += timedelta(weeks=WEEKS_BETWEEN_MEETINGS)
        for month in range(5, 13):
            self.later(at(working_day(date(2010, month, 12)), 15), self._supervise_senior)

    def _advisors(self) -> list[User]:
        return [user for code in self.county.localities[self.code] for user in self.staff.advisors[code]]

    def _supervise_senior(self, now: datetime) -> None:
        self._meet(self.staff.service_manager, self.senior, now)

    def _meet(self, supervisor: User, worker: User, now: datetime) -> Supervision:
        return workforce.supervise(
            self.staff.actor(supervisor),
            Scope.of(service=ESSEX, team=self.team.pk),
            service=ESSEX,
            team=self.team,
            worker=worker,
            held_on=now.date(),
            note=sayings.said(self.random, "supervised"),
            wellbeing=sayings.said(self.random, "wellbeing"),
            at=now,
        )

    def _supervise(self, user: User, now: datetime) -> None:
        mine = [one for one in self.worked if one.worker == user and not one.case.closed_at]
        if not mine or self.staff.is_away(user, now.date()):
            return
        meeting = self._meet(self.senior, user, now)
        for worked in mine:
            if decided := self._decided(worked, now.date()):
                note = sayings.said(self.random, "discussed", worked.story.names, decided)
                casework.discuss(
                    self.staff.actor(self.senior), worked.case, supervision=meeting, decided=decided, note=note, at=now
                )
                if decided != "extend":
                    self._plan_closing(worked, now)

    def _decided(self, worked: Worked, today: date) -> str:
        """What the meeting decides of a case: to end it near its last visit, to go on, or nothing yet."""
        story = worked.story
        if story.next_visit is None and today >= story.works_until - timedelta(days=5):
            return CaseDiscussion.Decided.REFER_ON if story.reason == "referred_on" else CaseDiscussion.Decided.CLOSE
        held = sum(v.attended and v.kind == "casework_session" and v.at.date() <= today for v in story.visits)
        return CaseDiscussion.Decided.EXTEND if story.extended and held in (4, 5, 6) else ""

    def _plan_closing(self, worked: Worked, now: datetime) -> None:
        last = max(worked.story.works_until, now.date())
        ready = max((v.written_at.date() for v in worked.story.visits), default=last)
        day = working_days_on(max(last, min(ready, last + timedelta(days=8))), self.random.randint(0, 5))
        if day - now.date() <= FRESH:
            self.later(in_office_hours(day, self.random, earliest=14, latest=16), partial(self._close, worked))

    def _close(self, worked: Worked, now: datetime) -> None:
        if worked.case.closed_at or self.staff.is_away(worked.worker, now.date()):
            return
        story, actor = worked.story, self.staff.actor(worked.worker)
        if self.random.random() < (0.5 if story.reason in ("disengaged", "moved_away") else 0.9):
            better = self.random.random() < (0.8 if story.improves else 0.45)
            self._score(
                worked,
                "end",
                now - timedelta(hours=1),
                self.random.uniform(2.6, 4.1) if better else self.random.uniform(0.8, 2),
            )
        refers = story.reason == "referred_on"
        worked.case = casework.close(
            actor,
            worked.case,
            reason=story.reason,
            outcomes_met=self._outcome(story),
            destination=self.random.choice(self.county.directory) if refers else None,
            destination_accepted=self.random.choice((True, True, True, False, None)) if refers else None,
            note=sayings.said(self.random, "closing", story.names, story.reason),
            at=now,
        )
        self.load[worked.worker.pk] -= 1
        if self.random.random() < 0.95:
            day = working_days_on(now.date(), self.random.choice((1, 2, 2, 3, 4, 5, 7)))
            self.later(in_office_hours(day, self.random), partial(self._tell_school, worked))

    def _outcome(self, story: Story) -> str:
        if story.reason == "needs_met":
            return "fully" if self.random.random() < 0.7 else "partly"
        return self.random.choice(("partly", "partly", "not", ""))

    def _tell_school(self, worked: Worked, now: datetime) -> None:
        """Letters go out where the family agreed; where nobody asked them, they wait."""
        if worked.story.may_tell_school is not True or self.staff.is_away(worked.worker, now.date()):
            return
        drafted = Message.objects.filter(
            origin_kind="casework.case", origin_id=worked.case.pk, kind=LETTER, state=Message.State.DRAFT
        )
        for message in drafted:
            casework.record_outcome_sent(
                self.staff.actor(worked.worker),
                worked.case,
                message=message,
                sent_on=now.date(),
                method=self.random.choice(("post", "post", "email")),
                at=now,
            )

    # --- Lists from schools ---

    def _plan_fridays(self) -> None:
        day = FIRST_DAY + timedelta(days=(FRIDAY - FIRST_DAY.weekday()) % 7)
        while day <= LAST_DAY:
            self.later(at(day, 18), self._load_lists)
            day += timedelta(weeks=1)
        self.later(at(LAST_DAY, 18), self._load_lists)

    def _load_lists(self, now: datetime) -> None:
        day, sent = now.date(), [told.story for told in self.told]
        area = self.code.replace("_", "-")
        self._load("session_marks", f"attendance-{area}-{day}.csv", self.registers.marks_to(day), now)
        schools = [school.code for one in self.county.localities[self.code] for school in self.county.schools[one]]
        content = exclusions_between(sent, schools, self.listed_to, day, self.known)
        self._load("exclusions", f"exclusions-{area}-{day}.csv", content, now)
        self.listed_to = day

    def _load(self, kind: str, name: str, content: bytes | None, now: datetime) -> None:
        if content is None:
            return
        actor = self.staff.actor(self.staff.service_manager)
        received = imports.receive(
            actor,
            Scope.of(service=ESSEX),
            service=ESSEX,
            kind=kind,
            file_name=name,
            content=io.BytesIO(content),
            at=now,
        )
        if kind in COVERED:
            imports.confirm_coverage(actor, received, covers=Covers.AS_SAID, at=now)
        imports.apply(actor, received, good_rows_only=True, at=now + timedelta(minutes=5))
