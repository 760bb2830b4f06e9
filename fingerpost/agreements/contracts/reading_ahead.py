"""Contracts read before anybody asks: compiling one takes about a second, and whoever comes first should not wait for it."""

import logging

from django.db import DatabaseError, connection

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import NothingInForce, rules
from fingerpost.ground.access import clock
from fingerpost.language.faults import ContractFaulty

log = logging.getLogger(__name__)


def read_ahead() -> int:
    """Compile the contract of every service as it stands today. Returns how many were read; none where no database answers."""
    read = 0
    try:
        for service in Agreement.objects.values_list("key", flat=True):
            try:
                rules(service, clock.today(service))
            except NothingInForce:
                continue
            except ContractFaulty:
                log.warning("The contract of %s cannot be read any more. `fingerpost check` names its faults.", service)
                continue
            read += 1
    except DatabaseError as fault:
        log.info("No contract was read ahead: %s", fault)
    finally:
        connection.close()
    return read
