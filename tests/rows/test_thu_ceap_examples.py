"""Thurrock's first contact, active volunteers and uptake: the contract as it stands, put to cases by `fingerpost check`."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fingerpost.cli import main
from tests.fixtures.folders import copied

pytestmark = pytest.mark.django_db  # the command line asks the database to show it everything
CONTRACT = Path(__file__).parents[2] / "contracts" / "thurrock_attachment_and_parenting"
DONE, NO = 0, 1

ACTIVE = "role: volunteer, is_parent: true, stage: active, trained: true, dbs_in_date: true"
MOTHERS = """
    - {times: 233, resident: true, offered: true, accepted: true, delivered_contacts: 1}
    - {times: 8, resident: true, offered: true, accepted: true, delivered_contacts: 0}
    - {times: 347, resident: true, offered: true, accepted: false, delivered_contacts: 0}
    - {times: 12, resident: true, offered: false, accepted: false, delivered_contacts: 0}
"""


class Checked:
    """What `fingerpost check --json` said."""

    def __init__(self, code: int, said: dict[str, Any]) -> None:
        self.code = code
        self.problems = [problem for example in said["examples"] for problem in example["problems"]]
        self.run = len(said["examples"])


class Desk:
    """A copy of the contract whose examples are the cases of one test."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys

    def check(self, *cases: str) -> Checked:
        """Write the cases down and check the folder by the command line."""
        written = "".join(f"- name: Case {number}\n{case}" for number, case in enumerate(cases, start=1))
        (self.folder / "examples.yaml").write_text(written)
        code = main(["check", str(self.folder), "--json"])
        return Checked(code, json.loads(self.capsys.readouterr().out))

    def end_the_term(self, on: str) -> None:
        """The agreement ends on another day."""
        file = self.folder / "agreement.yaml"
        file.write_text(re.sub(r"\nend: .*", f"\nend: {on}", file.read_text()))


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(copied(CONTRACT, tmp_path / CONTRACT.name), capsys)


def clock(reading: str, expect: str) -> str:
    """Notified on the Thursday before Easter 2016 at ten, tried on the Tuesday after."""
    return f"""\
  clause: first_contact_attempted
  clock: first_contact
  readings: {{length: {reading}}}
  given: {{notified_at: 2016-03-24T10:00, first_attempt_at: 2016-03-29T15:00}}
  expect: {expect}
"""


def discharges(expect: str, made_on: str = "2016-03-31") -> str:
    """Forty mothers of March 2016: 38 tried the next day, one across Easter, one too late."""
    return f"""\
  clause: first_contact_attempted
  indicator: first_contact_attempted
  day: 2016-03-31
  rows:
    - {{times: 38, notified_on: 2016-03-08, notified_at: 2016-03-08T11:00,
       first_attempt_at: 2016-03-09T14:00, first_contact_at: 2016-03-09T14:00}}
    - {{notified_on: 2016-03-24, notified_at: 2016-03-24T10:00,
       first_attempt_at: 2016-03-29T15:00, first_contact_at: {made_on}T09:00}}
    - {{notified_on: 2016-03-08, notified_at: 2016-03-08T11:00,
       first_attempt_at: 2016-03-11T09:00, first_contact_at: 2016-03-11T09:00}}
  expect: {expect}
"""


def told_otherwise(expect: str) -> str:
    """Four mothers tried the next day; of one it is written that it was too late all the same."""
    tried = "notified_on: 2016-03-08, notified_at: 2016-03-08T11:00, first_attempt_at: 2016-03-09T14:00"
    return f"""\
  clause: first_contact_attempted
  indicator: first_contact_attempted
  day: 2016-03-31
  rows:
    - {{times: 3, {tried}}}
    - {{{tried}, first_attempt_in_time: false}}
  expect: {expect}
"""


def volunteers(rows: str, expect: str, day: str = "2016-03-31") -> str:
    return f"""\
  clause: twenty_volunteers
  indicator: twenty_volunteers
  day: {day}
  rows: {rows}
  expect: {expect}
"""


def uptake(reading: str, expect: str) -> str:
    """600 mothers notified, 588 offered, 241 accepted, 233 seen."""
    return f"""\
  clause: accepted_offer
  indicator: accepted_offer
  day: 2016-06-30
  readings: {reading}
  rows: {MOTHERS}
  expect: {expect}
"""


def returned_each_quarter(expect: str) -> str:
    """The days of which the volunteers and the uptake are told; no day after the quarter's end is agreed."""
    return f"""\
  clause: monthly_and_quarterly_monitoring
  returns: quarterly
  day: 2016-03-31
  given: {{}}
  expect: {expect}
"""


