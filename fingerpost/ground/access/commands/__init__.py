"""Every write of access: who may sign in, what each was granted, and the bodies and teams they belong to."""

from fingerpost.ground.access.commands.first import (
    AddressOfNoUse,
    become_first_administrator,
    make_first_address,
)
from fingerpost.ground.access.commands.grants import grant, review_grants, withdraw
from fingerpost.ground.access.commands.organisations import (
    add_organisation,
    form_team,
    rename_organisation,
    rename_team,
)
from fingerpost.ground.access.commands.service_roles import agree_wider_roles, take_over_roles
from fingerpost.ground.access.commands.users import (
    add_user,
    change_user,
    end_sessions,
    invite,
    remove_access,
    restore_access,
)

__all__ = [
    "AddressOfNoUse",
    "add_organisation",
    "add_user",
    "agree_wider_roles",
    "become_first_administrator",
    "change_user",
    "end_sessions",
    "form_team",
    "grant",
    "invite",
    "make_first_address",
    "remove_access",
    "rename_organisation",
    "rename_team",
    "restore_access",
    "review_grants",
    "take_over_roles",
    "withdraw",
]
