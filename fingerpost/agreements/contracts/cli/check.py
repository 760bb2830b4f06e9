"""Find every fault in a contract's folder, and run its worked examples.

Nothing is written, and no database is asked. Exit code 1 where there are errors or an example comes out otherwise.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fingerpost.agreements.contracts.cli.folder import sources_of
from fingerpost.language.compile import check, contract_hash, load
from fingerpost.language.contract import Contract
from fingerpost.language.faults import Fault, Severity
from fingerpost.language.vocabulary import VOCABULARY

DONE, NO = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the contract's folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    parser.add_argument("--quiet", action="store_true", help="leave out notes")


def run(arguments: argparse.Namespace) -> int:
    sources = sources_of(arguments.folder)
    faults = sorted(check(sources, VOCABULARY), key=lambda fault: fault.sort_key)
    broken = any(fault.severity is Severity.ERROR for fault in faults)
    results = [] if broken else _examples(load(sources, VOCABULARY))
    failed = [result for result in results if not result.passed]
    if arguments.json:
        print(json.dumps(_as_json(sources, faults, results), indent=2, ensure_ascii=False, default=str))
    else:
        _print(arguments, faults, results, broken)
    return NO if broken or failed else DONE


def _examples(contract: Contract) -> list[Any]:
    from fingerpost.language.run import run_examples

    return list(run_examples(contract))


def _as_json(sources: dict[str, str], faults: list[Fault], results: list[Any]) -> dict[str, Any]:
    return {
        "hash": contract_hash(sources),
        "faults": [{**asdict(fault), "severity": fault.severity.value} for fault in faults],
        "examples": [asdict(result) for result in results],
    }


def _print(arguments: argparse.Namespace, faults: list[Fault], results: list[Any], broken: bool) -> None:
    for fault in faults:
        if not (arguments.quiet and fault.severity is Severity.NOTE):
            print(f"{arguments.folder / fault.place}"[: -len(fault.place)] + str(fault))
    for result in results:
        if not result.passed:
            print(result)
    counts = {severity: sum(fault.severity is severity for fault in faults) for severity in Severity}
    print(", ".join(_counted(counts[severity], severity.value) for severity in Severity) + ".")
    if broken:
        print("The examples were not run: settle the errors first.")
    else:
        print(
            f"{_counted(len(results), 'example')} run, {sum(not result.passed for result in results)} came out otherwise."
        )


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
