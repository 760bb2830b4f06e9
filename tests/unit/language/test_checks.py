"""Every fault a contract manager would want to know, told in plain words, at its line."""

from pathlib import Path

import pytest

from fingerpost.language import VOCABULARY, ContractFaulty, Severity, check, load, read_folder
from tests.unit.language.small import AGREEMENT, CLAUSES, contract, faults, files, told

SHARE = 'it: {clause: "3.1", title: It, of: cases, when: closed_on, each: quarter, count: family'


def test_the_small_contract_is_sound() -> None:
    assert faults() == []
    made = contract()
    assert (made.key, made.version, list(made.clauses)) == ("small", 1, ["casework", "figure"])
    assert made.areas["harlow"].parent == "west"
    assert [area.name for area in made.areas_at("quadrant")] == ["West", "Mid"]
    assert len(made.hash) == 64


def test_a_contract_with_errors_is_not_loaded() -> None:
    with pytest.raises(ContractFaulty) as faulty:
        load(files(clauses="a: {}"), VOCABULARY)
    assert {fault.line for fault in faulty.value.faults} == {1}
    assert "printed is missing" in str(faulty.value)


def test_what_a_contract_must_have() -> None:
    said = told(check({}, VOCABULARY))
    assert "agreement.yaml: error: agreement.yaml is missing" in said
    assert "clauses.yaml is missing" in said


@pytest.mark.parametrize(
    ("file", "advice"),
    [
        ("clock.yaml", "Did you mean clocks.yaml?"),
        ("clause.yaml", "Did you mean clauses.yaml?"),
        ("clocks.yml", "Did you mean clocks.yaml?"),
        ("more/clocks.yaml", "Move it to the top of the folder, as clocks.yaml."),
        ("kitchen.yaml", "Keep notes in a file that ends in .md."),
    ],
)
def test_a_file_nobody_reads_is_an_error_with_the_one_that_was_meant(file: str, advice: str) -> None:
    said = told(faults(**{file: "a: 1"}), "error")
    assert f"{file}: error: {file} is not a file of a contract. " in said
    assert advice in said


def test_notes_may_lie_beside_the_files() -> None:
    assert faults(**{"CHANGES.md": "# Changes", "notes.md": "Ask about clause 2.4."}) == []


