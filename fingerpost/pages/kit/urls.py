"""The gallery, only in a demonstration or while debugging; staying signed in; and the search within a list."""

from django.conf import settings
from django.urls import path

from fingerpost.pages.kit import gallery, list_search, session

app_name = "kit"
urlpatterns = [path("stay/", session.stay, name="stay"), path("within/", list_search.within, name="within")]

if settings.DEMONSTRATION or settings.DEBUG:
    urlpatterns += [path("", gallery.components, name="gallery"), path("form/", gallery.form, name="form")]
