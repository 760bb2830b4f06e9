"""What anybody may open: the front door, the statements, and signing in."""

from django.urls import path

from fingerpost.pages.public import criteria, saying, views

urlpatterns = [
    path("", views.home, name="home"),
    path("accessibility", views.accessibility, name="accessibility"),
    path("cookies", views.cookies, name="cookies"),
    path("privacy", views.privacy, name="privacy"),
    path("about", views.about, name="about"),
    path("criteria", criteria.all_criteria, name="criteria_all"),
    path("criteria/<slug:service>", criteria.criteria, name="criteria"),
    path("criteria/<slug:service>/<int:number>", criteria.criteria_version, name="criteria_version"),
    path("say", saying.say, name="say"),
    path("say/thanks", saying.say_thanks, name="say_thanks"),
]