@pytest.mark.parametrize(
    ("name", "text", "place", "said"),
    [
        ("agreement", AGREEMENT + "ammount: 5", "agreement.yaml:10", "Did you mean amount"),
        ("agreement", AGREEMENT.replace("version: 1", 'version: "1"'), "agreement.yaml:3", "A number is needed"),
        ("agreement", AGREEMENT.replace("2010-04-01", '"1 April"'), "agreement.yaml:5", "A day is needed"),
        ("agreement", AGREEMENT.replace("England", "Essex"), "agreement.yaml:7", "Use 'England'"),
        ("agreement", AGREEMENT.replace("2011-03-31", "2009-03-31"), "agreement.yaml:6", "ends before it starts"),
        ("agreement", AGREEMENT.replace("key: small", "key: Too Large"), "agreement.yaml:2", "small letters"),
        ("clauses", CLAUSES.replace('"3.1"', "3.1"), "clauses.yaml:3", "in quotes"),
        ("clauses", CLAUSES.replace("status: context", "status: hoped", 1), "clauses.yaml:2", "Use 'enforced'"),
        ("clauses", CLAUSES + "casework: {}", "clauses.yaml:4", "stands here twice"),
        ("areas", "west: {name: West, areas: {a: {name: A, areas: {b: {name: B}}}}}", "areas.yaml:1", "deeper than"),
        (
            "areas",
            "west: {name: W, areas: {x: {name: A}}}\nmid: {name: M, areas: {x: {name: B}}}",
            "areas.yaml:2",
            "twice",
        ),
        ("indicators", SHARE + ", shares: {a: 1}}", "indicators.yaml:1", "Did you mean share"),
        (
            "indicators",
            SHARE + ", share: {casework_sessions: {at_lest: 1}}}",
            "indicators.yaml:1",
            "is not a comparison",
        ),
        (
            "indicators",
            SHARE + ", share: {sessions: {at_least: 1}}}",
            "indicators.yaml:1",
            "cases has no fact sessions",
        ),
        ("indicators", SHARE + ", share: {line: {at_least: 1}}}", "indicators.yaml:1", "no more or less"),
        ("indicators", SHARE + ", share: {outcomes_met: mostly}}", "indicators.yaml:1", "is never mostly"),
        ("indicators", SHARE + ", share: {income_support: known, line: true}}", "indicators.yaml:1", "line is a code"),
        ("indicators", SHARE + ", mean: line}", "indicators.yaml:1", "line is no number"),
        (
            "indicators",
            SHARE + ", mean: weeks_involved, share: {line: caf}}",
            "indicators.yaml:1",
            "cannot both be the figure",
        ),
        ("indicators", SHARE + ", by: [colour]}", "indicators.yaml:1", "not broken down by colour"),
        ("indicators", SHARE.replace("family", "child") + "}", "indicators.yaml:1", "cases does not count child"),
        ("indicators", SHARE.replace("closed_on", "shut_on") + "}", "indicators.yaml:1", "cannot put a row of cases"),
        ("indicators", SHARE.replace("of: cases", "of: case") + "}", "indicators.yaml:1", "Did you mean cases"),
        (
            "indicators",
            SHARE.replace("each: quarter", "each: return") + "}",
            "indicators.yaml:1",
            "no returns for this figure",
        ),
        ("indicators", SHARE.replace("each: quarter, ", "") + "}", "indicators.yaml:1", "each is missing"),
        ("indicators", SHARE.replace('"3.1"', '"3.2"') + "}", "indicators.yaml:1", "There is no clause 3.2"),
        ("indicators", SHARE + ", against: last_year}", "indicators.yaml:1", "needs the dated value last_year"),
        ("indicators", SHARE + ", target: {at_least: floor}}", "indicators.yaml:1", "needs the dated value floor"),
        ("indicators", SHARE + ", clock: contact}", "indicators.yaml:1", "There is no clock contact"),
        ("indicators", SHARE + ", target: 80}", "indicators.yaml:1", "cannot be written like this"),
        ("indicators", "- a", "indicators.yaml:1", "not a mapping"),
        ("examples", "a: 1", "examples.yaml:1", "a list of examples"),
        ("instruments/a.yaml", "key: b", "instruments/a.yaml:1", "title is missing"),
    ],
)
def test_errors_of_shape_and_name(name: str, text: str, place: str, said: str) -> None:
    errors = told(faults(**{name: text}), "error")
    assert said in errors, errors
    assert any(line.startswith(place) and said in line for line in errors.splitlines()), errors


def test_a_fault_inside_a_list_has_its_own_line() -> None:
    text = """
it:
  clause: "3.1"
  title: It
  of: cases
  when: closed_on
  each: quarter
  count: family
  where:
    all:
      - {line: caf}
      - {casework_session: 4}
"""
    assert "indicators.yaml:12: error: cases has no fact casework_session" in told(faults(indicators=text))


@pytest.mark.parametrize(
    ("spells", "severity", "said"),
    [
        (
            "[{since: 2010-04-01, until: 2010-06-30, value: 1}, {since: 2010-08-01, value: 2}]",
            "error",
            "a gap: nothing from 2010-07-01 to 2010-07-31",
        ),
        ("[{since: 2010-04-01, until: 2010-06-30, value: 1}, {since: 2010-06-30, value: 2}]", "error", "overlaps"),
        ("[{since: 2010-04-01, value: 1}, {since: 2010-06-30, value: 2}]", "error", "End the earlier on 2010-06-29"),
        ("[{since: 2010-04-01}]", "error", "has no value"),
        ("[{since: 2010-04-01, until: 2009-04-01, value: 1}]", "error", "before it starts"),
        ("[{since: 2010-04-01, value: 1, clause: gone}]", "error", "There is no clause gone"),
        ("[]", "error", "needs a list of dated values"),
        ("5", "error", "needs a list of dated values"),
        ("[{since: 2010-04-01, entered: true}]", "note", "has to be entered on screen"),
        ("[{since: 2010-06-01, value: 1}]", "warning", "after the term starts"),
        ("[{since: 2010-04-01, until: 2010-12-31, value: 1}]", "warning", "before the term ends"),
    ],
)
def test_dated_values_leave_no_gap(spells: str, severity: str, said: str) -> None:
    assert said in told(faults(clocks=f"values: {{limit: {spells}}}"), severity)


