"""Assemble a return, send it if asked, and write it as PDF and Excel.

Without --submit the return is begun if need be and shown as it stands. What is written hides small numbers, as whoever reads it
is outside the caseholding team, unless --exact is given.
"""

import argparse
import json
import sys
from datetime import date, datetime
from pathlib import Path

from django.utils import timezone

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import day_in_words, returns_of
from fingerpost.exchange.exports.pdf import pdf_of
from fingerpost.exchange.exports.workbook import workbook_of
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.language.periods import ReturnDue
from fingerpost.proof.returns import commands
from fingerpost.proof.returns.document import Document, document_of
from fingerpost.proof.returns.models import Return

ACTOR = Actor.system("The command line")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", metavar="SERVICE", help="key of the contract")
    parser.add_argument(
        "--due", type=date.fromisoformat, required=True, metavar="DAY", help="the day it is due, as 2010-12-31"
    )
    parser.add_argument("--series", metavar="NAME", help="which series of returns, where two are due on one day")
    parser.add_argument("--at", type=datetime.fromisoformat, metavar="TIME", help="as known when; now if left out")
    parser.add_argument("--submit", action="store_true", help="send it: every figure is frozen")
    parser.add_argument("--pdf", type=Path, metavar="FILE", help="write it as PDF")
    parser.add_argument("--xlsx", type=Path, metavar="FILE", help="write it as an Excel workbook")
    parser.add_argument("--exact", action="store_true", help="leave small numbers as they are")
    parser.add_argument("--json", action="store_true", help="print it for a program to read")


def run(arguments: argparse.Namespace) -> int:
    """Returns 0. A return that is not due that day, or that cannot be sent, is Refused."""
    at = _moment(arguments.at)
    agreement = Agreement.objects.filter(key=arguments.service).first()
    if agreement is None:
        raise Refused(f"No contract {arguments.service} is adopted. Adopt its folder first: fingerpost adopt FOLDER")
    due = _due(agreement, arguments)
    made = commands.assemble(ACTOR, agreement, due=due, at=at)
    if arguments.submit and made.submitted_at is None:
        made = commands.submit(ACTOR, made, at=at)
    document = document_of(made, at=at, exact=arguments.exact)
    if arguments.pdf:
        arguments.pdf.write_bytes(pdf_of(document, at=made.submitted_at or at))
    if arguments.xlsx:
        arguments.xlsx.write_bytes(workbook_of(document))
    if arguments.json:
        json.dump(document, sys.stdout, indent=2, ensure_ascii=False)
        print()
    else:
        _print(arguments, made, document)
    return 0


def _moment(given: datetime | None) -> datetime:
    if given is None:
        return timezone.now()
    return timezone.make_aware(given) if timezone.is_naive(given) else given


def _due(agreement: Agreement, arguments: argparse.Namespace) -> ReturnDue:
    calendar = returns_of(agreement)
    found = [due for due in calendar if due.due == arguments.due and arguments.series in (None, due.series)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(f"Two returns are due that day. Say --series {' or '.join(due.series for due in found)}.")
    days = ", ".join(due.due.isoformat() for due in calendar)
    raise Refused(f"No return is due on {day_in_words(arguments.due)}. The days are {days}.")


def _print(arguments: argparse.Namespace, made: Return, document: Document) -> None:
    print(f"{document['title']} {made.ref}, {document['period']}: {document['status'].lower()}.")
    for heading in document["headings"]:
        print(f"\n{heading['label']}")
        for figure in heading["figures"]:
            print(
                f"  {figure['clause']:5} {figure['title']}: {figure['result']} ({figure['made_of']}). {figure['status']}"
            )
    for path in (arguments.pdf, arguments.xlsx):
        if path:
            print(f"\nWritten: {path}")
