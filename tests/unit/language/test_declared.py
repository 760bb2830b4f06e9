"""Questions and kinds of record that a contract declares: what may be written, and what the check says of what may not."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from fingerpost.language.answering import (
    AnswerRefused,
    Asking,
    NoAnswer,
    Value,
    from_json,
    in_words,
    settle_times,
    to_json,
)
from fingerpost.language.contract import Contract
from fingerpost.language.schema.items import ItemSpec
from tests.unit.language.small import contract, faults, told

COMPLAINT = """
complaint:
  label: {one: Complaint, many: Complaints}
  clause: "3.1"
  about: [family, person]
  items:
    matter: {label: "What is it about?", type: note, restricted: true, clause: "3.1"}
    upheld:
      label: Was it upheld?
      type: choice
      answers: {upheld: Upheld, partly: In part, no_fault: Not upheld}
      ask: answered_on
    remedy: {label: "What was put right?", type: line, ask: answered_on, where: {upheld: [upheld, partly]}, required: true}
    money: {type: number, unit: pounds, at_least: 0, at_most: most_paid, where: {upheld: upheld}, ask: answered_on}
  times:
    received_on: {stage: New, required: true}
    acknowledged_on: {stage: Acknowledged, at_least: received_on}
    answered_on: {stage: Closed, at_least: received_on}
  who: {writes: [caseworker, service_manager], sees: [service_manager]}