def test_a_dated_value_is_given_once() -> None:
    value = "values: {limit: [{since: 2010-04-01, value: 1}]}"
    assert "limit is given in clocks.yaml as well" in told(faults(clocks=value, indicators=value), "error")


def test_a_clause_that_must_be_served_and_is_not() -> None:
    for status in ("enforced", "measured"):
        text = CLAUSES.replace("status: context", f"status: {status}", 1)
        assert f"Clause 2.4 (casework) is {status} and nothing in the contract cites it" in told(
            faults(clauses=text), "error"
        )
        later = text.replace(f"status: {status}", f"status: {status}, later: true")
        assert told(faults(clauses=later), "error") == ""
        assert "cites it yet" in told(faults(clauses=later), "note")
        served = text.replace(f"status: {status}", f"status: {status}, served_by: [concern]")
        assert told(faults(clauses=served), "error") == ""


def test_a_number_printed_twice_cannot_be_cited() -> None:
    twice = CLAUSES + 'other: {printed: "2.4", gist: Another., status: context}'
    said = told(faults(clauses=twice, indicators=SHARE.replace('"3.1"', '"2.4"') + "}"), "error")
    assert "2 clauses are printed as 2.4" in said
    assert "casework, other" in said


def test_numbers_that_repeat_or_skip_are_noted() -> None:
    printed = ("2.1", "2.2", "2.4", "3.1", "2.1")
    text = "\n".join(f'c{n}: {{printed: "{number}", gist: A., status: context}}' for n, number in enumerate(printed))
    said = told(faults(clauses=text), "note")
    assert "clauses.yaml:3: note: The numbers skip 2.3" in said
    assert "clauses.yaml:5: note: 2.1 is printed again for c4" in said


def test_several_duties_under_one_printed_number_are_no_repeat() -> None:
    text = "\n".join(f'c{n}: {{printed: "2.1", gist: A., status: context}}' for n in range(3))
    assert told(faults(clauses=text)) == ""


READINGS = ", readings: {A: {label: One, share: {line: caf}}, B: {label: Two, share: {line: mst}}}"


@pytest.mark.parametrize(
    ("more", "severity", "said"),
    [
        (READINGS + "}", "error", "No reading is in force"),
        (READINGS + ", reading: C}", "error", "The reading in force, C, is not an answer"),
        (READINGS + ", reading: {met: A}}", "error", "There is no question met"),
        (", readings: {A: {label: One, share: {line: caf}}}, reading: A}", "warning", "one answer only"),
        (
            (
                ", readings: {one: {A: {label: a, roll_up: all}, B: {label: b}}, two: {A: {label: c, roll_up: any},"
                " B: {label: d}}}, reading: {one: A, two: A}, share: {line: caf}}"
            ),
            "error",
            "The questions one and two both replace roll_up",
        ),
    ],
)
def test_every_question_has_an_answer_and_words_of_its_own(more: str, severity: str, said: str) -> None:
    assert said in told(faults(indicators=SHARE + more), severity)


def test_a_fact_needs_its_dated_values() -> None:
    text = SHARE.replace("of: cases", "of: children_on_cases") + ", share: {exclusions_after: {at_most: 0}}}"
    assert "exclusions_after needs the dated value follow_up_span" in told(faults(indicators=text), "error")


RETURNS = 'returns: {main: {clause: "3.1", title: R, dates: [2010-12-31, 2011-08-31]}}'


def test_a_deadline_after_the_term_is_told() -> None:
    said = told(faults(returns=RETURNS), "warning")
    assert "A return is due on 2011-08-31, after the term ends on 2011-03-31" in said
    meant = faults(returns=RETURNS, agreement=AGREEMENT + "reporting_after_term: true")
    assert told(meant, "warning") == ""
    assert "2011-08-31" in told(meant, "note")
    late = SHARE + ", target: {at_least: 5, since: 2011-06-30}}"
    assert "it is held to 2011-06-30" in told(faults(indicators=late), "warning")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            RETURNS.replace("dates: [2010-12-31, 2011-08-31]", "each: quarter, dates: [2010-12-31]"),
            "either dates or each",
        ),
        (RETURNS.replace("2010-12-31, 2011-08-31", "2011-08-31, 2010-12-31"), "do not rise"),
        (
            RETURNS.replace("title: R,", "title: R, case_studies: {clause: '3.1', count: 4, in_each: ward},"),
            "not a level",
        ),
        (RETURNS.replace("title: R,", "title: R, headings: {a: {label: A, indicators: [gone]}},"), "no indicator gone"),
    ],
)
def test_returns_that_cannot_be_made(text: str, said: str) -> None:
    assert said in told(faults(returns=text), "error")


