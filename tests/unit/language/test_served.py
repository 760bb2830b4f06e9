"""What a contract names and nothing has is an error at its line, with what was probably meant."""

import pytest

from tests.unit.language.small import AGREEMENT, CLAUSES, faults, told
from tests.unit.language.test_checks import PATHWAY, RETURNS, SHARE

LABELS = AGREEMENT + "labels: {worker: Advisor, quadrant: Quarter}"
LISTS = RETURNS.replace("2011-08-31", "2011-03-31").replace(
    "title: R,", "title: R, headings: {a: {label: A, lists: [barrier]}},"
)
OFFER = 'course: {clause: "2.4", title: A course, kind: programme}'
FEEDBACK = 'feedback: {parent: {clause: "2.4", label: L, instrument: i, after: [case], open_for: 28}}'
MEETINGS = (
    'meetings: {review: {clause: "3.1", title: Review, each: quarter, sample: {clause: "3.1", of: [case], size: 3}}}'
)
DECISION = """
casework:
  clause: "2.4"
  title: Entry
  subject: referral
  criteria: {lives: {clause: "2.4", label: L, condition: {assessed_need: parenting_support}}}
"""
EXCLUSIONS = 'it: {clause: "3.1", title: It, of: exclusions, when: started_on, each: quarter, count: exclusion'
ENCOUNTERS = 'it: {clause: "3.1", title: It, of: encounters, when: happened_on, each: quarter, count: person'


@pytest.mark.parametrize(
    ("name", "sound", "wrong", "said"),
    [
        (
            "clauses",
            CLAUSES.replace("status: context", "status: evidenced, served_by: contact", 1),
            ("contact", "contakt"),
            "keeps a record called contakt. Did you mean contact?",
        ),
        (
            "clauses",
            CLAUSES.replace("status: context", "status: evidenced, served_by: [contact]", 1),
            ("contact", "rocket"),
            "Neither the product nor registers.yaml keeps a record called rocket",
        ),
        ("agreement", LABELS, ("worker:", "workers:"), "Did you mean worker?"),
        ("agreement", LABELS, ("worker:", "banana:"), "its label would stand nowhere. Leave it out."),
        (
            "agreement",
            LABELS,
            ("worker:", "supervisor:"),
            "A role gets its label in roles.yaml: supervisor:",
        ),
        ("pathway", PATHWAY, ("after: closed", "after: sunset"), "No task can come after sunset. Use one of closed."),
        ("pathway", PATHWAY, ("after: closed", "after: close"), "No task can come after close. Did you mean closed?"),
        (
            "pathway",
            PATHWAY.replace("after: closed", "after: closed, letter: outcome_to_school"),
            ("letter: outcome_to_school", "letter: no_such_letter"),
            "There is no letter no_such_letter. Use one of outcome_to_school.",
        ),
        (
            "pathway",
            PATHWAY.replace("after: closed", "after: closed, consent: share_with_school"),
            ("consent: share_with_school", "consent: share_with_schools"),
            "Did you mean share_with_school",
        ),
        (
            "pathway",
            PATHWAY.replace("after: closed", "after: closed, recipient: school"),
            ("recipient: school", "recipient: queen"),
            "No letter goes to queen",
        ),
        (
            "pathway",
            PATHWAY.replace("after: closed", "after: closed, owner: supervisor"),
            ("owner: supervisor", "owner: supervisors"),
            "There is no role supervisors. Did you mean supervisor?",
        ),
        (
            "returns",
            LISTS,
            ("[barrier]", "[unicorns]"),
            "No return can list unicorns. Use one of barrier, case_study",
        ),
        ("returns", MEETINGS, ("of: [case]", "of: [cases]"), "No sample is drawn of cases. Did you mean case?"),
        ("offers", OFFER, ("kind: programme", "kind: programm"), "Did you mean programme?"),
        ("eligibility", DECISION, ("subject: referral", "subject: martian"), "Nothing is decided of a martian"),
        ("eligibility", DECISION, ("parenting_support", "parent_support"), "never parent_support. Did you mean parenting_support?"),
        (
            "indicators",
            ENCOUNTERS + ", where: {person_kind: parent}}",
            ("person_kind: parent", "person_kind: martian"),
            "person_kind is never martian. Use one of child, other, parent.",
        ),
        (
            "indicators",
            EXCLUSIONS + ", where: {reason: PP}}",
            ("reason: PP", "reason: moon_walk"),
            "reason is never moon_walk",
        ),
    ],
)  # fmt: skip
def test_a_name_that_nothing_answers_to(name: str, sound: str, wrong: tuple[str, str], said: str) -> None:
    assert told(faults(**{name: sound}), "error") == ""
    errors = told(faults(**{name: sound.replace(*wrong)}), "error")
    assert said in errors, errors
    assert errors.startswith(f"{name}.yaml:")


