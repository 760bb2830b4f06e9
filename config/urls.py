"""The root of all addresses: each audience's pages, signing in, and what only a demonstration shows."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from config.rooms import PAGE_ROOMS

KIT = "fingerpost.pages.kit"

urlpatterns: list[URLPattern | URLResolver] = [
    *(path("", include(f"{room}.urls")) for room in PAGE_ROOMS if room != KIT),
    path("kit/", include(f"{KIT}.urls")),
    path("account/", include("config.account_urls")),
]

if settings.DEMONSTRATION:
    urlpatterns.append(path("demonstration/", include("fingerpost.demo.urls")))

handler500 = "config.away.said_in_plain_words"
