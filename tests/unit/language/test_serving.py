"""Clause by clause, what serves it."""

from fingerpost.language.draft import draft_of
from fingerpost.language.serving import served
from tests.unit.language.small import files
from tests.unit.language.test_checks import PATHWAY, SHARE

CLAUSES = """
rule: {printed: "1.1", gist: A rule., status: enforced}
figure: {printed: "1.2", gist: A figure., status: measured}
record: {printed: "1.3", gist: A record., status: evidenced, served_by: [complaint, contact]}
nobody: {printed: "1.4", gist: Nobody., status: enforced}
soon: {printed: "1.5", gist: Soon., status: enforced, later: true}
words: {printed: "1.6", gist: Words., status: narrative}
"""
DECISION = """
casework:
  clause: rule
  title: Entry
  criteria: {lives: {clause: rule, label: L, condition: {home_area: known}}}
"""
WORKFORCE = "duties: {safeguarding: {clause: rule, label: Follow them}}"
RETURNS = "returns: {main: {clause: rule, title: R, dates: [2010-12-31], headings: {a: {label: A, clause: figure}}}}"


def found() -> dict[str, list[str]]:
    sources = files(
        clauses=CLAUSES,
        pathway=PATHWAY.replace('"2.4"', "rule"),
        eligibility=DECISION,
        indicators=SHARE.replace('"3.1"', "figure") + "}",
        clocks="soon: {clause: rule, title: Soon, starts: opened_at, stops: closed_at, days: 3}",
        registers="complaint: {clause: record, items: {matter: {label: What?}}}",
        workforce=WORKFORCE,
        returns=RETURNS,
        examples="- {clause: nobody, name: A, value: x, expect: {value: 1}}",
    )
    return {clause.key: [str(one) for one in clause.by] for clause in served(draft_of(sources))}


def test_each_thing_that_cites_a_clause_is_named_with_its_place() -> None:
    serves = found()
    assert serves["rule"] == [
        "gate closing: Agreed (pathway.yaml:3)",
        "task tell: Tell (pathway.yaml:4)",
        "rule of allocation (pathway.yaml:5)",
        "return main: R (returns.yaml:1)",
        "duty safeguarding: Follow them (workforce.yaml:1)",
        "clock soon: Soon (clocks.yaml:1)",
        "decision casework: Entry (eligibility.yaml:3)",
        "criterion casework.lives (eligibility.yaml:5)",
    ]
    assert serves["figure"] == ["heading of a return a: A (returns.yaml:1)", "figure it: It (indicators.yaml:1)"]
    assert serves["record"] == [
        "kind of record complaint (registers.yaml:1)",
        "record of the product contact",
    ]


def test_an_example_serves_nothing() -> None:
    assert found()["nobody"] == []


def test_what_is_for_later_and_what_needs_nothing_is_told_apart() -> None:
    clauses = {clause.key: clause for clause in served(draft_of(files(clauses=CLAUSES)))}
    assert [key for key, clause in clauses.items() if not clause.by and not clause.needs_nothing] == [
        "rule",
        "figure",
        "nobody",
        "soon",
    ]
    assert clauses["soon"].later
    assert clauses["words"].needs_nothing
