"""What families say: replies to questions, parts taken in shaping the service, events at school."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Any

from fingerpost.exchange.imports.columns import Column, Wrong, bare, moment, one_of, prose, text, whole_number, yes_no
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import CASE_NAMES, DAY_NAMES, NOTE_NAMES, RECORDED_NAMES, RUN_NAMES
from fingerpost.exchange.imports.kinds.lookups import (
    Areas,
    Cases,
    Families,
    People,
    PersonFound,
    Runs,
    on_day,
    unknown,
)
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.casework.models import Case
from fingerpost.work.community import bringing as community
from fingerpost.work.community.bringing import SayGiven
from fingerpost.work.outcomes import bringing
from fingerpost.work.outcomes.bringing import ReplyGiven, SchoolEventGiven
from fingerpost.work.outcomes.models import Invitation

RESPONDENTS = {
    "Parent": "parent", "Parent or carer": "parent", "Carer": "parent",
    "Child": "child", "Young person": "child", "Child or young person": "child",
}  # fmt: skip
RESULTS = {
    "Asked": "asked", "Replied": "asked", "Declined": "declined", "Did not want to answer": "declined",
    "Not reached": "not_reached", "No reply": "asked",
}  # fmt: skip
PERSON = ("Person ref", "Person ID", "Own number", "Participant", "Respondent ref")
HIGHEST = 5


def rating(cell: str) -> int:
    value = whole_number(cell)
    if not 1 <= value <= HIGHEST:
        raise Wrong(f"A rating is from 1 to {HIGHEST}.")
    return value


class WithPeople(Load):
    """What these lists share: cases, runs and people looked up."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.cases, self.runs, self.people = Cases(context), Runs(context), People(context)
        self.families, self.areas = Families(context), Areas(context)
        self._gathered: dict[tuple[Any, ...], tuple[Any, int]] = {}

    def look_up(self, rows: list[dict[str, Any]]) -> None:
        """Read what the rows name."""
        self.cases.look_up(row.get("case") for row in rows)
        self.runs.look_up(row.get("run") for row in rows)
        self.people.look_up(row.get("person") for row in rows)
        self.people.look_up_families(row.get("person") for row in rows)
        self.families.read(case.on_case.family_id for row in rows if (case := self.cases.get(row.get("case"))))

    def person(self, row: dict[str, Any]) -> PersonFound | None:
        """The person of a row, by name too where her case says in which family."""
        case = self.cases.get(row.get("case"))
        return self.people.get(row.get("person"), self.families.by_id(case.on_case.family_id) if case else None)

    def strangers(self, row: dict[str, Any]) -> list[Fault]:
        """Everything the row names that is not known."""
        found = (
            ("case", "Case", "The case", self.cases.get(row.get("case"))),
            ("run", "Run", "The run", self.runs.get(row.get("run"))),
            ("person", "Person", "The person", self.person(row)),
            ("locality", "Locality", "The area", self.areas.get(row.get("locality"))),
        )
        return [
            unknown(row[LINE], column, what, row[key]) for key, column, what, it in found if row.get(key) and it is None
        ]

    def keep(self, key: tuple[Any, ...], given: Any, line: int) -> Iterable[Fault]:
        """Keep what a row gives, once."""
        if key in self._gathered:
            return [Fault(line, "", f"This is in the file already, on line {self._gathered[key][1]}. Keep one row.")]
        self._gathered[key] = (given, line)
        return ()

    @property
    def kept(self) -> list[Any]:
        return [given for given, _ in self._gathered.values()]