def test_the_contract_as_it_stands_has_no_error_and_its_examples_hold(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["check", str(CONTRACT), "--quiet"])
    said = capsys.readouterr().out
    assert code == DONE
    assert "0 errors" in said
    assert "none came out otherwise" in said


@pytest.mark.row("THU-CEAP-4.2.1")
def test_the_second_working_day_after_maundy_thursday_is_the_wednesday(desk: Desk) -> None:
    checked = desk.check(
        clock("A", "{deadline: 2016-03-30, in_time: true}"),
        clock("B", "{deadline: 2016-03-26T10:00, in_time: false}"),
        clock("C", "{deadline: 2016-03-26T10:00, in_time: false}"),
    )
    assert (checked.code, checked.run, checked.problems) == (DONE, 3, [])


@pytest.mark.row("THU-CEAP-4.2.1")
def test_thirty_nine_of_forty_is_not_met(desk: Desk) -> None:
    made = "beside: {Contact made in time: {numerator: 38, denominator: 40, value: 95.0}}"
    checked = desk.check(
        discharges(f"{{numerator: 39, denominator: 40, value: 97.5, status: not_met, {made}}}"),
        discharges("{numerator: 39, beside: {Contact made in time: {numerator: 39}}}", made_on="2016-03-30"),
        told_otherwise("{numerator: 3, denominator: 4, not_known: 0}"),
    )
    assert (checked.code, checked.problems) == (DONE, [])


@pytest.mark.row("THU-CEAP-4.2.6")
def test_nineteen_active_of_twenty_two_is_not_met(desk: Desk) -> None:
    rows = f"""
    - {{times: 19, {ACTIVE}, days_since_activity: 30}}
    - {{times: 3, {ACTIVE}, days_since_activity: 91}}
"""
    checked = desk.check(volunteers(rows, "{value: 19, outside: 3, status: not_met}"))
    assert (checked.code, checked.problems) == (DONE, [])


@pytest.mark.row("THU-CEAP-4.2.6")
def test_twenty_is_met_kept_from_then_on_and_never_counts_paid_buddies(desk: Desk) -> None:
    twenty = f"[{{times: 20, {ACTIVE}, days_since_activity: 90}}]"
    eighteen = f"[{{times: 18, {ACTIVE}, days_since_activity: 10}}]"
    paid = f"[{{times: 20, {ACTIVE.replace('volunteer', 'key_worker')}, days_since_activity: 1}}]"
    checked = desk.check(
        volunteers(twenty, "{value: 20, status: met}"),
        volunteers(paid, "{value: 0, outside: 20, status: not_met}"),
        volunteers(eighteen, "{value: 18, status: so_far}", day="2015-12-31"),
        volunteers(eighteen, "{value: 18, status: not_met}", day="2016-09-30"),
    )
    assert (checked.code, checked.problems) == (DONE, [])
    for last, days in (("2016-03-31", ""), ("2016-04-01", ", 2016-04-01"), ("2016-06-30", ", 2016-06-30")):
        desk.end_the_term(last)
        year = "2015-06-30, 2015-09-30, 2015-12-31, 2016-03-31"
        checked = desk.check(returned_each_quarter(f"{{due: [{year}{days}], ends: [{year}{days}]}}"))
        assert (checked.code, checked.problems) == (DONE, []), f"told each quarter until {last}"


@pytest.mark.row("THU-CEAP-4.2.12")
def test_uptake_in_its_three_readings(desk: Desk) -> None:
    checked = desk.check(
        uptake("A", "{numerator: 241, denominator: 588, value: 41.0, status: met}"),
        uptake("B", "{numerator: 241, denominator: 600, value: 40.2, status: met}"),
        uptake("C", "{numerator: 233, denominator: 588, value: 39.6, status: not_met}"),
        returned_each_quarter(
            "{due: [2015-06-30, 2015-09-30, 2015-12-31, 2016-03-31, 2016-06-30, 2016-09-30, 2016-12-31, 2017-03-31]}"
        ),
    )
    assert (checked.code, checked.run, checked.problems) == (DONE, 4, [])


def test_a_case_that_comes_out_otherwise_is_named_and_fails_the_check(desk: Desk) -> None:
    checked = desk.check(uptake("A", "{numerator: 240, status: met}"))
    assert checked.code == NO
    assert checked.problems == ["numerator should be 240 and is 241"]
