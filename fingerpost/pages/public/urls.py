"""What anybody may open: the front door, the statements, and signing in."""

from django.urls import path

from fingerpost.pages.public import views

urlpatterns = [
    path("", views.home, name="home"),
    path("accessibility", views.accessibility, name="accessibility"),
    path("cookies", views.cookies, name="cookies"),
    path("privacy", views.privacy, name="privacy"),
    path("about", views.about, name="about"),
]