class Feedback(WithPeople):
    """People asked about a case or a run, with their replies."""

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self.look_up(rows)
        self._read_cases(rows)
        for row in rows:
            if faults := self.strangers(row):
                yield from faults
            else:
                yield from self._one(row)

    def _read_cases(self, rows: list[dict[str, Any]]) -> None:
        ids = {case.id for row in rows if (case := self.cases.get(row.get("case")))}
        found = Case.objects.filter(pk__in=ids).values_list("id", "ref", "locality_id")
        self._case_words = {pk: (ref, area) for pk, ref, area in found}

    def _one(self, row: dict[str, Any]) -> Iterable[Fault]:
        line, case, run = row[LINE], self.cases.get(row.get("case")), self.runs.get(row.get("run"))
        if (case is None) == (run is None):
            return [Fault(line, "Case", "Say what was asked about: name the case or the run, not both.")]
        form = self.context.rules.contract.pathway.feedback.get(row["respondent"])
        if form is None:
            return [Fault(line, "Respondent", "The contract asks nobody of this kind. Use another respondent.")]
        person = self.person(row)
        says = row.get("rating") is not None or row.get("comment") or row.get("replied")
        replied = row.get("replied_on") or (row["asked_on"] if says else None)
        ref, area = (run.ref, run.area) if run else self._case_words[case.id] if case else ("", None)
        scope = run.scope if run else case.scope if case else self.context.scope
        episode = run.id if run else case.id if case else uuid.UUID(int=0)
        given = ReplyGiven(
            scope=scope | person.scope if person else scope,
            family_id=self.people.family_of(person.id) if person else None,
            person_id=person.id if person else None,
            respondent=row["respondent"],
            instrument=form.instrument,
            episode_kind="run" if run else "case",
            episode_id=episode,
            episode_ref=ref,
            activity_type=run.kind if run else "case",
            area=self.areas.get(row.get("locality")) or area,
            asked_on=on_day(row["asked_on"]),
            result=row.get("result") or "asked",
            asked_recorded_at=self.context.recorded(row["asked_on"], None if replied else row.get("recorded")),
            recorded_at=self.context.recorded(replied or row["asked_on"], row.get("recorded")),
            ref=row.get("ref") or "",
            replied_on=on_day(replied) if replied else None,
            rating=row.get("rating"),
            comment=row.get("comment") or "",
            positive_comment=row.get("positive"),
            age_band=row.get("age_band") or "",
        )
        key = (episode, person.id) if person else (episode, row.get("ref") or line)
        return self.keep(key, given, line)

    def write(self) -> Written:
        context, given = self.context, self.kept
        asked = Invitation.objects.filter(episode_id__in={one.episode_id for one in given})
        known = set(asked.exclude(person=None).values_list("episode_id", "person_id"))
        cards = set(asked.filter(person=None).exclude(batch_ref="").values_list("episode_id", "batch_ref"))
        new = [
            one
            for one in given
            if (one.episode_id, one.person_id) not in known and (one.episode_id, one.ref) not in cards
        ]
        bringing.bring_in_replies(
            context.actor, context.scope, service=context.service, replies=new, batch=context.batch, at=context.at
        )
        return Written(added=len(new), unchanged=len(given) - len(new))


class FeedbackList(Kind):
    name = "feedback"
    title = "What people said"
    turn = 71
    file_names = ("feedback", "surveys", "satisfaction", "replies")
    columns = (
        Column("ref", "Reply", text(60), ("Reply ref", "Feedback ref", "Feedback ID", "Card", "Reference")),
        Column("case", "Case", text(60), CASE_NAMES),
        Column("run", "Run", text(60), (*RUN_NAMES, "Course")),
        Column("person", "Person", text(120), PERSON),
        Column(
            "respondent",
            "Respondent",
            one_of(RESPONDENTS, "a respondent"),
            ("Respondent kind", "Who", "Given by"),
            required=True,
        ),
        Column("asked_on", "Asked", moment, ("Asked on", "Date asked", "Date", *DAY_NAMES), required=True),
        Column("result", "Result", one_of(RESULTS, "a result"), ("Outcome", "Status")),
        Column("replied", "Replied", yes_no, ("Has replied",)),
        Column("replied_on", "Replied on", moment, ("Reply date", "Date replied")),
        Column("rating", "Rating", rating, ("Score", "Stars", "Rating out of 5")),
        Column("comment", "Comment", prose(5000), ("What they said", "Comments", "Said")),
        Column("positive", "Positive comment", yes_no, ("Is positive", "Positive")),
        Column("age_band", "Age band", text(20), ("Age group",)),
        Column("locality", "Locality", text(120), ("Area",)),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"case", "respondent", "asked_on"}), frozenset({"run", "respondent", "asked_on"}))
    load = Feedback

    @classmethod
    def undo(cls, context: Context) -> int:
        return bringing.take_out(context.actor, context.scope, batch=context.batch, at=context.at)


