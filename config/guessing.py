"""Wrong passwords make the next try wait, longer each time. Nobody is locked out, and nobody waits for what another did.

What waits is one account from one address. Whoever tries many accounts from one address, or one account from many addresses,
waits as well, but for those pairs of account and address that have signed in before: an office behind one address goes on
working while somebody in it guesses.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_network
from math import ceil
from time import time

from django.core.cache import cache
from django.db import connection, transaction

from config.proxies import address_of

REMEMBERED = 90 * 24 * 60 * 60  # seconds: a pair that signed in is known for so long
MOST_KEPT = 500
IPV6_HOUSEHOLD = 64  # bits: whoever has one address of IPv6 has all that begin like it


@dataclass(frozen=True)
class Limit:
    """After `free` failures each further one doubles the wait, up to the longest. Failures are forgotten after a time."""

    free: int
    first_wait: int
    longest_wait: int
    forgotten_after: int

    def wait_after(self, failures: int) -> int:
        """Seconds until the next try, after so many failures."""
        if failures < self.free:
            return 0
        return int(min(self.longest_wait, self.first_wait * 2 ** min(failures - self.free, 20)))


ACCOUNT_FROM_ADDRESS = Limit(5, 30, 15 * 60, 6 * 60 * 60)
ACCOUNTS_FROM_ONE_ADDRESS = Limit(20, 30, 15 * 60, 60 * 60)
ADDRESSES_AT_ONE_ACCOUNT = Limit(20, 30, 5 * 60, 60 * 60)


@dataclass(frozen=True)
class Try:
    """One try to sign in: which account, from which address."""

    account: str
    address: str

    @classmethod
    def of(cls, login: str, address: str) -> "Try":
        """The account as it was typed, whether there is one or not; neither is kept in clear."""
        return cls(_hashed(login.strip().lower()), _hashed(_network(address)))

    @property
    def _pair(self) -> str:
        return f"guess:{self.account}:{self.address}"

    @property
    def _known(self) -> str:
        return f"signed-in:{self.account}:{self.address}"

    def begin(self) -> int:
        """Count this try as a failure until it is known to be none. Returns how many seconds to wait first, 0 for go on.

        A try that must wait is not counted, so impatience costs nothing.
        """
        now = time()
        with _alone(self.account, self.address):
            is_known = bool(cache.get(self._known))
            wide = [] if is_known else [*self._spread()]
            held = [(self._pair, ACCOUNT_FROM_ADDRESS), *((key, limit) for key, _, limit in wide)]
            if longest := max(_left(key, limit, now) for key, limit in held):
                return ceil(longest)
            failures = int((cache.get(self._pair) or (0, 0))[0]) + 1
            _keep(self._pair, failures, ACCOUNT_FROM_ADDRESS, failures, now)
            for key, other, limit in self._spread():
                others = {**_recent(key, limit, now), other: now}
                while len(others) > MOST_KEPT:
                    others.pop(next(iter(others)))
                _keep(key, others, limit, len(others), now)
        return 0

    def succeeded(self) -> None:
        """It was no failure: this pair begins anew and is known from now on."""
        now = time()
        with _alone(self.account, self.address):
            cache.delete(self._pair)
            cache.set(self._known, True, REMEMBERED)
            for key, other, limit in self._spread():
                others = _recent(key, limit, now)
                others.pop(other, None)
                # Whoever guesses cannot make the others' wait shorter by signing in with a password that is right.
                until = _until(key) if len(others) >= limit.free else 0
                cache.set(key, (others, until), limit.forgotten_after)

    def forgive(self) -> None:
        """This pair begins anew: somebody has shown in another way who they are, as by a link in an e-mail."""
        cache.delete(self._pair)

    def _spread(self) -> Iterator[tuple[str, str, Limit]]:
        yield f"guesses-from:{self.address}", self.account, ACCOUNTS_FROM_ONE_ADDRESS
        yield f"guesses-at:{self.account}", self.address, ADDRESSES_AT_ONE_ACCOUNT


def in_words(seconds: int) -> str:
    """How long to wait, and what else to do."""
    minutes = -(-seconds // 60)
    wait = f"{seconds} seconds" if seconds < 60 else "1 minute" if minutes == 1 else f"{minutes} minutes"
    return f"That was wrong too often. Wait {wait}, then try again. If you have forgotten your password, get a new one."


def _hashed(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]


def _network(address: str) -> str:
    found = address_of(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, IPV6_HOUSEHOLD), strict=False))
    return str(found or address)


def _left(key: str, limit: Limit, now: float) -> float:
    """Seconds still to wait. More than any wait lasts means that the clock went back, and nobody waits for that."""
    left = _until(key) - now
    return left if 0 < left <= limit.longest_wait else 0


def _until(key: str) -> float:
    return float((cache.get(key) or (0, 0))[1])


def _recent(key: str, limit: Limit, now: float) -> dict[str, float]:
    kept: dict[str, float] = (cache.get(key) or ({}, 0))[0]
    return {other: at for other, at in kept.items() if at > now - limit.forgotten_after}


def _keep(key: str, failures: object, limit: Limit, count: int, now: float) -> None:
    cache.set(key, (failures, now + limit.wait_after(count)), limit.forgotten_after)


@contextmanager
def _alone(*names: str) -> Iterator[None]:
    """Tries at one account, or from one address, are counted one after the other, whichever process they reach."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"guess:{name}"])
        yield
