"""Addresses of those who work with families and lead them."""

from django.urls import path

from fingerpost.pages.practice.views import (
    attendance,
    cases,
    closing,
    contacts,
    families,
    find,
    kin,
    requests,
    story,
    team,
    work,
)

app_name = "practice"
urlpatterns = [
    path("work", work.my_work, name="my_work"),
    path("find", find.find, name="find"),
    path("families/<str:ref>", families.family, name="family"),
    path("families/<str:ref>/consent", families.family_consent, name="family_consent"),
    path("families/<str:ref>/story", story.family_story, name="family_story"),
    path("families/<str:ref>/people", kin.family_people, name="family_people"),
    path("families/<str:ref>/people/new", kin.person_new, name="person_new"),
    path("families/<str:ref>/people/<uuid:child>/leave", kin.person_leave, name="person_leave"),
    path("families/<str:ref>/people/<uuid:child>/move", kin.person_move, name="person_move"),
    path("families/<str:ref>/ties/new", kin.tie_new, name="tie_new"),
    path("families/<str:ref>/ties/<uuid:tie>/end", kin.tie_end, name="tie_end"),
    path("families/<str:ref>/assessments/new", families.assessment_new, name="assessment_new"),
    path("requests", requests.requests, name="requests"),
    path("requests/<str:ref>", requests.request_page, name="request"),
    path("requests/<str:ref>/decide", requests.request_decide, name="request_decide"),
    path("requests/<str:ref>/forecast", requests.request_forecast, name="request_forecast"),
    path("requests/<str:ref>/withdraw", requests.request_withdraw, name="request_withdraw"),
    path("requests/<str:ref>/allocate", requests.request_allocate, name="request_allocate"),
    path("families/<str:ref>/children/<uuid:child>/attendance", attendance.attendance, name="attendance"),
    path("cases/<str:ref>", cases.case, name="case"),
    path("cases/<str:ref>/allocate", cases.case_allocate, name="case_allocate"),
    path("cases/<str:ref>/edit", cases.case_edit, name="case_edit"),
    path("cases/<str:ref>/history", cases.case_history, name="case_history"),
    path("cases/<str:ref>/contacts/new", contacts.record_contact, name="record_contact"),
    path("cases/<str:ref>/contacts/<uuid:contact>/correct", contacts.contact_correct, name="contact_correct"),
    path("cases/<str:ref>/scores/<slug:instrument>/<slug:point>", closing.score_new, name="score_new"),
    path("cases/<str:ref>/discussions/new", closing.discussion_new, name="discussion_new"),
    path("cases/<str:ref>/close", closing.case_close, name="case_close"),
    path("cases/<str:ref>/letters/<uuid:letter>", closing.letter, name="letter"),
    path("cases/<str:ref>/letters/<uuid:letter>/hold-back", closing.letter_hold_back, name="letter_hold_back"),
    path("team", team.team, name="team"),
    path("team/workers/<uuid:worker>", team.worker_cases, name="worker_cases"),
    path("team/supervisions/new", team.supervision_new, name="supervision_new"),
]
