"""The codes that a contract itself gives to facts: reasons for closing, service lines, areas, groups that go first."""

from collections.abc import Mapping
from dataclasses import replace

from fingerpost.language.contract import Contract
from fingerpost.language.facts import FactSpec


def codes_given(contract: Contract) -> dict[str, frozenset[str]]:
    """What a fact may be under this contract, by fact; a fact of which the contract says nothing is left out."""
    pathway = contract.pathway
    groups = frozenset(pathway.priority.groups) if pathway.priority else frozenset()
    areas = contract.areas_at(pathway.allocation.level) if pathway.allocation else ()
    shared_out = frozenset(area.code for area in areas)
    given = {
        "closure_reason": frozenset(pathway.closure_reasons),
        "line": frozenset(contract.agreement.service_lines),
        "vulnerable_group": groups,
        "vulnerable_groups": groups,
        "participation_kinds": frozenset(pathway.participation),
        "home_area": shared_out,
        **{level: frozenset(area.code for area in contract.areas_at(level)) for level in contract.levels},
    }
    return {fact: codes for fact, codes in given.items() if codes}


def with_codes(spec: FactSpec, given: Mapping[str, frozenset[str]]) -> FactSpec:
    """The fact with the codes that the contract gives it, where the product leaves them open."""
    is_open = spec.codes is None and spec.kind in ("code", "codes")
    return replace(spec, codes=given[spec.name]) if is_open and spec.name in given else spec
