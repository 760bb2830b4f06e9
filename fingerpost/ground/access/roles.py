"""The roles that may be held in a service."""

from collections.abc import Mapping
from datetime import date

from fingerpost.language.roles import Role, shipped


def roles_in_force(service: str, on: date) -> Mapping[str, Role]:
    """Every role that may be held in the service on the day, by key; of no service, those of the installation."""
    return shipped()
