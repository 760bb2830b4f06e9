"""Find every fault in a contract's folder, and run its worked examples.

Nothing is written, and no database is asked. Exit code 1 where there are errors or an example comes out otherwise. With
`--served` it says instead, clause by clause, what serves it and what nothing serves; exit code 1 where there are errors.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fingerpost.agreements.contracts.cli.folder import sources_of
from fingerpost.language import VOCABULARY, ExampleResult, Fault, Severity, contract_hash, load, run_examples
from fingerpost.language.compile import checked
from fingerpost.language.serving import ServedClause, served

DONE, NO = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the contract's folder")
    parser.add_argument("--served", action="store_true", help="say what serves each clause, and run no examples")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    parser.add_argument("--quiet", action="store_true", help="leave out notes")
    parser.add_argument("--examples", action="store_true", help="name every example, not only those that fail")


def run(arguments: argparse.Namespace) -> int:
    sources = sources_of(arguments.folder)
    draft = checked(sources, VOCABULARY)
    faults = draft.faults
    is_broken = any(fault.severity is Severity.ERROR for fault in faults)
    if arguments.served:
        _print_served(arguments, served(draft), faults)
        return NO if is_broken else DONE
    results = [] if is_broken else run_examples(load(sources, VOCABULARY))
    if arguments.json:
        print(json.dumps(_as_json(sources, faults, results), indent=2, ensure_ascii=False))
    else:
        _print_faults(arguments, faults)
        _print_examples(arguments, results, is_broken)
    return NO if is_broken or any(not result.holds for result in results) else DONE


def _as_json(sources: dict[str, str], faults: list[Fault], results: list[ExampleResult]) -> dict[str, Any]:
    return {
        "hash": contract_hash(sources),
        "faults": [{**asdict(fault), "severity": fault.severity.value} for fault in faults],
        "examples": [
            {
                "clauses": list(result.clauses),
                "name": result.name,
                "subject": result.subject,
                "holds": result.holds,
                "problems": list(result.problems),
            }
            for result in results
        ],
    }


def _print_served(arguments: argparse.Namespace, clauses: tuple[ServedClause, ...], faults: list[Fault]) -> None:
    if arguments.json:
        print(json.dumps([asdict(clause) for clause in clauses], indent=2, ensure_ascii=False))
        return
    for clause in clauses:
        print(f"{clause.printed} {clause.key} ({clause.status})")
        for line in [str(one) for one in clause.by] or [_unserved(clause)]:
            print(f"    {line}")
    left = [clause for clause in clauses if not clause.by and not clause.needs_nothing]
    named = f": {', '.join(clause.key for clause in left)}" if left else ""
    print(f"{_counted(len(clauses), 'clause')}, {len(left) or 'none'} served by nothing{named}.")
    for fault in faults:
        if fault.severity is Severity.ERROR:
            print(f"{arguments.folder}/{fault}")


def _unserved(clause: ServedClause) -> str:
    if clause.needs_nothing:
        return "nothing has to serve it"
    return "nothing serves it yet; it is marked later: true" if clause.later else "NOTHING SERVES IT"


def _print_faults(arguments: argparse.Namespace, faults: list[Fault]) -> None:
    for fault in faults:
        if not (arguments.quiet and fault.severity is Severity.NOTE):
            print(f"{arguments.folder}/{fault}")
    counts = {severity: sum(fault.severity is severity for fault in faults) for severity in Severity}
    print(", ".join(_counted(counts[severity], severity.value) for severity in Severity) + ".")


def _print_examples(arguments: argparse.Namespace, results: list[ExampleResult], is_broken: bool) -> None:
    if is_broken:
        print("The examples were not run. Settle the errors first.")
        return
    for result in results:
        if arguments.examples or not result.holds:
            named = f"{', '.join(result.clauses)}: {result.name}"
            print(f"holds: {named}" if result.holds else f"fails: {named}: {'; '.join(result.problems)}")
    failed = sum(not result.holds for result in results)
    print(f"{_counted(len(results), 'example')} run, {failed or 'none'} came out otherwise.")


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
