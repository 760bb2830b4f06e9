"""What anybody may open: the front door, the statements, and signing in."""

from django.urls import path

from fingerpost.pages.public import criteria, saying, sessions, views

urlpatterns = [
    path("", views.home, name="home"),
    path("help", views.help_page, name="help"),
    path("accessibility", views.accessibility, name="accessibility"),
    path("cookies", views.cookies, name="cookies"),
    path("privacy", views.privacy, name="privacy"),
    path("about", views.about, name="about"),
    path("criteria", criteria.all_criteria, name="criteria_all"),
    path("criteria/<slug:service>", criteria.criteria, name="criteria"),
    path("criteria/<slug:service>/<int:number>", criteria.criteria_version, name="criteria_version"),
    path("signed-in", sessions.mine, name="sessions"),
    path("signed-in/end", sessions.end_mine, name="sessions_end"),
    path("signed-in/everybody", sessions.everybodys, name="sessions_all"),
    path("signed-in/everybody/<uuid:user>", sessions.somebodys, name="sessions_of"),
    path("say", saying.say, name="say"),
    path("say/thanks", saying.say_thanks, name="say_thanks"),
]
