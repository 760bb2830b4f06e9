"""Replies of families to questions about a case or a run."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from fingerpost.exchange.imports.columns import Column, Wrong, moment, one_of, prose, text, whole_number, yes_no
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind
from fingerpost.exchange.imports.kinds.headings import CASE_NAMES, DAY_NAMES, RECORDED_NAMES, RUN_NAMES
from fingerpost.exchange.imports.kinds.lookups import on_day
from fingerpost.exchange.imports.kinds.on_record import Said, puts
from fingerpost.exchange.imports.kinds.said import PERSON_SAYING, Voices
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.casework.models import Case
from fingerpost.work.outcomes import bringing
from fingerpost.work.outcomes.bringing import ReplyGiven
from fingerpost.work.outcomes.models import Invitation, Response

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


class Feedback(Voices):
    """People asked about a case or a run, with their replies."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._rows: dict[int, dict[str, Any]] = {}
        self._new: list[ReplyGiven] = []
        self._came: list[tuple[Invitation, ReplyGiven]] = []  # replies to questions that are on record without one

    def look_up(self, rows: list[dict[str, Any]]) -> None:
        super().look_up(rows)
        self._read_cases(rows)

    def _read_cases(self, rows: list[dict[str, Any]]) -> None:
        ids = {case.id for row in rows if (case := self.cases.get(row.get("case")))}
        found = Case.objects.filter(pk__in=ids).values_list("id", "ref", "home_area_id")
        self._case_words = {pk: (ref, area) for pk, ref, area in found}

    def one(self, row: dict[str, Any]) -> Iterable[Fault]:
        line, case, run = row[LINE], self.cases.get(row.get("case")), self.runs.get(row.get("run"))
        if (case is None) == (run is None):
            return [Fault(line, "Case", "Say what was asked about: name the case or the run, not both.")]
        form = self.context.rules.contract.pathway.feedback.get(row["respondent"])
        if form is None:
            return [Fault(line, "Respondent", "The contract asks nobody of this kind. Use another respondent.")]
        if row.get("replied") is False and any(row.get(key) for key in ("replied_on", "rating", "comment")):
            return [Fault(line, "Replied", "It says that nobody replied, and gives a reply. Put one of the two right.")]
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
        self._rows[line] = row
        return self.keep(key, given, line)

    def finish(self) -> Iterator[Fault]:
        """Which replies are on record, and what the list says otherwise of them. Two queries."""
        asked = list(
            Invitation.objects.filter(episode_id__in={one.episode_id for one in self.kept}).select_related("area")
        )
        replies = {one.invitation_id: one for one in Response.objects.filter(invitation__in=asked)}
        by_key = {(one.episode_id, one.person_id or one.batch_ref): one for one in asked}
        cards = Counter(_card(one, replies.get(one.pk)) for one in asked if not (one.person_id or one.batch_ref))
        for given, line in self._gathered.values():
            held = (
                by_key.get((given.episode_id, given.person_id or given.ref)) if given.person_id or given.ref else None
            )
            if held:
                self._compare(held, replies.get(held.pk), given, self._rows[line])
            elif not (given.person_id or given.ref) and cards[_card_of(given)]:
                cards[_card_of(given)] -= 1  # a card without a number: as many alike as are on record are the same
            else:
                self._new.append(given)
        yield from super().finish()

    def _compare(self, held: Invitation, reply: Response | None, given: ReplyGiven, row: dict[str, Any]) -> None:
        line, area, has_replied = row[LINE], self.areas.get(row.get("locality")), given.replied_on is not None
        words = (held.area.name if held.area else "", row.get("locality") or "")
        known = given.recorded_at if has_replied else given.asked_recorded_at
        replied = None if row.get("replied") is None else row["replied"] or has_replied
        said = [
            Said("Respondent", given.respondent, held.respondent),
            Said("Asked", given.asked_on, held.asked_on),
            puts("Result", row.get("result"), held, "result"),
            puts("Age band", row.get("age_band"), held, "age_band"),
            Said("Locality", area, held.area_id, {"area_id": area}, ("area_id",), words),
            Said("Replied", replied, reply is not None or has_replied),
        ]
        if bool(reply) == has_replied:
            said.append(
                Said("Recorded", row.get("recorded") and known, reply.recorded_at if reply else held.recorded_at)
            )
        if held.person_id is not None and row.get("ref"):
            said.append(Said("Reply", row["ref"], held.batch_ref))
        self.on_record.compare(line, "This reply", held, said)
        if reply:
            answered = [
                puts("Replied on", row.get("replied_on") and given.replied_on, reply, "given_on"),
                puts("Rating", row.get("rating"), reply, "rating"),
                puts("Comment", row.get("comment"), reply, "comment"),
                puts("Positive comment", row.get("positive"), reply, "positive_comment"),
            ]
            self.on_record.compare(line, "This reply", reply, answered)
        elif has_replied:
            self._came.append((held, given))

    def write(self) -> Written:
        context, new = self.context, self._new
        bringing.bring_in_replies(
            context.actor, context.scope, service=context.service, replies=new, batch=context.batch, at=context.at
        )
        bringing.bring_in_answers(context.actor, context.scope, answers=self._came, batch=context.batch, at=context.at)
        changed = self.on_record.write() + len(self._came)
        return Written(added=len(new), changed=changed, unchanged=max(0, len(self.kept) - len(new) - changed))


def _card(held: Invitation, reply: Response | None) -> tuple[Any, ...]:
    """What makes two cards without a number alike."""
    said = (reply.given_on, reply.rating, reply.comment, reply.positive_comment) if reply else (None, None, "", None)
    return (held.episode_id, held.respondent, held.asked_on, held.result, held.area_id, held.age_band, *said)


def _card_of(given: ReplyGiven) -> tuple[Any, ...]:
    said = (given.replied_on, given.rating, given.comment, given.positive_comment)
    asked = (given.episode_id, given.respondent, given.asked_on, given.result, given.area, given.age_band)
    return (*asked, *(said if given.replied_on else (None, None, "", None)))


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
