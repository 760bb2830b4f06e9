"""The contract language: a service specification as checked files. Plain Python, with no Django in it.

`read_folder` and `check` for those who write a contract; `load`, `resolve`, `decide`, `check_gate` and `deadline` for those
who work by it; `run_examples` for both. Conditions over a database are in `conditions.sql`.
"""

from fingerpost.language.answers import NOT_KNOWN, PENDING, Answer, Unknown
from fingerpost.language.clocks import Clock, clock_in_force, deadline
from fingerpost.language.compile import check, contract_hash, load
from fingerpost.language.contract import Area, Clause, Contract
from fingerpost.language.dated import Dated, NoValue, Spell
from fingerpost.language.decide import Decision, Missing, Reason, check_gate, decide
from fingerpost.language.definition import Definition, Figure
from fingerpost.language.examples import ExampleResult, run_examples
from fingerpost.language.facts import FactSpec, Registry, SetSpec, Vocabulary, fact, registry
from fingerpost.language.faults import ContractFaulty, Fault, Severity
from fingerpost.language.periods import NoPeriod, Period, period_on, returns_due
from fingerpost.language.read import read_folder
from fingerpost.language.readings import Agreed, Question, in_force
from fingerpost.language.resolve import resolve
from fingerpost.language.vocabulary import VOCABULARY

__all__ = [
    "NOT_KNOWN",
    "PENDING",
    "VOCABULARY",
    "Agreed",
    "Answer",
    "Area",
    "Clause",
    "Clock",
    "Contract",
    "ContractFaulty",
    "Dated",
    "Decision",
    "Definition",
    "ExampleResult",
    "FactSpec",
    "Fault",
    "Figure",
    "Missing",
    "NoPeriod",
    "NoValue",
    "Period",
    "Question",
    "Reason",
    "Registry",
    "SetSpec",
    "Severity",
    "Spell",
    "Unknown",
    "Vocabulary",
    "check",
    "check_gate",
    "clock_in_force",
    "contract_hash",
    "deadline",
    "decide",
    "fact",
    "in_force",
    "load",
    "period_on",
    "read_folder",
    "registry",
    "resolve",
    "returns_due",
    "run_examples",
]