"""
VALUES = "values: {most_paid: [{since: 2010-04-01, value: 500, unit: pounds}]}"
ANSWERED = 'answered: {clause: "3.1", starts: complaint.received_on, stops: complaint.answered_on, working_days: 20}'


@pytest.fixture
def complaints() -> Contract:
    return contract(registers=VALUES + COMPLAINT)


def asking(complaints: Contract, on: date = date(2010, 6, 1)) -> Asking:
    items = complaints.kinds["complaint"].items
    return Asking(items, on, complaints.values, frozenset(items))


def test_a_kind_is_read(complaints: Contract) -> None:
    kind = complaints.kinds["complaint"]
    assert kind.called("complaint") == ("Complaint", "Complaints")
    assert kind.subjects == ("family", "person")
    assert kind.stage_of({"received_on", "answered_on"}) == "answered_on"
    assert kind.stage_of({"received_on"}) == "received_on"
    assert kind.stage_of(set()) == ""


def test_a_figure_counts_entries_by_what_all_its_readers_may_see() -> None:
    def said(of_it: str, clocks: str = ANSWERED, count: str = "complaint") -> str:
        late = f'clause: "3.1", title: Late, of: complaint, when: received_on, each: contract, count: {count}, {of_it}'
        return told(faults(registers=VALUES + COMPLAINT, clocks=clocks, indicators=f"late: {{{late}}}"), "error")

    assert said("share: {answered_in_time: true}, by: [stage, upheld]") == ""
    assert "complaint has no fact answered_in_time" in said("share: {answered_in_time: true}", clocks="")
    assert "Fewer people may see the answer to matter than read this figure" in said("share: {matter: late}")
    assert "upheld is never maybe" in said("share: {upheld: maybe}")
    assert "stage is never Shut" in said("share: {stage: Shut}")
    assert "complaint does not count child" in said("by: [stage]", count="child")


def test_a_clock_runs_on_the_times_of_one_record() -> None:
    both = ANSWERED.replace("complaint.answered_on", "closed_at")
    said = told(faults(registers=VALUES + COMPLAINT, clocks=both))
    assert "complaint.received_on and closed_at are times of different records" in said
    unknown = ANSWERED.replace("answered_on", "answered")
    assert "Did you mean complaint.answered_on" in told(faults(registers=VALUES + COMPLAINT, clocks=unknown))


@pytest.mark.parametrize(
    ("was", "written", "said"),
    [
        ("about: [family, person]", "about: martian", "No entry can be about martian"),
        ("sees: [service_manager]", "sees: [servce_manager]", "Did you mean service_manager"),
        ("ask: answered_on, where", "ask: anwsered_on, where", "Did you mean answered_on"),
        ("where: {upheld: upheld}", "where: {uphold: upheld}", "Did you mean upheld"),
        ("where: {upheld: upheld}", "where: {upheld: maybe}", "upheld is never maybe"),
        ("where: {upheld: upheld}", "where: {remedy: rude}", "free words, which no rule can compare"),
        ("where: {upheld: upheld}", "where: {money: {at_least: 1}}", "money hangs on itself"),
        ("at_most: most_paid", "at_most: moat_paid", "Did you mean most_paid"),
        ("unit: pounds, at", "unit: pounds, answers: {a: A, b: B}, at", "A number has no answers to choose from"),
        ("type: line, ask", "type: line, unit: miles, ask", "A line has no unit"),
        ("no_fault: Not upheld", "not_known: Not known", "not_known is an answer to every question already"),
        ("{upheld: Upheld, partly: In part, no_fault: Not upheld}", "{upheld: Upheld}", "nothing to choose between"),
        ('restricted: true, clause: "3.1"', "restricted: true", "no clause says why it is asked"),
        ("type: line, ask", "type: link, of: martian, ask", "Nothing can lead to martian"),
        (
            "type: line, ask",
            "type: link, of: worker, bands: {a: {at_least: 1}}, ask",
            "bands is not a word that can stand",
        ),
        (
            "where: {upheld: [upheld, partly]}",
            "where: {money: {at_least: 1}}",
            "remedy hangs on money, which is asked after it",
        ),
        ("where: {upheld: upheld}", "where: {stage: answered_on}", "This form has no fact stage"),
        ("where: {upheld: upheld}", "where: {matter: known}", "would tell the answer to matter"),
        ("about: [family, person]", "about: complaint", "No entry can be about complaint"),
        ("about: [family, person]", "about: session", "No entry can be about session"),
        ("    matter:", "    stage:", "stage is the name of something else here"),
        ("    matter:", "    attendance_rate_12_weeks:", "a fact of the product's own"),
        ("type: line, ask", "type: link, ask", "A link says what it leads to"),
        ("at_least: received_on}\n  who", "at_least: answered_on}\n  who", "bound to itself"),
        ('  clause: "3.1"\n', "", "No clause asks for complaint"),
        ("complaint:\n", "person:\n", "the name of something of the product's own"),
        ("complaint:\n", "case:\n", "What is added to a case is about that case"),
        ("complaint:\n", "case:\n", "What is added to a case is seen by whoever may see the case"),
        ("complaint:\n", "cases:\n", "the name of something of the product's own"),
    ],
)
def test_what_the_check_says(was: str, written: str, said: str) -> None:
    text = VALUES + COMPLAINT
    assert was in text
    changed = text.replace(was, written, 1)
    if was == '  clause: "3.1"\n':
        changed = changed.replace(', restricted: true, clause: "3.1"', "")
    assert said in told(faults(registers=changed))


def test_what_is_added_to_a_request_is_a_fact_of_decisions_and_gates() -> None:
    gate = 'gates: {closing: {clause: "3.1", label: Matched, condition: {all: [%s]}}}'
    added = """
