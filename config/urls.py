"""The root of all addresses: each audience's pages, signing in, and what only a demonstration shows."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from config.rooms import PAGE_ROOMS, ROOMS

KIT, DEMONSTRATION = "fingerpost.pages.kit", "fingerpost.demo"


def _has_addresses(room: str) -> bool:
    return room in ROOMS and find_spec(f"{room}.urls") is not None


urlpatterns: list[URLPattern | URLResolver] = [
    *(path("", include(f"{room}.urls")) for room in PAGE_ROOMS if room != KIT and _has_addresses(room)),
    path("account/", include("config.account_urls")),
]

if _has_addresses(KIT):
    urlpatterns.append(path("kit/", include(f"{KIT}.urls")))

if settings.DEMONSTRATION and _has_addresses(DEMONSTRATION):
    urlpatterns.append(path("demonstration/", include(f"{DEMONSTRATION}.urls")))
