"""The gallery, only in a demonstration or while debugging; and `stay`, which keeps somebody signed in."""

from django.conf import settings
from django.urls import path

from fingerpost.pages.kit import gallery, session

app_name = "kit"
urlpatterns = [path("stay/", session.stay, name="stay")]

if settings.DEMONSTRATION or settings.DEBUG:
    urlpatterns += [path("", gallery.components, name="gallery"), path("form/", gallery.form, name="form")]
