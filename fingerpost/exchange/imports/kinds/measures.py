"""Scores of questionnaires, before and after: one row a score."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from fingerpost.exchange.imports.columns import Column, bare, moment, number, one_of, separated, text
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import CASE_NAMES, DAY_NAMES, FAMILY_NAMES, RECORDED_NAMES, RUN_NAMES
from fingerpost.exchange.imports.kinds.lookups import (
    CaseFound,
    Cases,
    Families,
    FamilyFound,
    People,
    PersonFound,
    RunFound,
    Runs,
    on_day,
    unknown,
)
from fingerpost.exchange.imports.kinds.on_record import Said, puts
from fingerpost.ground.access.scope import Scope
from fingerpost.language.schema import InstrumentWords
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.outcomes import bringing, scoring
from fingerpost.work.outcomes.bringing import ScoreGiven

POINTS = {
    "Start": "start", "Before": "start", "Pre": "start", "First": "start", "Baseline": "start", "Entry": "start",
    "End": "end", "After": "end", "Post": "end", "Last": "end", "Exit": "end", "Closure": "end", "Closing": "end",
    "Review": "review", "Midpoint": "review", "Follow-up": "review",
}  # fmt: skip
NOT_STATED = "Not stated"


def answers(cell: str) -> dict[str, str]:
    """Answers by question: `rules=3; calm=4`."""
    pairs = [word.partition("=") for word in separated(cell)]
    return {question.strip(): answer.strip() for question, _, answer in pairs}


def code(cell: str) -> str:
    return re.sub(r"\W+", "_", cell.lower()).strip("_")[:60]


class Measures(Load):
    """Scores gathered, each checked against what its questionnaire can give."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._cases, self._runs = Cases(context), Runs(context)
        self._families, self._people = Families(context), People(context)
        self._gathered: dict[tuple[Any, ...], tuple[ScoreGiven, int]] = {}
        self._rows: dict[tuple[Any, ...], dict[str, Any]] = {}

    @cached_property
    def _instruments(self) -> dict[str, tuple[str, InstrumentWords]]:
        """Questionnaires of the contract, by key and title."""
        offered = self.context.rules.contract.instruments
        return {bare(word): (key, words) for key, words in offered.items() for word in (key, words.title)}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self._cases.look_up(row.get("case") for row in rows)
        self._runs.look_up(row.get("run") for row in rows)
        self._families.look_up(row.get("family") for row in rows)
        self._families.read(case.on_case.family_id for row in rows if (case := self._cases.get(row.get("case"))))
        self._people.look_up(row.get("person") for row in rows)
        self._people.look_up_families(row.get("person") for row in rows)
        for row in rows:
            yield from self._one(row)

    def _one(self, row: dict[str, Any]) -> Iterable[Fault]:
        line = row[LINE]
        case, run, family = (
            self._cases.get(row.get("case")),
            self._runs.get(row.get("run")),
            self._families.get(row.get("family")),
        )
        for key, column, what, found in (
            ("case", "Case", "The case", case), ("run", "Run", "The run", run), ("family", "Family", "The family", family),
        ):  # fmt: skip
            if row.get(key) and found is None:
                return [unknown(line, column, what, row[key])]
        family = family or (self._families.by_id(case.on_case.family_id) if case else None)
        person = self._people.get(row.get("person"), family)
        if row.get("person") and person is None:
            return [unknown(line, "Person", "The person", row["person"])]
        if family is None and person is None:
            return [Fault(line, "Person", "Say whose score this is: name the case, the family or the person.")]
        return self._scored(row, case, run, family, person)

    def _scored(
        self,
        row: dict[str, Any],
        case: CaseFound | None,
        run: RunFound | None,
        family: FamilyFound | None,
        person: PersonFound | None,
    ) -> Iterable[Fault]:
        line, known = row[LINE], self._instruments.get(bare(row["instrument"]))
        if known is None:
            offered = ", ".join(self.context.rules.contract.instruments)
            message = f"{row['instrument'][:40]!r} is not a questionnaire of the contract. Use one of: {offered}."
            return [Fault(line, "Questionnaire", message)]
        key, words = known
        try:
            topic = scoring.topic_of(words, row.get("topic") or "")
            about = topic if row.get("topic") else ""
            if row.get("score") is not None:
                points = scoring.within_range(words, row["score"], about)
            else:
                points = scoring.score(words, row.get("answers") or {}, about)
        except scoring.NotScorable as fault:
            return [Fault(line, "Score", fault.message)]
        family_id = family.id if family else self._people.family_of(person.id) if person else None
        scope = case.scope if case else (family or person).scope  # type: ignore[union-attr]
        given = ScoreGiven(
            scope=scope | (run.scope if run else Scope(frozenset())),
            family_id=family_id,
            person_id=person.id if person else None,
            episode_kind="run" if run else "case",
            episode_id=run.id if run else case.id if case else None,
            source=run.kind if run else "case",
            instrument=key,
            topic=topic,
            point=row["point"],
            taken_on=on_day(row["taken_on"]),
            score=points,
            completed_by=row.get("completed_by") or NOT_STATED,
            recorded_at=self.context.recorded(row["taken_on"], row.get("recorded")),
            answers=row.get("answers") or {},
        )
        if given.key in self._gathered:
            earlier = self._gathered[given.key][1]
            return [Fault(line, "", f"This score is in the file already, on line {earlier}. Keep one row.")]
        self._gathered[given.key] = (given, line)
        self._rows[given.key] = row
        return ()

    def finish(self) -> Iterator[Fault]:
        """What the list says otherwise of scores held. Two queries."""
        for key, held in bringing.scores_held([given for given, _ in self._gathered.values()]).items():
            (given, line), row = self._gathered[key], self._rows[key]
            said = [
                puts("Score", given.score, held, "score"),
                puts("Answers", row.get("answers"), held, "answers"),
                puts("Completed by", row.get("completed_by"), held, "completed_by"),
                Said("Recorded", row.get("recorded") and given.recorded_at, held.recorded_at),
            ]
            self.on_record.compare(line, "This score", held, said)
        yield from super().finish()

    def write(self) -> Written:
        context, given = self.context, [one for one, _ in self._gathered.values()]
        added = bringing.bring_in_scores(
            context.actor, context.scope, service=context.service, scores=given, batch=context.batch, at=context.at
        )
        changed = self.on_record.write()
        return Written(added=added, changed=changed, unchanged=len(given) - added - changed)


