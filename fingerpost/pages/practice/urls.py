"""Addresses of those who work with families and lead them."""

from django.urls import path

from fingerpost.pages.practice.views import families, find, requests, work

app_name = "practice"
urlpatterns = [
    path("work", work.my_work, name="my_work"),
    path("find", find.find, name="find"),
    path("families/<str:ref>", families.family, name="family"),
    path("families/<str:ref>/consent", families.family_consent, name="family_consent"),
    path("families/<str:ref>/assessments/new", families.assessment_new, name="assessment_new"),
    path("requests", requests.requests, name="requests"),
    path("requests/<str:ref>", requests.request_page, name="request"),
    path("requests/<str:ref>/decide", requests.request_decide, name="request_decide"),
    path("requests/<str:ref>/forecast", requests.request_forecast, name="request_forecast"),
    path("requests/<str:ref>/withdraw", requests.request_withdraw, name="request_withdraw"),
    path("requests/<str:ref>/allocate", requests.request_allocate, name="request_allocate"),
]
