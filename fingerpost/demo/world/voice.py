"""What families of a quadrant say and do: feedback asked for and given, parts taken, and how they engage with school."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from fingerpost.agreements.contracts.queries import rules
from fingerpost.demo.world import sayings
from fingerpost.demo.world.casework import Quadrant, Worked
from fingerpost.demo.world.county import ESSEX
from fingerpost.demo.world.days import FIRST_DAY, LAST_DAY, at
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import commands as places
from fingerpost.people.families.models import Membership, Person
from fingerpost.work.casework.occasions import occasion_of as of_case
from fingerpost.work.community import commands as community
from fingerpost.work.groups.models import Booking, Run
from fingerpost.work.groups.occasions import occasion_of as of_run
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.outcomes.commands import Given
from fingerpost.work.outcomes.models import Invitation

BY_LINK = Actor.system("A feedback link")
ENGAGEMENT = "part_in_school"
CASES_ASKED, CASES_SCORED, RUNS_ASKED = 22, 14, 6
CARDS_ON, HANDED_OUT = LAST_DAY - timedelta(days=12), 6
KINDS = ("consultation", "planning", "reviewing", "monitoring", "evaluation")
BANDS = ("5_to_7", "8_to_11", "12_or_older")


class Voices:
    """The voices of one quadrant."""

    def __init__(self, lived: Quadrant, random: Random) -> None:
        self.lived, self.random, self.staff = lived, random, lived.staff
        self.localities = lived.county.localities[lived.code]
        closed = [one for one in lived.worked if one.case.closed_at]
        self.closed = random.sample(closed, min(CASES_ASKED, len(closed)))
        self.people: dict[UUID, list[Membership]] = {}
        for row in Membership.objects.filter(
            family__in=[one.case.family_id for one in self.closed], until=None
        ).select_related("person"):
            self.people.setdefault(row.family_id, []).append(row)

    def speak(self) -> None:
        for worked in self.closed:
            self._ask_about_case(worked)
        for worked in self.closed[:CASES_SCORED]:
            self._engage(worked)
        runs = Run.objects.filter(
            service=ESSEX, area__code__in=self.localities, leader__isnull=False, starts_on__lt=CARDS_ON
        )
        for run in runs.select_related("programme", "area", "leader").order_by("starts_on", "ref")[:RUNS_ASKED]:
            self._ask_about_run(run)
        self._have_a_say()
        self._count_parents()

    def _ask_about_case(self, worked: Worked) -> None:
        actor, occasion = self.staff.actor(worked.worker), of_case(worked.case)
        ended = worked.case.closed_at
        if ended is None:
            return
        on = min(ended.date() + timedelta(days=self.random.randint(0, 4)), LAST_DAY)
        for row in self.people.get(worked.case.family_id, []):
            is_child = row.part == Membership.Part.CHILD
            if is_child and self.random.random() < 0.5:
                continue
            result = self.random.choices(("asked", "declined", "not_reached"), (16, 1, 2))[0]
            invited = outcomes.ask(
                actor,
                occasion,
                respondent="child" if is_child else "parent",
                person=row.person,
                result=result,
                at=at(on, 16, 40),
            )
            if result == "asked":
                self._reply(invited, on)

    def _ask_about_run(self, run: Run) -> None:
        if run.leader is None:
            return
        actor, occasion, on = self.staff.actor(run.leader), of_run(run), min(run.ends_on, CARDS_ON)
        if run.programme.is_drop_in:
            invited = outcomes.hand_out_cards(actor, occasion, respondent="parent", how_many=HANDED_OUT, at=at(on, 12))
            # Some that are open today, so that visitors can answer them.
            for respondent, number in (("parent", 3), ("child", 2)):
                given: dict[str, Any] = {"respondent": respondent, "how_many": number, "at": at(CARDS_ON, 12)}
                outcomes.hand_out_cards(actor, occasion, **given)
        else:
            booked = Booking.objects.filter(run=run, cancelled_at=None).select_related("person", "family")
            people = {row.person_id: row for row in booked}
            if not people:
                return
            asked: dict[str, Any] = {
                "respondent": "parent",
                "people": [row.person for row in people.values()],
                "at": at(on, 12),
            }
            invited = outcomes.ask_everybody(actor, occasion, **asked)
            self._engage_group(run, actor, people)
        for one in invited:
            self._reply(one, on)

    def _reply(self, invited: Invitation, on: date) -> None:
        given = on + timedelta(days=self.random.randint(0, 12))
        if given > LAST_DAY or self.random.random() < 0.3:
            return
        is_child = invited.respondent == "child"
        rating = self.random.choices((1, 2, 3, 4, 5), (1, 2, 5, 22, 26) if not is_child else (1, 1, 3, 8, 12))[0]
        answers: dict[str, Any] = {"rating": rating}
        if self.random.random() < 0.6:
            answers["comment"] = sayings.said(self.random, self._pool(is_child, rating))
            answers["positive_comment"] = "yes" if rating >= 4 else self.random.choice(("no", ""))
        if is_child:
            answers |= {"age_band": self.random.choice(BANDS), "who_helped": self._who(invited)}
            if self.random.random() < 0.03:
                answers |= {"worried": "yes", "comment": sayings.said(self.random, "worried")}
        on_paper = self.random.random() < 0.2
        actor = self.staff.actor(invited.asked_by) if on_paper and invited.asked_by else BY_LINK
        outcomes.respond(
            actor, invited, answers=answers, given_on=given, on_paper=actor is not BY_LINK, at=at(given, 19, 10)
        )

    def _who(self, invited: Invitation) -> str:
        return invited.asked_by.name.split()[0] if invited.asked_by else "Mum"

    def _pool(self, is_child: bool, rating: int) -> str:
        if is_child:
            return "children_pleased" if rating >= 4 else "children_not_pleased"
        return "parents_pleased" if rating >= 4 else "parents_so_so" if rating == 3 else "parents_not_pleased"

    def _engage(self, worked: Worked) -> None:
        """The parent's part in schooling at the start and the end of a case, and what they did with the school."""
        actor, case, ended = self.staff.actor(worked.worker), worked.case, worked.case.closed_at
        parents = [row for row in self.people.get(case.family_id, []) if row.part == Membership.Part.PARENT]
        if not parents or ended is None:
            return
        row, before = parents[0], self.random.randint(3, 9)
        after = max(0, min(15, before + self.random.choice((-1, 0, 1, 2, 3, 4, 4))))
        points = [("start", before, case.opened_at), ("end", after, ended)]
        for point, score, moment in points if self.random.random() < 0.8 else points[:1]:
            outcomes.administer(
                actor,
                case.family,
                service=ESSEX,
                instrument=ENGAGEMENT,
                point=point,
                taken_on=moment.date(),
                completed_by=row.person.full_name,
                score=Decimal(score),
                person=row.person,
                episode_id=case.pk,
                at=moment,
            )
        if self.random.random() < 0.6:
            outcomes.record_school_event(
                actor,
                case.family,
                service=ESSEX,
                person=row.person,
                kind=self.random.choice(("parents_evening", "contact_with_school", "school_activity")),
                happened_on=ended.date() - timedelta(days=3),
                episode_id=case.pk,
                at=ended,
            )

    def _engage_group(self, run: Run, actor: Actor, people: dict[UUID, Booking]) -> None:
        """The same of everybody on a course, as one sheet gives it."""
        if run.programme.kind != "programme":
            return
        words = rules(ESSEX, LAST_DAY).contract.instruments[ENGAGEMENT]
        before = {person: self.random.randint(3, 9) for person in people}
        for point, on in (("start", run.starts_on), ("end", run.ends_on)):
            if on > LAST_DAY:
                continue
            scores = {
                person: before[person] if point == "start" else min(15, before[person] + self.random.randint(-1, 4))
                for person in people
                if point == "start" or self.random.random() < 0.85
            }
            given = [
                Given(person, people[person].family_id, words, "", Decimal(score), people[person].scope)
                for person, score in scores.items()
            ]
            outcomes.keep_scores(
                actor,
                run.scope,
                service=ESSEX,
                run_id=run.pk,
                source="programme",
                point=point,
                taken_on=on,
                given=given,
                at=at(on, 17),
            )

    def _have_a_say(self) -> None:
        """A few occasions, on which some of the families took part."""
        rows = [row for several in self.people.values() for row in several]
        actor = self.staff.actor(self.lived.senior)
        for number, kind in enumerate(KINDS):
            title, said, changed = self.random.choice(sayings.SAYINGS["says"])
            on = date(2010, 10, 5) + timedelta(days=15 * number)
            chosen = self._people(rows, on)
            if chosen:
                community.record_say(
                    actor,
                    Scope.of(service=ESSEX, team=self.lived.team.pk),
                    service=ESSEX,
                    kind=kind,
                    title=title,
                    happened_on=on,
                    people=chosen,
                    said=said,
                    changed=changed,
                    team=self.lived.team,
                    at=at(on, 15),
                )

    def _people(self, rows: list[Membership], on: date) -> list[Person]:
        known = [row for row in rows if row.recorded_at < at(on)]
        chosen = self.random.sample(known, min(len(known), self.random.randint(3, 7)))
        return [row.person for row in chosen if row.part != Membership.Part.CHILD or self.random.random() < 0.6]

    def _count_parents(self) -> None:
        """As the council's own estimate has it."""
        actor = self.staff.actor(self.staff.service_manager)
        for code in self.localities:
            places.count_residents(
                actor,
                Scope.of(service=ESSEX),
                area=self.lived.county.areas[code],
                group="parents",
                residents=self.random.randint(40, 190) * 100,
                since=FIRST_DAY,
                source="The council's estimate of mid 2009",
                at=_first_morning(),
            )


def _first_morning() -> datetime:
    return at(FIRST_DAY + timedelta(days=5), 9)