def test_a_figure_in_no_return_is_noted() -> None:
    returns = RETURNS.replace("title: R,", "title: R, headings: {a: {label: A, indicators: [it]}},")
    text = f"{SHARE}}}\n{SHARE.replace('it:', 'other:')}}}"
    assert "No return shows other" in told(faults(indicators=text, returns=returns), "note")
    assert "No return shows it" not in told(faults(indicators=text, returns=returns), "note")


def test_what_nobody_records_is_told() -> None:
    text = 'it: {clause: "3.1", title: It, of: effort, when: worked_on, each: quarter, sum: amount}'
    assert "Nobody records amount yet, so it is no data" in told(faults(indicators=text), "warning")


def test_a_share_of_more_than_all_cannot_be_met() -> None:
    text = SHARE + ", share: {line: caf}, target: {at_least: 120, unit: percent}}"
    assert "it can never reach more than 100 %" in told(faults(indicators=text), "warning")


@pytest.mark.parametrize(
    ("printed", "target", "said"),
    [
        ("80%", "{at_least: 75, unit: percent}", "The paper prints 80% for it, and its target is at_least 75.0"),
        ("80%", "{at_least: 80, unit: percent}", ""),
        ("6", "{at_least: 5, at_most: 7}", ""),
        ("8", "{at_least: 5, at_most: 7}", "The paper prints 8 for it"),
        ("1,000", "{at_least: 1000}", ""),
        ("twenty", "{at_least: 19}", ""),
    ],
)
def test_a_target_that_is_not_the_one_printed_draws_a_remark(printed: str, target: str, said: str) -> None:
    text = f'{SHARE}, share: {{line: caf}}, as_printed: {{target: "{printed}"}}, target: {target}}}'
    assert said in told(faults(indicators=text), "warning")
    if not said:
        assert "The paper prints" not in told(faults(indicators=text))


def test_a_target_by_the_name_of_a_value_is_held_against_the_paper_too() -> None:
    values = "values: {floor: [{since: 2010-04-01, value: 70}]}\n"
    text = f'{values}{SHARE}, share: {{line: caf}}, as_printed: {{target: "60%"}}, target: {{at_least: floor}}}}'
    assert "The paper prints 60% for it, and its target is at_least 70.0" in told(faults(indicators=text), "warning")


def test_a_rise_out_of_reach_is_told_with_the_start_it_needs() -> None:
    values = (
        "values: {"
        + ", ".join(f"{name}: [{{since: 2010-04-01, value: 12}}]" for name in ("follow_up_span", "follow_up_place"))
        + "}\n"
    )
    text = values + SHARE.replace("of: cases", "of: children_on_cases") + ", share: {attendance_change: {at_least: 30}}"
    text += ", target: {at_least: 80, unit: percent}}"
    assert "a rise of 30 % of itself, which is out of reach from a start above 76.9 %" in told(
        faults(indicators=text), "note"
    )
    eligibility = """
values:
  attendance_weeks: [{since: 2010-04-01, value: 12}]
entry:
  clause: "2.4"
  title: Entry
  criteria:
    range: {clause: "2.4", label: In the range, condition: {attendance_rate_12_weeks: {at_least: 80, at_most: 90}}}
"""
    said = told(faults(indicators=text, eligibility=eligibility), "warning")
    assert "range accepts from 80.0 % upward, so nobody accepted by it can" in said