class Participations(WithPeople):
    """Parts taken, gathered by occasion."""

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self.look_up(rows)
        for row in rows:
            if faults := self.strangers(row):
                yield from faults
            else:
                yield from self._one(row)

    @cached_property
    def _kinds(self) -> dict[str, str]:
        kinds = self.context.rules.contract.pathway.participation
        return {bare(word): code for code, words in kinds.items() for word in (code, words.label)}

    def _one(self, row: dict[str, Any]) -> Iterable[Fault]:
        kind = self._kinds.get(bare(row["kind"]))
        if kind is None:
            offered = ", ".join(self.context.rules.contract.pathway.participation)
            return [
                Fault(row[LINE], "Kind", f"{row['kind'][:40]!r} is no kind of the contract. Use one of: {offered}.")
            ]
        person = self.person(row)
        on = on_day(row["happened_on"])
        title = row.get("title") or row["kind"]
        return self.keep(
            (kind, title, on, person.id if person else row[LINE]), (kind, row, person, title, on), row[LINE]
        )

    def write(self) -> Written:
        context = self.context
        occasions: dict[tuple[str, str, date], list[tuple[dict[str, Any], PersonFound]]] = {}
        for kind, row, person, title, on in self.kept:
            occasions.setdefault((kind, title, on), []).append((row, person))
        says = [self._say(key, rows) for key, rows in occasions.items()]
        added = community.bring_in(
            context.actor, context.scope, service=context.service, says=says, batch=context.batch, at=context.at
        )
        return Written(added=added, unchanged=len(self.kept) - added)

    def _say(self, key: tuple[str, str, date], rows: list[tuple[dict[str, Any], PersonFound]]) -> SayGiven:
        kind, title, on = key
        first = rows[0][0]
        people = tuple((person.id, self.people.family_of(person.id), person.scope) for _, person in rows)
        recorded = self.context.recorded(first["happened_on"], first.get("recorded"))
        said = next((row["said"] for row, _ in rows if row.get("said")), "")
        changed = next((row["changed"] for row, _ in rows if row.get("changed")), "")
        return SayGiven(kind, title, on, recorded, self.areas.get(first.get("locality")), people, said, changed)


class ParticipationList(Kind):
    name = "participation"
    title = "Parts taken in shaping the service"
    turn = 72
    file_names = ("participation", "participations", "having a say", "involvement")
    columns = (
        Column("kind", "Kind", text(60), ("Type", "Participation kind"), required=True),
        Column("title", "Title", text(160), ("What", "Occasion", "Event")),
        Column("happened_on", "Date", moment, (*DAY_NAMES, "Happened on"), required=True),
        Column("person", "Person", text(120), PERSON, required=True),
        Column("locality", "Locality", text(120), ("Area",)),
        Column("said", "Said", prose(5000), ("What they said", *NOTE_NAMES, "Note")),
        Column("changed", "Changed", prose(5000), ("What changed",)),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"kind", "happened_on", "person"}),)
    load = Participations

    @classmethod
    def undo(cls, context: Context) -> int:
        return community.take_out(context.actor, context.scope, batch=context.batch, at=context.at)


class SchoolEvents(WithPeople):
    """Events at school, gathered by parent, kind and day."""

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self.look_up(rows)
        for row in rows:
            if faults := self.strangers(row):
                yield from faults
            else:
                yield from self._one(row)

    @cached_property
    def _kinds(self) -> dict[str, str]:
        kinds = self.context.rules.contract.pathway.school_events
        return {bare(word): code for code, words in kinds.items() for word in (code, words.label)}

    def _one(self, row: dict[str, Any]) -> Iterable[Fault]:
        kind, person, case = self._kinds.get(bare(row["kind"])), self.person(row), self.cases.get(row.get("case"))
        if kind is None:
            offered = ", ".join(self.context.rules.contract.pathway.school_events)
            return [
                Fault(row[LINE], "Kind", f"{row['kind'][:40]!r} is no kind of the contract. Use one of: {offered}.")
            ]
        if person is None:
            return [unknown(row[LINE], "Person", "The person", row["person"])]
        on = on_day(row["happened_on"])
        given = SchoolEventGiven(
            scope=case.scope if case else person.scope,
            family_id=case.on_case.family_id if case else self.people.family_of(person.id),
            person_id=person.id,
            episode_id=case.id if case else None,
            kind=kind,
            happened_on=on,
            recorded_at=self.context.recorded(row["happened_on"], row.get("recorded")),
            note=row.get("note") or "",
        )
        return self.keep((person.id, kind, on), given, row[LINE])

    def write(self) -> Written:
        context, given = self.context, self.kept
        added = bringing.bring_in_school_events(
            context.actor, context.scope, service=context.service, events=given, batch=context.batch, at=context.at
        )
        return Written(added=added, unchanged=len(given) - added)


class SchoolEventList(Kind):
    name = "school_events"
    title = "Events at school"
    turn = 73
    file_names = ("school events", "engagement", "education events")
    columns = (
        Column("kind", "Kind", text(60), ("Event", "Event kind", "Type"), required=True),
        Column("happened_on", "Date", moment, (*DAY_NAMES, "Event date"), required=True),
        Column("person", "Person", text(120), (*PERSON, "Parent"), required=True),
        Column("case", "Case", text(60), CASE_NAMES, required=True),
        Column("note", "Note", prose(2000), NOTE_NAMES),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"kind", "happened_on", "person", "case"}),)
    load = SchoolEvents

    @classmethod
    def undo(cls, context: Context) -> int:
        return bringing.take_out(context.actor, context.scope, batch=context.batch, at=context.at)
