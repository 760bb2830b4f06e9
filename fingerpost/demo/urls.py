"""Addresses that exist only in a demonstration."""

from django.urls import path

from fingerpost.demo import pages

app_name = "demo"
urlpatterns = [
    path("", pages.people, name="people"),
    path("sign-in", pages.sign_in, name="sign_in"),
    path("emails", pages.emails, name="emails"),
    path("clock", pages.clocks, name="clock"),
]