INSTRUMENT = """
key: scale
title: A scale
version: "1"
licence: Free for all
item:
  - {linkId: a, text: First?, type: choice, answerOption: [{valueInteger: 0, text: No}, {valueInteger: 5, text: Yes}]}
  - {linkId: b, text: Second?, type: choice, answerOption: [{valueInteger: 0, text: Never}, {valueInteger: 5, text: Often}]}
scoring:
  total: sum
  range: [0, 10]
  better: up
  bands: [{label: Low, at_least: 0, at_most: 4}, {label: High, at_least: 5, at_most: 10}]
""".replace("text: No}", 'text: "No"}').replace("text: Yes}", 'text: "Yes"}')


@pytest.mark.parametrize(
    ("old", "new", "severity", "said"),
    [
        ("linkId: b", "linkId: a", "error", "Two questions have the linkId a"),
        ("range: [0, 10]", "range: [10, 0]", "error", "The range has no room"),
        ("range: [0, 10]", "range: [0, 12]", "warning", "not what the answers can add up to"),
        ("at_least: 5,", "at_least: 4,", "error", "Low and High overlap"),
        ("at_most: 10}", "at_most: 9}", "warning", "leave part of the range out"),
        ("key: scale", "key: other", "error", "The file is not called other"),
    ],
)
def test_instruments(old: str, new: str, severity: str, said: str) -> None:
    assert faults(**{"instruments/scale.yaml": INSTRUMENT}) == []
    assert said in told(faults(**{"instruments/scale.yaml": INSTRUMENT.replace(old, new)}), severity)


PATHWAY = """
stages: {closed: {label: Closed, gate: closing}}
gates: {closing: {clause: "2.4", label: Agreed, condition: {outcome_recorded: true}}}
tasks: {tell: {clause: "2.4", label: Tell, after: closed, due: {working_days: 5}}}
allocation: {clause: "2.4", propose: home_area, level: locality}
contacts: {visit: {label: Visit, casework_session: true}}
"""


@pytest.mark.parametrize(
    ("old", "new", "severity", "said"),
    [
        ("gate: closing", "gate: closeing", "error", "Did you mean closing"),
        ("due: {working_days: 5}", "clock: soon", "error", "There is no clock soon"),
        (", due: {working_days: 5}", "", "error", "tell needs either due or clock"),
        ("working_days: 5", "working_days: how_long", "error", "needs the dated value how_long"),
        ("level: locality", "level: ward", "error", "ward is not a level"),
        ("casework_session: true", "casework_session: false", "warning", "No kind of contact counts"),
        ("outcome_recorded: true", "outcome_recorded: done", "error", "is yes or no, not done"),
    ],
)
def test_pathways(old: str, new: str, severity: str, said: str) -> None:
    assert faults(pathway=PATHWAY) == []
    assert said in told(faults(pathway=PATHWAY.replace(old, new)), severity)


def test_families_are_shared_out_where_a_post_is_based() -> None:
    post = 'establishment: {worker: {clause: "2.4", label: Worker, full_time_equivalents: 2%s}}'
    said = told(faults(pathway=PATHWAY, workforce=post % ""), "error")
    assert "No post is based at locality, so nobody could be proposed" in said
    assert told(faults(pathway=PATHWAY, workforce=post % ", based_in: locality"), "error") == ""


def test_a_workforce_refers_to_what_exists() -> None:
    text = """
establishment: {advisor: {clause: "2.4", label: Advisor, full_time_equivalents: 32, supervised_by: seniors, based_in: town}}
supervision: {regular: {clause: "2.4", label: Supervision, roles: [advisors], clock: monthly}}
"""
    said = told(faults(workforce=text), "error")
    for part in (
        "There is no role seniors",
        "There is no role advisors",
        "There is no clock monthly",
        "town is not a level",
    ):
        assert part in said


def test_errors_come_first_and_each_is_told_once() -> None:
    found = faults(indicators=SHARE + READINGS + "}", returns=RETURNS, clocks="values: {a: []}")
    order = [list(Severity).index(fault.severity) for fault in found]
    assert order == sorted(order)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", ["agreement.yaml", "eligibility.yaml", "indicators.yaml"])
def test_a_file_that_is_cut_off_gets_a_plain_answer(name: str) -> None:
    sources = read_folder(Path(__file__).parents[3] / "contracts" / "essex_parent_support_advisors")
    found = check({**sources, name: sources[name][: len(sources[name]) // 2]}, VOCABULARY)
    assert found
    assert all(fault.message for fault in found)