case: {clause: "3.1", items: {%s: {type: number}}, times: {matched_on: {}}}
request: {clause: "3.1", items: {score: {type: number}, why: {type: line, restricted: true, clause: "3.1"}}}
"""
    good = gate % "{matched_on: known}, {hours: {at_least: 3}}, {score: {more_than: 2}}"
    assert told(faults(registers=added % "hours", pathway=good), "error") == ""
    assert "score is asked of a" in told(faults(registers=added % "score"))
    assert "has no fact why" in told(faults(registers=added % "hours", pathway=gate % "{why: known}"))


def test_roles_of_the_contract_may_be_named() -> None:
    named = COMPLAINT.replace("writes: [caseworker,", "writes: [family_worker,")
    assert "There is no role family_worker" in told(faults(registers=VALUES + named))
    own = "family_worker: {label: Family worker, like: caseworker}"
    assert faults(registers=VALUES + named, roles=own) == []


def test_a_long_form_is_remarked_on() -> None:
    def form(number: int) -> str:
        items = ", ".join(f"q{n}: {{type: line}}" for n in range(number))
        return f'log: {{clause: "3.1", about: area, items: {{{items}}}}}'

    assert faults(registers=form(12)) == []
    assert "13 questions stand on the first form of log" in told(faults(registers=form(13)), "warning")


# --- Answers ---


def test_what_does_not_arise_is_not_applicable(complaints: Contract) -> None:
    kept = asking(complaints).settle({"matter": "Late", "upheld": "no_fault"})
    assert kept == {
        "matter": "Late",
        "upheld": "no_fault",
        "remedy": NoAnswer.NOT_APPLICABLE,
        "money": NoAnswer.NOT_APPLICABLE,
    }


def test_what_arises_and_is_required_is_asked_for(complaints: Contract) -> None:
    with pytest.raises(AnswerRefused, match="Answer this, or say why not: What was put right"):
        asking(complaints).settle({"upheld": "partly"})
    assert asking(complaints).settle({"upheld": "partly", "remedy": NoAnswer.DECLINED})["remedy"] is NoAnswer.DECLINED
    assert "remedy" not in asking(complaints).settle({}), "while nobody knows whether it arises, nobody must answer it"


def test_an_answer_that_does_not_arise_is_refused(complaints: Contract) -> None:
    with pytest.raises(AnswerRefused, match="does not arise here"):
        asking(complaints).settle({"upheld": "partly", "remedy": "Said sorry", "money": Decimal(5)})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"upheld": "maybe"}, "not one of the answers. Choose from Upheld, In part, Not upheld"),
        ({"matter": " "}, "There are no words here"),
        ({"matter": "x" * 10_001}, "use 10,000 characters or fewer"),
        ({"matter": 7}, "words are needed"),
        ({"upheld": "upheld", "remedy": "Paid", "money": Decimal("500.01")}, "Money must be at most 500"),
        ({"upheld": "upheld", "remedy": "Paid", "money": Decimal("-0.01")}, "Money must be at least 0"),
        ({"rocket": "Yes"}, "There is no question rocket here"),
        ({"upheld": NoAnswer.NOT_APPLICABLE}, "This always applies"),
    ],
)
def test_what_cannot_stand_is_refused_in_words(complaints: Contract, given: dict[str, object], said: str) -> None:
    with pytest.raises(AnswerRefused, match=said):
        asking(complaints).settle(given)  # type: ignore[arg-type]


@pytest.mark.parametrize("money", [Decimal(0), Decimal(500), Decimal("499.99")])
def test_both_ends_of_a_bound_are_inside(complaints: Contract, money: Decimal) -> None:
    assert asking(complaints).settle({"upheld": "upheld", "remedy": "Paid", "money": money})["money"] == money


def test_a_question_of_a_later_form_waits(complaints: Contract) -> None:
    items = complaints.kinds["complaint"].items
    first = Asking(items, date(2010, 6, 1), complaints.values, frozenset({"matter"}))
    assert first.settle({"matter": "Late"}) == {"matter": "Late"}


def test_what_no_longer_arises_is_taken_away(complaints: Contract) -> None:
    before: dict[str, Value] = {"upheld": "upheld", "money": Decimal(5)}
    assert asking(complaints).settle({"upheld": "no_fault"}, before=before)["money"] is NoAnswer.NOT_APPLICABLE


def test_an_answer_is_taken_away_unless_it_is_needed(complaints: Contract) -> None:
    before: dict[str, Value] = {"matter": "Late", "upheld": "partly", "remedy": "Said sorry"}
    assert asking(complaints).settle({"matter": None}, before=before) == {
        "upheld": "partly",
        "remedy": "Said sorry",
        "money": NoAnswer.NOT_APPLICABLE,
    }
    with pytest.raises(AnswerRefused, match="Answer this, or say why not: What was put right"):
        asking(complaints).settle({"remedy": None}, before=before)


def test_not_known_keeps_a_question_asked(complaints: Contract) -> None:
    kept = asking(complaints).settle({"upheld": NoAnswer.NOT_KNOWN, "remedy": NoAnswer.NOT_KNOWN})
    assert kept["remedy"] is NoAnswer.NOT_KNOWN
    assert "money" not in kept  # it may yet arise, and was not asked


def test_an_answer_that_has_ended_is_kept_and_no_longer_offered() -> None:
    item = ItemSpec.model_validate(
        {
            "type": "choice",
            "answers": {"old": {"label": "Old", "until": date(2010, 5, 31)}, "new": "New", "other": "Other"},
        }
    )
    asking = Asking({"way": item}, date(2010, 6, 1), {}, frozenset({"way"}))
    assert item.offered_on(date(2010, 5, 31)) == {"old": "Old", "new": "New", "other": "Other"}
    assert item.offered_on(date(2010, 6, 1)) == {"new": "New", "other": "Other"}
    with pytest.raises(AnswerRefused, match="Old is not one of the answers"):
        asking.settle({"way": "old"})
    assert asking.settle({"way": "old"}, before={"way": "old"}) == {"way": "old"}
    assert in_words(item, "old") == "Old"


def test_answers_come_back_as_they_were_kept(complaints: Contract) -> None:
    items = {
        "number": ItemSpec(type="number"),
        "day": ItemSpec(type="day"),
        "moment": ItemSpec(type="moment"),
        "several": ItemSpec(type="several"),
        "yes": ItemSpec(type="yes_no"),
        "reason": ItemSpec(type="line"),
    }
    answers: dict[str, Value] = {
        "number": Decimal("2.50"),
        "day": date(2010, 5, 4),
        "moment": datetime(2010, 5, 4, 10, 30),
        "several": ("a", "b"),
        "yes": False,
        "reason": NoAnswer.DECLINED,
    }
    told_, none = to_json(answers)
    assert told_["number"] == "2.50"
    assert none == {"reason": "declined"}
    assert from_json(items, told_, none) == answers
    assert from_json({}, {"gone": "kept"}, {}) == {"gone": "kept"}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "Not asked"),
        (NoAnswer.NOT_KNOWN, "Not known"),
        (NoAnswer.DECLINED, "Prefers not to say"),
        (NoAnswer.NOT_APPLICABLE, "Does not apply"),
        (True, "Yes"),
        (date(2010, 5, 4), "04/05/2010"),
    ],
)
def test_nothing_is_ever_blank(value: object, said: str) -> None:
    assert in_words(ItemSpec(), value) == said  # type: ignore[arg-type]


# --- Times ---


def times(
    complaints: Contract, given: dict[str, date | None], before: dict[str, date] | None = None
) -> dict[str, date]:
    kind = complaints.kinds["complaint"]
    return settle_times(kind.times, given, before=before or {}, on=date(2010, 6, 1), values=complaints.values)


def test_a_time_may_not_come_before_the_one_it_is_bound_to(complaints: Contract) -> None:
    day = date(2010, 5, 4)
    assert times(complaints, {"received_on": day, "answered_on": day})
    with pytest.raises(AnswerRefused, match="Answered cannot be before the time of “Received”"):
        times(complaints, {"received_on": day, "answered_on": date(2010, 5, 3)})
    with pytest.raises(AnswerRefused, match="Answered cannot be before"):
        times(complaints, {"received_on": date(2010, 5, 5)}, before={"received_on": day, "answered_on": day})


def test_a_time_that_an_entry_begins_with_is_needed(complaints: Contract) -> None:
    with pytest.raises(AnswerRefused, match="Say when: Received"):
        times(complaints, {"answered_on": date(2010, 5, 4)})
    with pytest.raises(AnswerRefused, match="Received: give a day"):
        times(complaints, {"received_on": datetime(2010, 5, 4, 10)})
    with pytest.raises(AnswerRefused, match="Say when: Received"):
        times(complaints, {"received_on": None}, before={"received_on": date(2010, 5, 4)})
    stood = {"received_on": date(2010, 5, 4), "answered_on": date(2010, 5, 5)}
    assert times(complaints, {"answered_on": None}, before=stood) == {"received_on": date(2010, 5, 4)}
    with pytest.raises(AnswerRefused, match="There is no time sent_on"):
        times(complaints, {"received_on": date(2010, 5, 4), "sent_on": date(2010, 5, 4)})
