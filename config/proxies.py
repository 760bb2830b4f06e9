"""Who asks, where a proxy stands before the application: read from what the proxy says, and believed of a trusted proxy alone.

`TRUSTED_PROXIES` names the proxies by address or network. What anybody else writes into these headers is thrown away before
anything reads it, so every limit, log and list of sign-ins finds the true address where it always finds one.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

FORWARDED_FOR, FORWARDED_PROTO, FORWARDED = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED"
OTHERS = ("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_SSL", "HTTP_X_REAL_IP")
MOST_HOPS = 20
_PAIR = re.compile(r'\s*([a-z]{1,10})\s*=\s*(?:"([^"]{0,80})"|([^";,\s]{0,80}))\s*', re.IGNORECASE)
_WITH_PORT = re.compile(r"\[([0-9a-fA-F:.]{2,45})\](?::\d{1,5})?|([0-9.]{7,15}):\d{1,5}")


@dataclass(frozen=True)
class Hop:
    """One step of the way, as the proxy after it saw it."""

    address: Address | None
    scheme: str = ""


def networks(words: str | Iterable[str]) -> tuple[Network, ...]:
    """The networks that a setting names, with commas or spaces between them. Raises ImproperlyConfigured."""
    named = words.replace(",", " ").split() if isinstance(words, str) else [word for word in words if word]
    try:
        return tuple(ip_network(word, strict=False) for word in named)
    except ValueError as fault:
        raise ImproperlyConfigured(
            f"TRUSTED_PROXIES: {fault}. Write addresses or networks, as 127.0.0.1, 10.0.0.0/8."
        ) from fault


def behind_proxies(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The first of all middleware: from here on `REMOTE_ADDR` is who asks, and the forwarded scheme is a trusted proxy's word."""

    def middleware(request: HttpRequest) -> HttpResponse:
        read_way(request)
        return get_response(request)

    return middleware


def read_way(request: HttpRequest) -> None:
    """Put the true address and scheme where everything looks for them, and take the claims away."""
    meta = request.META
    told = {name: str(meta.pop(name, "")) for name in (FORWARDED_FOR, FORWARDED_PROTO, FORWARDED, *OTHERS)}
    trusted = _trusted(tuple(settings.TRUSTED_PROXIES))
    peer = address_of(meta.get("REMOTE_ADDR") or "")
    if peer is None or not _is_among(peer, trusted):
        return
    way = _way(told)
    hop = client_of(peer, way, trusted)
    meta["REMOTE_ADDR"] = str(hop.address)
    if scheme := hop.scheme or (way[-1].scheme if way else "") or told[FORWARDED_PROTO].split(",")[-1].strip().lower():
        meta[FORWARDED_PROTO] = scheme


def client_of(peer: Address, way: Sequence[Hop], trusted: Sequence[Network]) -> Hop:
    """Who asks: from the nearest hop backwards, the first that is no trusted proxy.

    Where a hop has no readable address, nobody further away can be believed: it is the trusted one before it.
    """
    found = Hop(peer)
    for hop in reversed(way):
        if hop.address is None:
            return found
        found = hop
        if not _is_among(hop.address, trusted):
            return found
    return found


def _way(told: dict[str, str]) -> list[Hop]:
    """The hops, furthest first. X-Forwarded-For is read before Forwarded: a proxy that writes one should drop the other."""
    if told[FORWARDED_FOR]:
        hops = told[FORWARDED_FOR].split(",")[-MOST_HOPS:]
        schemes = [word.strip().lower() for word in told[FORWARDED_PROTO].split(",")]
        same = len(schemes) == len(hops)
        return [Hop(address_of(word), schemes[n] if same else "") for n, word in enumerate(hops)]
    return [_forwarded(element) for element in told[FORWARDED].split(",")[-MOST_HOPS:]] if told[FORWARDED] else []


def _forwarded(element: str) -> Hop:
    pairs = {}
    for part in element.split(";"):
        if found := _PAIR.fullmatch(part):
            pairs[found[1].lower()] = found[2] or found[3] or ""
    scheme = pairs.get("proto", "").lower()
    return Hop(address_of(pairs.get("for", "")), scheme if scheme in ("http", "https") else "")


@lru_cache(maxsize=4096)
def address_of(words: str) -> Address | None:
    """The address that the words mean, its port left off; None for none. One of IPv4 written as IPv6 is one of IPv4."""
    bare = words.strip().strip('"')
    if found := _WITH_PORT.fullmatch(bare):
        bare = found[1] or found[2]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.scope_id:
            return None
        return address.ipv4_mapped or address
    return address


@lru_cache(maxsize=8)
def _trusted(words: tuple[str, ...]) -> tuple[Network, ...]:
    return networks(words)


def _is_among(address: Address, trusted: Iterable[Network]) -> bool:
    return any(address in network for network in trusted if network.version == address.version)
