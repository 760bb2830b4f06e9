"""What may be done, and which of the product's roles may do it. A grant says where (see `models.Grant`)."""

from collections.abc import Mapping

from fingerpost.language.permissions import MEETS_NOBODY, MEETS_ROWS, Permission
from fingerpost.language.roles import shipped

PERMISSIONS: Mapping[str, frozenset[Permission]] = {key: role.can for key, role in shipped().items()}
"""What each role may do that the product brings, as long as no contract says otherwise."""


def everyone_of(service: str) -> str:
    """The key of a record of the service that is about nobody: it is within reach of whoever works there, in their role."""
    return f"everyone:{service}"


__all__ = ["MEETS_NOBODY", "MEETS_ROWS", "PERMISSIONS", "Permission", "everyone_of"]
