"""A service's records as the folder of lists that `fingerpost import` reads: what one row of each kind says.

Rows are in the order of their own words, so that the same records give the same files wherever they lie.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Q

from fingerpost.exchange.imports.words import Words, decimal, yes_or_no
from fingerpost.ground.places.models import SchoolTerm, code_in
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.families.models import Address, Identifier, Membership, Relationship
from fingerpost.people.schooling.models import AttendanceTerm, AttendanceWeek, Coverage, Enrolment, Exclusion, School
from fingerpost.work.assessments.models import Assessment
from fingerpost.work.casework.models import Case, CaseChild, CaseDiscussion, Contact
from fingerpost.work.community.models import Participation
from fingerpost.work.groups.models import Attendance, Run, Session
from fingerpost.work.outcomes.models import Administration, Invitation, Response, SchoolEvent
from fingerpost.work.referrals.models import Request, RequestChild
from fingerpost.work.workforce.models import Absence, Holding, Post, Supervision

Row = dict[str, Any]
Rows = Callable[[Words], Iterator[Row]]
BETWEEN = "; "
FURTHER = "further"
"""Marks a row that adds to another about the same person: it stands below all that tell of somebody first."""


def school_terms(words: Words) -> Iterator[Row]:
    for term in SchoolTerm.objects.all():
        yield {"name": term.name, "first_day": term.first_day, "last_day": term.last_day, "calendar": term.calendar}


def schools(words: Words) -> Iterator[Row]:
    for school in School.objects.all():
        yield {
            "code": school.code, "name": school.name, "phase": school.phase, "locality": code_in(school.area_id),
            "calendar": school.calendar,
        }  # fmt: skip


def staff(words: Words) -> Iterator[Row]:
    """Posts with who held them, vacant posts, and whoever is named without a post."""
    held = Holding.objects.filter(post__service=words.service).select_related("post__team", "user")
    in_post = set()
    for one in held:
        in_post.add(one.user_id)
        yield {
            "ref": words.staff(one.user_id), "name": one.user.name, "email": one.user.email,
            **_post(words, one.post), "since": one.since, "until": one.until,
        }  # fmt: skip
    vacant = Post.objects.filter(service=words.service).exclude(pk__in=held.values("post_id")).select_related("team")
    for post in vacant:
        yield {**_post(words, post), "since": post.since, "until": post.until}
    for user in words.named_staff() - in_post:
        yield {"ref": words.staff(user), "name": words.name_of(user), "email": words.email_of(user)}


def _post(words: Words, post: Post) -> Row:
    return {
        "role": words.role(post.role), "team": post.team.name if post.team else "", "locality": code_in(post.area_id),
        "hours": decimal(post.hours), "full_time_hours": decimal(post.full_time_hours),
    }  # fmt: skip


def absence(words: Words) -> Iterator[Row]:
    for one in Absence.objects.filter(service=words.service):
        yield {
            "worker": words.staff(one.worker_id), "started_on": one.started_on, "ended_on": one.ended_on,
            "reason": one.reason, "note": one.note, "recorded": one.recorded_at,
        }  # fmt: skip


def families(words: Words) -> Iterator[Row]:
    for family in words.families.values():
        yield {
            "family": words.family(family.pk), "name": family.name,
            "restricted": "Yes" if family.restricted else "", "recorded": family.recorded_at,
        }  # fmt: skip


def people(words: Words) -> Iterator[Row]:
    """Everybody in the family they joined first; then a row for each further family, and for each other place on a roll."""
    numbers: dict[uuid.UUID, dict[str, str]] = defaultdict(dict)
    for person, kind, value in Identifier.objects.exclude(kind="local").values_list("person_id", "kind", "value"):
        numbers[person][kind] = value
    homes = {home.person_id: home for home in Address.objects.filter(until=None)}
    on_roll = {one.person_id: one for one in Enrolment.objects.filter(until=None, is_main=True)}
    groups: dict[uuid.UUID, set[str]] = defaultdict(set)
    facts = Circumstance.objects.filter(kind="vulnerable_group", is_true=True, until=None)
    for person, value in facts.values_list("person_id", "value"):
        groups[person].add(value)
    for member in words.members.values():
        person, home, school = member.person, homes.get(member.person_id), on_roll.get(member.person_id)
        yield {
            "local": words.person(person.pk), "family": words.family(member.family_id),
            "part": member.label if member.called else member.part,
            "first_name": person.first_name, "last_name": person.last_name, "known_as": person.known_as,
            "born_on": person.born_on, "sex": person.sex, "phone": person.phone, **numbers[person.pk],
            "address": home.lines if home else "", "postcode": home.postcode if home else "",
            "locality": code_in(home.area_id) if home else "", "lives_there_since": home.since if home else None,
            "since": member.since, "until": member.until, "school": school.school_id if school else "",
            "on_roll_since": school.since if school else None, "vulnerable_groups": sorted(groups[person.pk]),
            "restricted": "Yes" if person.restricted else "", "recorded": person.recorded_at,
        }  # fmt: skip
    yield from _further_families(words)
    yield from _other_places(words)


def _named_again(words: Words, member: Membership) -> Row:
    """By what a further row names somebody who has a row already."""
    person = member.person
    return {
        "local": words.person(person.pk), "family": words.family(member.family_id),
        "part": member.label if member.called else member.part, "first_name": person.first_name,
        "last_name": person.last_name, "born_on": person.born_on, FURTHER: True,
    }  # fmt: skip


def _further_families(words: Words) -> Iterator[Row]:
    """Families that somebody belongs to besides, or belonged to. A time before in the same family cannot be said in a list."""
    rows = Membership.objects.filter(person__in=words.members, family__in=words.families).select_related("person")
    told = {(member.person_id, member.family_id) for member in words.members.values()}
    for member in rows.order_by("recorded_at", "id"):
        if (member.person_id, member.family_id) not in told:
            told.add((member.person_id, member.family_id))
            yield {
                **_named_again(words, member), "since": member.since, "until": member.until,
                "recorded": member.recorded_at,
            }  # fmt: skip


def _other_places(words: Words) -> Iterator[Row]:
    """Schools where somebody was before, and rolls on which they are beside their main school."""
    for one in Enrolment.objects.filter(person__in=words.members).exclude(until=None, is_main=True):
        yield {
            **_named_again(words, words.members[one.person_id]), "school": one.school_id, "on_roll_since": one.since,
            "on_roll_until": one.until, "registration": "Main" if one.is_main else "Subsidiary",
            "recorded": one.recorded_at,
        }  # fmt: skip


_RELATED = {"parent": "Parent of", "carer": "Carer of", "partner": "Partner of", "sibling": "Brother or sister of"}


def relationships(words: Words) -> Iterator[Row]:
    for one in Relationship.objects.filter(person__in=words.members, other__in=words.members):
        yield {
            "person": words.person(one.person_id), "kind": _RELATED.get(one.kind, "Other"),
            "other": words.person(one.other_id), "since": one.since, "until": one.until, "recorded": one.recorded_at,
        }  # fmt: skip


def attendance_weeks(words: Words) -> Iterator[Row]:
    """As each school told it: what is combined of several is worked out again."""
    rows = AttendanceWeek.objects.filter(person__in=words.members, superseded_at=None, is_combined=False)
    for week in rows.iterator(chunk_size=5000):
        yield {
            "person": words.person(week.person_id), "monday": week.monday, "possible": week.possible,
            "attended": week.attended, "unauthorised": week.unauthorised,
            "marks": " ".join(mark or "-" for mark in week.marks), "school": week.school_id, "recorded": week.recorded_at,
        }  # fmt: skip


def attendance_terms(words: Words) -> Iterator[Row]:
    for term in AttendanceTerm.objects.filter(person__in=words.members, superseded_at=None):
        yield {
            "local": words.person(term.person_id), "year": term.year, "term": term.term, "possible": term.possible,
            "authorised": term.authorised, "unauthorised": term.unauthorised, "school": term.school_id,
        }  # fmt: skip


_EXCLUDED = {"fixed_term": "FIXD", "permanent": "PERM", "lunchtime": "LNCH"}


def exclusions(words: Words) -> Iterator[Row]:
    for one in Exclusion.objects.filter(person__in=words.members, superseded_at=None):
        reasons = {f"reason{place}": reason for place, reason in enumerate(one.reasons[:3], start=1)}
        yield {
            "local": words.person(one.person_id), "kind": _EXCLUDED[one.kind], "started_on": one.started_on,
            "ended_on": one.ended_on, "sessions": one.sessions, **reasons, "school": one.school_id,
            "recorded": one.recorded_at,
        }  # fmt: skip
    for said in Coverage.objects.filter(kind=Coverage.Kind.EXCLUSIONS, undone_at=None).order_by("school", "since"):
        days = {"covers_from": said.since, "covers_to": said.until}
        yield {"school": said.school_id, **days, "recorded": said.recorded_at}


_OUTCOMES = {"accepted": "Accepted", "refused": "Not accepted"}
_SOURCES = {"school": "School", "health": "Health", "social_care": "Social care", "family": "Family"}
_ROUTES = {"attendance": "Attendance", "forecast": "Forecast", "exclusion": "Exclusion"}


def referral_history(words: Words) -> Iterator[Row]:
    children: dict[uuid.UUID, list[str]] = defaultdict(list)
    for request, person in RequestChild.objects.values_list("request_id", "person_id"):
        if person in words.members:
            children[request].append(words.person(person))
    for one in Request.objects.filter(service=words.service, family__in=words.families):
        yield {
            "ref": words.request(one.pk, one.ref), "family": words.family(one.family_id),
            "children": sorted(children[one.pk]), "received_on": one.received_at,
            "source": _SOURCES.get(one.source, "Other"), "school": one.school_id, "referrer_name": one.referrer_name,
            "referrer_contact": one.referrer_contact, "reason": one.reason, "forecast_reason": one.forecast_reason,
            "vulnerable_groups": one.vulnerable_groups, "locality": code_in(one.home_area), "service_line": one.line,
            "outcome": _OUTCOMES.get(one.outcome, ""), "route": _ROUTES.get(one.route, ""),
            "decided_on": one.decided_at if one.outcome else None, "withdrawn_on": one.withdrawn_at,
            "recorded": one.recorded_at,
        }  # fmt: skip


def assessments(words: Words) -> Iterator[Row]:
    for one in Assessment.objects.filter(family__in=words.families):
        yield {
            "family": words.family(one.family_id), "person": words.person(one.person_id), "kind": one.kind,
            "assessed_on": one.assessed_on, "author": one.author, "organisation": one.author_organisation,
            "needs": one.needs, "summary": one.summary, "recorded": one.recorded_at,
        }  # fmt: skip


def cases(words: Words) -> Iterator[Row]:
    """One row a case, or one a child where children came in by different ways."""
    children: dict[uuid.UUID, list[tuple[str, str]]] = defaultdict(list)
    for case, person, route in CaseChild.objects.values_list("case_id", "person_id", "entry_route"):
        if person in words.members:
            children[case].append((words.person(person), _ROUTES.get(route, "None")))
    for case in Case.objects.filter(service=words.service, family__in=words.families).select_related("destination"):
        told, own = _case(words, case), sorted(children[case.pk])
        if len({route for _, route in own}) > 1:
            for child, route in own:
                yield {**told, "children": [child], "routes": [route]}
        else:
            yield {**told, "children": [child for child, _ in own], "routes": [own[0][1]] if own else []}


def _case(words: Words, case: Case) -> Row:
    return {
        "ref": words.case(case.pk), "family": words.family(case.family_id),
        "request": words.request(case.request_id) if case.request_id else "", "opened_on": case.opened_at,
        "worker": words.staff(case.worker_id), "locality": code_in(case.home_area_id), "service_line": case.line,
        "focus": case.focus, "closed_on": case.closed_at, "closure_reason": case.closure_reason, "outcomes_met": case.outcomes_met,
        "destination": case.destination.name if case.destination else "",
        "destination_accepted": yes_or_no(case.destination_accepted), "closing_note": case.closing_note,
        "recorded": case.recorded_at, "closing_recorded": case.closure_recorded_at or case.closed_at,
    }  # fmt: skip


def contacts(words: Words) -> Iterator[Row]:
    rows = Contact.objects.filter(service=words.service, case__in=words.cases)
    for one in rows.iterator(chunk_size=5000):
        yield {
            "case": words.case(one.case_id), "happened_on": words.day(one.happened_at), "time": words.time(one.happened_at),
            "kind": one.kind, "minutes": one.minutes, "worker": words.staff(one.worker_id),
            "attended": yes_or_no(one.attended), "mode": one.mode, "topics": one.topics, "note": one.note,
            "recorded": one.recorded_at,
        }  # fmt: skip


def supervision(words: Words) -> Iterator[Row]:
    """One row a case that a meeting spoke of, and one for a meeting with a note of its own or without a case."""
    spoken: dict[uuid.UUID, list[CaseDiscussion]] = defaultdict(list)
    for one in CaseDiscussion.objects.filter(case__in=words.cases):
        spoken[one.supervision_id].append(one)
    for meeting in Supervision.objects.filter(service=words.service):
        told = {
            "worker": words.staff(meeting.worker_id), "supervisor": words.staff(meeting.supervisor_id),
            "held_on": meeting.held_on,
        }  # fmt: skip
        if meeting.note or not spoken[meeting.pk]:
            yield {**told, "note": meeting.note, "recorded": meeting.recorded_at}
        for one in spoken[meeting.pk]:
            yield {
                **told, "case": words.case(one.case_id), "decided": _DECIDED[one.decided], "note": one.note,
                "recorded": one.recorded_at,
            }  # fmt: skip


_DECIDED = {"close": "Close", "extend": "Go on for longer", "refer_on": "Refer on"}


def programmes(words: Words) -> Iterator[Row]:
    for run in Run.objects.filter(service=words.service).select_related("programme", "venue"):
        yield {
            "ref": words.run(run.pk, run.ref), "title": run.programme.title, "kind": run.programme.kind,
            "evidence_based": yes_or_no(run.programme.is_evidence_based), "locality": code_in(run.area_id),
            "venue": run.venue.name if run.venue else "", "starts_on": run.starts_on, "ends_on": run.ends_on,
            "places": run.places, "leader": words.staff(run.leader_id), "agreed_on": run.agreed_on,
            "agreed_by": run.agreed_by, "advertised_on": words.day(run.advertised_at),
            "cancelled_on": words.day(run.cancelled_at), "recorded": run.proposed_at,
        }  # fmt: skip


def sessions(words: Words) -> Iterator[Row]:
    for one in Session.objects.filter(run__service=words.service).select_related("run"):
        yield {
            "run": words.run(one.run_id, one.run.ref), "happened_on": words.day(one.starts_at),
            "time": words.time(one.starts_at), "minutes": one.minutes, "held": yes_or_no(one.held_at is not None),
            "cancelled": "Yes" if one.cancelled_at else "", "headcount": one.headcount if one.held_at else None,
            "recorded": one.held_recorded_at or one.held_at,
        }  # fmt: skip


def registers(words: Words) -> Iterator[Row]:
    rows = Attendance.objects.filter(session__run__service=words.service, person__in=words.members)
    for one in rows.select_related("session__run"):
        starts = one.session.starts_at
        yield {
            "run": words.run(one.session.run_id, one.session.run.ref), "happened_on": words.day(starts),
            "time": words.time(starts), "person": words.person(one.person_id), "present": yes_or_no(one.is_present),
            "recorded": one.recorded_at,
        }  # fmt: skip


def measures(words: Words) -> Iterator[Row]:
    of_people = Q(family__in=words.families) | Q(person__in=words.members)
    for one in Administration.objects.filter(of_people, service=words.service):
        case, run = words.case(one.episode_id), words.known_run(one.episode_id)
        yield {
            "case": case, "run": run, "family": "" if case or run else words.family(one.family_id),
            "person": words.person(one.person_id), "instrument": one.instrument, "topic": one.topic,
            "point": one.point, "taken_on": one.taken_on, "score": decimal(one.score),
            "answers": [f"{question}={answer}" for question, answer in sorted(one.answers.items())],
            "completed_by": one.completed_by, "recorded": one.recorded_at,
        }  # fmt: skip


def feedback(words: Words) -> Iterator[Row]:
    replies = {reply.invitation_id: reply for reply in Response.objects.filter(invitation__service=words.service)}
    run_of = dict(Session.objects.filter(run__service=words.service).values_list("id", "run_id"))
    for one in Invitation.objects.filter(service=words.service):
        reply = replies.get(one.pk)
        yield {
            "ref": one.batch_ref or ("" if one.person_id else one.ref), "case": words.case(one.episode_id),
            "run": words.known_run(run_of.get(one.episode_id, one.episode_id)), "person": words.person(one.person_id),
            "respondent": one.respondent, "asked_on": one.asked_on, "result": one.result.replace("_", " "),
            "replied": yes_or_no(reply is not None), "replied_on": reply.given_on if reply else None,
            "rating": reply.rating if reply else None, "comment": reply.comment if reply else "",
            "positive": yes_or_no(reply.positive_comment) if reply else "",
            "age_band": (reply.age_band if reply else "") or one.age_band, "locality": code_in(one.area_id),
            "recorded": reply.recorded_at if reply else one.recorded_at,
        }  # fmt: skip


def participation(words: Words) -> Iterator[Row]:
    for one in Participation.objects.filter(say__service=words.service, person__in=words.members).select_related("say"):
        say = one.say
        yield {
            "kind": say.kind, "title": say.title, "happened_on": say.happened_on, "person": words.person(one.person_id),
            "locality": code_in(say.area_id), "said": say.said, "changed": say.changed, "recorded": say.recorded_at,
        }  # fmt: skip


def school_events(words: Words) -> Iterator[Row]:
    for one in SchoolEvent.objects.filter(service=words.service, person__in=words.members, episode_id__in=words.cases):
        yield {
            "kind": one.kind, "happened_on": one.happened_on, "person": words.person(one.person_id),
            "case": words.case(one.episode_id), "note": one.note, "recorded": one.recorded_at,
        }  # fmt: skip


KINDS_OUT: dict[str, Rows] = {
    rows.__name__: rows
    for rows in (
        school_terms, schools, staff, absence, families, people, relationships, attendance_weeks, attendance_terms,
        exclusions, referral_history, assessments, cases, contacts, supervision, programmes, sessions, registers,
        measures, feedback, participation, school_events,
    )
}  # fmt: skip

__all__ = ["BETWEEN", "FURTHER", "KINDS_OUT", "Row"]
