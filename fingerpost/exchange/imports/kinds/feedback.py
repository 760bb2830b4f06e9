"""Replies of families to questions about a case or a run."""

import uuid
from collections.abc import Iterable
from typing import Any

from fingerpost.exchange.imports.columns import Column, Wrong, moment, one_of, prose, text, whole_number, yes_no
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind
from fingerpost.exchange.imports.kinds.headings import CASE_NAMES, DAY_NAMES, RECORDED_NAMES, RUN_NAMES
from fingerpost.exchange.imports.kinds.lookups import on_day
from fingerpost.exchange.imports.kinds.said import PERSON_SAYING, Said
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.casework.models import Case
from fingerpost.work.outcomes import bringing
from fingerpost.work.outcomes.bringing import ReplyGiven
from fingerpost.work.outcomes.models import Invitation

RESPONDENTS = {
    "Parent": "parent", "Parent or carer": "parent", "Carer": "parent",
    "Child": "child", "Young person": "child", "Child or young person": "child",
}  # fmt: skip
RESULTS = {
    "Asked": "asked", "Replied": "asked", "Declined": "declined", "Did not want to answer": "declined",
    "Not reached": "not_reached", "No reply": "asked",
}  # fmt: skip
HIGHEST = 5


def rating(cell: str) -> int:
    value = whole_number(cell)
    if not 1 <= value <= HIGHEST:
        raise Wrong(f"A rating is from 1 to {HIGHEST}.")
    return value


class Feedback(Said):
    """People asked about a case or a run, with their replies."""

    def look_up(self, rows: list[dict[str, Any]]) -> None:
        super().look_up(rows)
        self._read_cases(rows)

    def _read_cases(self, rows: list[dict[str, Any]]) -> None:
        ids = {case.id for row in rows if (case := self.cases.get(row.get("case")))}
        found = Case.objects.filter(pk__in=ids).values_list("id", "ref", "locality_id")
        self._case_words = {pk: (ref, area) for pk, ref, area in found}

    def one(self, row: dict[str, Any]) -> Iterable[Fault]:
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
        Column("person", "Person", text(120), PERSON_SAYING),
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