class MeasureList(Kind):
    name = "measures"
    title = "Scores of questionnaires"
    turn = 70
    file_names = ("measures", "scores", "outcomes", "questionnaires")
    columns = (
        Column("case", "Case", text(60), CASE_NAMES),
        Column("run", "Run", text(60), RUN_NAMES),
        Column("family", "Family", text(60), FAMILY_NAMES),
        Column(
            "person",
            "Person",
            text(120),
            ("Person ref", "Person number", "Person ID", "Own number", "Parent", "Child", "Participant"),
        ),
        Column("instrument", "Questionnaire", text(120), ("Instrument", "Measure", "Tool", "Scale"), required=True),
        Column("topic", "Topic", code, ("What it measures", "Domain")),
        Column(
            "point", "Point", one_of(POINTS, "a point"), ("When", "Stage", "Time point", "Pre or post"), required=True
        ),
        Column(
            "taken_on", "Date", moment, (*DAY_NAMES, "Taken", "Taken on", "Date taken", "Completed on"), required=True
        ),
        Column("score", "Score", number, ("Points", "Total", "Value", "Total score")),
        Column("answers", "Answers", answers, ("Replies",)),
        Column("completed_by", "Completed by", text(160), ("Filled in by", "By")),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (
        frozenset({"instrument", "point", "taken_on", "score"}),
        frozenset({"instrument", "point", "taken_on", "answers"}),
    )
    load = Measures

    @classmethod
    def undo(cls, context: Context) -> int:
        return bringing.take_out(context.actor, context.scope, batch=context.batch, at=context.at)
