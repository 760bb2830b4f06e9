"""Addresses of whoever sets a service up and administers it."""

from django.urls import path

from fingerpost.pages.setup.views import first, grants, people, review, start, teams

app_name = "setup"
urlpatterns = [
    path("set-up", start.start, name="start"),
    path("set-up/first/<str:token>", first.first, name="first"),
    path("set-up/people", people.people, name="people"),
    path("set-up/people/new", people.person_new, name="person_new"),
    path("set-up/people/<uuid:user>", people.person, name="person"),
    path("set-up/people/<uuid:user>/link", people.person_link, name="person_link"),
    path("set-up/people/<uuid:user>/change", people.person_change, name="person_change"),
    path("set-up/people/<uuid:user>/remove", people.person_remove, name="person_remove"),
    path("set-up/people/<uuid:user>/restore", people.person_restore, name="person_restore"),
    path("set-up/people/<uuid:user>/roles/new", grants.grant_where, name="grant_where"),
    path("set-up/people/<uuid:user>/roles/new/<slug:service>", grants.grant_new, name="grant_new"),
    path("set-up/roles", grants.roles, name="roles"),
    path("set-up/roles/<uuid:words>/agree", grants.roles_agree, name="roles_agree"),
    path("set-up/roles/<uuid:grant>/withdraw", grants.grant_withdraw, name="grant_withdraw"),
    path("set-up/review", review.review, name="review"),
    path("set-up/review/<uuid:user>", review.review_person, name="review_person"),
    path("set-up/teams", teams.teams, name="teams"),
    path("set-up/teams/new", teams.team_new, name="team_new"),
    path("set-up/teams/<uuid:team>", teams.team, name="team"),
    path("set-up/organisations", teams.organisations, name="organisations"),
    path("set-up/organisations/new", teams.organisation_new, name="organisation_new"),
    path("set-up/organisations/<uuid:organisation>", teams.organisation, name="organisation"),
]
