"""Work out a service's indicators at a day: every figure with its numerator, denominator, what is not known, and verdict.

The day is both the day asked and, where a return ends on it, the end of the period.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from fingerpost.agreements.contracts import queries as contracts
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.language.periods import NoPeriod, Period, period_on
from fingerpost.proof.measures.evaluate import every_reading, set_up, worked_out
from fingerpost.proof.measures.figure import Figure, Member, Number, Numbers
from fingerpost.proof.measures.records import CountedRecord, records

ACTOR = Actor.system("The command line")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", metavar="SERVICE", help="key of the contract")
    parser.add_argument(
        "--at", type=date.fromisoformat, metavar="DAY", help="the day asked, as 2010-12-31; today if left out"
    )
    parser.add_argument(
        "--known", type=date.fromisoformat, metavar="DAY", help="as known at the end of this day; else --at"
    )
    parser.add_argument("--indicator", action="append", metavar="KEY", help="only this indicator; may be given again")
    readings = parser.add_mutually_exclusive_group()
    readings.add_argument(
        "--reading",
        action="append",
        default=[],
        metavar="QUESTION=LETTER",
        help="another reading: change=B, or B alone",
    )
    readings.add_argument("--every-reading", action="store_true", help="each figure in every combination of readings")
    parser.add_argument("--by", action="append", metavar="BREAKDOWN", help="only this breakdown; may be given again")
    parser.add_argument("--records", action="store_true", help="list the records behind each figure")
    parser.add_argument("--json", action="store_true", help="for a program to read")


@dataclass(frozen=True)
class Worked:
    """One figure, and its records where they were asked for."""

    figure: Figure
    records: tuple[CountedRecord, ...] | None


def run(arguments: argparse.Namespace) -> int:
    """Print the figures. Returns 0; a service, indicator or reading that does not exist is Refused."""
    day = arguments.at or timezone.localdate()
    rules = contracts.rules(arguments.service, day)
    keys = arguments.indicator or list(rules.contract.indicators)
    asked = [one for key in keys for one in _asked(rules, key, day, arguments)]
    by = tuple(arguments.by) if arguments.by else None
    figures = worked_out([set_up(rules.service, rules=rules, **one) for one in asked], by)
    worked = [
        Worked(figure, _behind(rules, one) if arguments.records else None)
        for figure, one in zip(figures, asked, strict=True)
    ]
    if arguments.json:
        json.dump(
            {"service": arguments.service, "at": day.isoformat(), "figures": [_plain(one) for one in worked]},
            sys.stdout,
            indent=2,
        )
        print()
    else:
        print("\n\n".join(_in_words(one) for one in worked))
    return 0


def _asked(rules: Rules, key: str, day: date, arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """What to ask of the indicator, in each of the readings asked for; by default those in force."""
    for reading in every_reading(rules, key) if arguments.every_reading else [_readings(arguments.reading)]:
        yield {
            "indicator": key,
            "actor": ACTOR,
            "period": _period(rules, key, day),
            "as_known_at": end_of(arguments.known or day),
            "reading": reading,
        }


def _behind(rules: Rules, asked: dict[str, Any]) -> tuple[CountedRecord, ...]:
    return records(rules.service, rules=rules, size=None, **asked).records


def _period(rules: Rules, key: str, day: date) -> Period:
    """The indicator's own period around the day."""
    if key not in rules.contract.indicators:
        raise Refused(f"There is no indicator {key}. Choose one of: {', '.join(rules.contract.indicators)}.")
    try:
        return period_on(rules.contract, rules.definition(key).figure.each, day)
    except NoPeriod as fault:
        raise Refused(f"{fault}. Choose another day with --at.") from None


def end_of(day: date) -> datetime:
    """The last moment of a local day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) - timedelta(microseconds=1)


def _readings(given: Sequence[str]) -> dict[str, str]:
    return {name: letter for name, _, letter in (one.rpartition("=") for one in given)}


def _plain(worked: Worked) -> dict[str, Any]:
    told = worked.figure.as_dict()
    if worked.records is not None:
        told["records"] = [record.as_dict() for record in worked.records]
    return told


def _in_words(worked: Worked) -> str:
    figure = worked.figure
    lines = [
        f"{' '.join(figure.printed)} {figure.title} ({figure.since} to {figure.until})",
        f"  {_value(figure)}{_unknown(figure)}",
    ]
    if figure.target:
        lines.append(f"  Target: {figure.target}. {_status(figure)}")
    if figure.against:
        lines.append(f"  {figure.against.label}: {_value(figure.against)}")
    if figure.reachable:
        lines.append(f"  {figure.reachable}")
    lines += [f"  Reading {' '.join(filter(None, (one.question, one.letter)))}: {one.label}" for one in figure.readings]
    if figure.reading_note:
        lines.append(f"  {figure.reading_note.capitalize()}")
    lines += [f"  Beside, {one.label}: {_value(one)}{_unknown(one)}" for one in figure.beside]
    lines += [_member(one) for one in (*figure.lines, *figure.breakdowns)]
    lines += [_record(one) for one in worked.records or ()]
    return "\n".join(lines)


def _member(member: Member) -> str:
    verdict = _status(member)
    return f"    {member.dimension} {member.label}: {_value(member)}{f'. {verdict}' if verdict else ''}"


def _value(numbers: Numbers) -> str:
    if numbers.value is None:
        return "No data"
    told, unit = numbers.as_dict(), (numbers.unit or "").replace("_", " ")
    if numbers.denominator is None:
        return f"{told['numerator'] if numbers.numerator is not None else told['value']} {unit}".strip()
    if numbers.parts and numbers.exact is not None:
        second, rest = _plain_number(numbers.denominator, numbers.numerator), 100 - Decimal(told["value"])
        first, other = numbers.parts
        return f"{first} {told['numerator']}, {other.lower()} {second} = {told['value']} % : {rest} %"
    if numbers.unit == "percent":
        return f"{told['numerator']} of {told['denominator']} = {told['value']} %"
    return f"{told['numerator']} over {told['denominator']} = {told['value']} {unit}".strip()


def _plain_number(whole: Number | None, part: Number | None) -> str:
    """What is left of the whole without the part, without idle zeros."""
    left = Decimal(whole or 0) - Decimal(part or 0)
    return f"{left.normalize():f}"


def _unknown(numbers: Numbers) -> str:
    told = [(numbers.not_known, "not known"), (numbers.pending, "pending"), (numbers.outside, "outside")]
    return "".join(f", {number} {words}" for number, words in told if number)


def _status(figure: Figure | Member) -> str:
    return "" if figure.status == "no_target" else figure.status.replace("_", " ").capitalize()


def _record(record: CountedRecord) -> str:
    return f"    {record.reference} {record.answer.replace('_', ' ')}: {record.reason_label}".rstrip(": ")
