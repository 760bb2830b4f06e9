"""Addresses of those who work with families and lead them."""

from django.urls import path

from fingerpost.pages.practice.views import families, find, work

app_name = "practice"
urlpatterns = [
    path("work", work.my_work, name="my_work"),
    path("find", find.find, name="find"),
    path("families/<str:ref>", families.family, name="family"),
    path("families/<str:ref>/consent", families.family_consent, name="family_consent"),
    path("families/<str:ref>/assessments/new", families.assessment_new, name="assessment_new"),
]
