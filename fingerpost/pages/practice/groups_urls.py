"""Addresses of groups: for those who run them, and for the coordinator who agrees them."""

from django.urls import path

from fingerpost.pages.practice.views import (
    correcting_meetings,
    groups,
    groups_agreement,
    groups_coverage,
    groups_measures,
    groups_places,
    groups_proposing,
    groups_sessions,
    groups_taking_back,
)

urlpatterns = [
    path("groups", groups.run_list, name="groups"),
    path("groups/new", groups_proposing.run_new, name="run_new"),
    path("groups/programmes/new", groups_proposing.programme_new, name="programme_new"),
    path("groups/coverage", groups_coverage.coverage, name="coverage"),
    path("groups/gaps", groups_coverage.gaps, name="gaps"),
    path("groups/provision/new", groups_coverage.provision_new, name="provision_new"),
    path("groups/needs", groups_coverage.needs, name="needs"),
    path("groups/needs/new", groups_coverage.need_new, name="need_new"),
    path("groups/<str:ref>", groups.run_page, name="run"),
    path("groups/<str:ref>/public", groups.run_advertise, name="run_advertise"),
    path("groups/<str:ref>/call-off", groups.run_call_off, name="run_call_off"),
    path("groups/<str:ref>/change", groups_proposing.run_change, name="run_change"),
    path("groups/<str:ref>/number", groups.run_places, name="run_places"),
    path("groups/<str:ref>/need", groups.run_need, name="run_need"),
    path("groups/<str:ref>/places/new", groups_places.place_new, name="place_new"),
    path("groups/<str:ref>/places/newcomer", groups_places.place_newcomer, name="place_newcomer"),
    path("groups/<str:ref>/places/<uuid:booking>/cancel", groups_places.place_cancel, name="place_cancel"),
    path("groups/<str:ref>/waiting/<uuid:line>/end", groups_places.waiting_end, name="waiting_end"),
    path("groups/<str:ref>/sessions/new", groups_sessions.session_new, name="session_new"),
    path("groups/<str:ref>/sessions/<uuid:session>", groups_sessions.session_page, name="run_session"),
    path("groups/<str:ref>/sessions/<uuid:session>/cancel", groups_sessions.session_cancel, name="session_cancel"),
    path(
        "groups/<str:ref>/sessions/<uuid:session>/correct", correcting_meetings.session_correct, name="session_correct"
    ),
    path("groups/<str:ref>/take-back", groups_taking_back.run_take_back, name="run_take_back"),
    path(
        "groups/<str:ref>/sessions/<uuid:session>/take-back",
        groups_taking_back.session_take_back,
        name="session_take_back",
    ),
    path(
        "groups/<str:ref>/places/<uuid:booking>/take-back", groups_taking_back.place_take_back, name="place_take_back"
    ),
    path("groups/<str:ref>/scores/<slug:point>", groups_measures.measures, name="measures"),
    path("families/<str:ref>/groups/new", groups_places.family_place, name="family_place"),
    path("programmes", groups_agreement.to_agree, name="to_agree"),
    path("programmes/coverage", groups_agreement.coverage_to_agree, name="coverage_to_agree"),
    path("programmes/<str:ref>", groups_agreement.agree, name="agree"),
]
