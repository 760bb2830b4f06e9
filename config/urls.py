"""The root of all addresses: each audience's pages, signing in, and what only a demonstration shows."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from config.rooms import PAGE_ROOMS, ROOMS

urlpatterns: list[URLPattern | URLResolver] = [path("account/", include("allauth.urls"))]

for room in PAGE_ROOMS:
    if room != "fingerpost.pages.kit" and find_spec(f"{room}.urls"):
        urlpatterns.append(path("", include(f"{room}.urls")))

if (
    (settings.DEMONSTRATION or settings.DEBUG)
    and "fingerpost.pages.kit" in ROOMS
    and find_spec("fingerpost.pages.kit.urls")
):
    urlpatterns.append(path("kit/", include("fingerpost.pages.kit.urls")))

if settings.DEMONSTRATION and "fingerpost.demo" in ROOMS and find_spec("fingerpost.demo.urls"):
    urlpatterns.append(path("demonstration/", include("fingerpost.demo.urls")))