def test_feedback_comes_after_what_there_is() -> None:
    assert "Nobody is asked what they think after sunset" in told(
        faults(pathway=FEEDBACK.replace("[case]", "[case, sunset]")), "error"
    )


def test_a_record_that_the_contract_declares_serves_a_clause() -> None:
    served = CLAUSES.replace("status: context", "status: evidenced, served_by: complaint", 1)
    assert "keeps a record called complaint" in told(faults(clauses=served), "error")
    declared = 'complaint: {clause: "2.4", items: {matter: {label: What is it about?}}}'
    assert told(faults(clauses=served, registers=declared), "error") == ""


def test_a_reason_is_one_of_those_for_which_cases_close() -> None:
    reasons = PATHWAY + "closure_reasons: {moved_away: {label: Moved away}}"
    right, wrong = (f"{SHARE}, share: {{closure_reason: {code}}}}}" for code in ("moved_away", "moon_walk"))
    assert told(faults(indicators=right, pathway=reasons), "error") == ""
    assert "closure_reason is never moon_walk. Use one of moved_away." in told(
        faults(indicators=wrong, pathway=reasons), "error"
    )
    assert told(faults(indicators=wrong), "error") == "", "a contract that names no reasons leaves them open"


def test_a_line_and_an_area_are_those_of_the_contract() -> None:
    lines = AGREEMENT + "service_lines: {casework: {label: Casework}}"
    text = SHARE + ", where: {line: caf}}"
    assert "line is never caf. Use one of casework." in told(faults(indicators=text, agreement=lines), "error")
    area = DECISION.replace("assessed_need: parenting_support", "home_area: [harlow, harlwo]")
    said = told(faults(eligibility=area, pathway=PATHWAY), "error")
    assert "home_area is never harlwo. Did you mean harlow?" in said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            ", by: [age_band]}",
            "Nobody records age_band of cases yet, so no figure can be broken down by it. Leave it out.",
        ),
        (", lines: [quintile]}", "Nobody records quintile of cases yet"),
        (", share: {line: caf}, target: {at_least: 1, in_each: judge}}", "Nobody records judge of cases yet"),
    ],
)
def test_a_breakdown_that_nobody_records_is_refused_with_those_that_are(more: str, said: str) -> None:
    errors = told(faults(indicators=SHARE + more), "error")
    assert said in errors
    assert "closure_reason" in errors


def test_a_unit_that_nobody_records_cannot_be_counted() -> None:
    text = 'it: {clause: "3.1", title: It, of: people_involved, when: during, each: quarter, count: household}'
    assert "Nobody records household of people_involved yet" in told(faults(indicators=text), "error")


def test_a_set_or_fact_that_nobody_records_makes_no_data() -> None:
    text = 'it: {clause: "3.1", title: It, of: discharges, when: notified_on, each: quarter, count: mother}'
    assert "Nobody records discharges yet, so it is no data. Agree how they will be" in told(
        faults(indicators=text), "warning"
    )
    assert "Nobody records tenure yet, so it is no data" in told(
        faults(indicators=SHARE + ", share: {tenure: known}}"), "warning"
    )
