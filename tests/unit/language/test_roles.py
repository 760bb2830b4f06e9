"""Roles of a contract: called otherwise, changed, added; and what no contract may do with them."""

from datetime import date

import pytest

from fingerpost.language.permissions import MEANINGS, MEETS_ROWS, Permission
from fingerpost.language.roles import roles_of, shipped
from tests.unit.language.small import contract, faults, told

ROLES = "roles.yaml"
P = Permission


def said(roles: str) -> str:
    return told(faults(roles=roles))


def roles(text: str):
    return roles_of(contract(roles=text).roles)


def test_every_permission_has_words_and_every_role_of_the_product_a_label_and_a_reach() -> None:
    assert set(MEANINGS) == set(Permission)
    assert all(role.label and role.reach and role.can for role in shipped().values())
    assert len(shipped()) == 9


def test_a_contract_that_says_nothing_of_roles_has_the_products() -> None:
    assert roles_of(contract().roles) == dict(shipped())


def test_a_role_is_called_otherwise_and_can_what_it_could() -> None:
    found = roles("caseworker: {label: Family worker}")
    assert (found["caseworker"].label, found["caseworker"].can) == ("Family worker", shipped()["caseworker"].can)
    assert found["supervisor"] == shipped()["supervisor"]


def test_a_role_of_its_own_begins_from_another() -> None:
    found = roles(
        "mentor: {label: Mentor, like: caseworker, reach: own, restricted: true, since: 2010-09-01, until: 2010-12-31}"
    )
    mentor = found["mentor"]
    assert (mentor.label, mentor.can, mentor.reach, mentor.restricted) == (
        "Mentor",
        shipped()["caseworker"].can,
        ("own",),
        True,
    )
    assert [mentor.is_held_on(date(2010, *day)) for day in ((8, 31), (9, 1), (12, 31))] == [False, True, True]
    assert not mentor.is_held_on(date(2011, 1, 1))


def test_one_may_begin_from_another_of_the_contracts_own() -> None:
    found = roles("a: {label: A, like: b, reach: own}\nb: {label: B, can: [make_request, view_figures], reach: team}")
    assert found["a"].can == {P.MAKE_REQUEST, P.VIEW_FIGURES}


def test_what_a_role_can_is_the_whole_list() -> None:
    assert roles("referrer: {can: [make_request, view_figures]}")["referrer"].can == {P.MAKE_REQUEST, P.VIEW_FIGURES}


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("mentor: {label: M, like: casworker, reach: own}", "roles.yaml:1", "Did you mean caseworker"),
        ("mentor: {label: M, can: [make_requests], reach: own}", "roles.yaml:1", "Did you mean make_request"),
        ("mentor: {can: [make_request], reach: own}", "roles.yaml:1", "says no label"),
        ("mentor: {label: M, reach: own}", "roles.yaml:1", "says no can"),
        ("mentor: {label: M, can: [make_request]}", "roles.yaml:1", "says no reach"),
        ("mentor: {label: M, like: referrer, reach: everywhere}", "roles.yaml:1", "Use 'own'"),
        ("a: {label: A, like: b}\nb: {label: B, like: a}", "roles.yaml:1", "begins from itself"),
        ("referrer: {since: 2011-01-02, until: 2011-01-01}", "roles.yaml:1", "ends before it begins"),
        ("administrator: {can: [view_family]}", "roles.yaml:1", "does not change what an administrator can"),
        ("boss: {label: B, like: administrator, reach: service}", "roles.yaml:1", "cannot administer"),
        ("boss: {label: B, can: [administer_system], reach: service}", "roles.yaml:1", "cannot administer"),
        ("boss: {label: B, can: [make_request], reach: platform}", "roles.yaml:1", "cannot reach the platform"),
        ("commissioner: {can: [view_figures, view_family]}", "roles.yaml:1", "commissioner met nobody"),
        (
            "caseworker: {can: [view_family, record_contact]}",
            "roles.yaml:1",
            "meets families and could not raise a concern",
        ),
        ("visitor: {label: V, can: [record_contact], reach: own}", "roles.yaml:1", "could not raise a concern"),
        (
            "safeguarding_lead: {can: [view_family, view_restricted, raise_concern]}",
            "roles.yaml:1",
            "No role can decide on a concern",
        ),
        ("mentor: {label: M, like: caseworker, colour: red}", "roles.yaml:1", "colour"),
        ('mentor: {label: M, like: caseworker, clause: "99"}', "roles.yaml:1", "99"),
    ],
)
def test_what_cannot_be_is_told_at_its_line(text: str, place: str, words: str) -> None:
    found = said(text)
    assert words in found, found
    assert place in found


@pytest.mark.parametrize(
    "text",
    [
        "administrator: {label: Office}",
        "commissioner: {can: [view_figures, view_records_counted], reach: service}",
        "service_manager: {can: [view_family, view_figures]}",
        (
            "safeguarding_lead: {can: [view_family, raise_concern]}\nlead: {label: L, like: safeguarding_lead, "
            "can: [view_family, raise_concern, decide_concern]}"
        ),
        "front_door: {label: Front door, can: [make_request, decide_request, raise_concern], reach: [area, service]}",
    ],
)
def test_what_may_be_is_told_nothing_of(text: str) -> None:
    assert said(text) == ""


def test_reading_rows_behind_figures_meets_people() -> None:
    assert P.VIEW_RECORDS_COUNTED in MEETS_ROWS
    assert P.VIEW_FIGURES not in MEETS_ROWS
