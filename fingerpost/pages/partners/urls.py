"""Addresses of those who refer families: schools and other partners, and workers who do it for them."""

from django.urls import path

from fingerpost.pages.partners import views

app_name = "partners"
urlpatterns = [
    path("refer", views.refer, name="refer"),
    path("refer/check", views.refer_check, name="refer_check"),
    path("refer/sent/<str:ref>", views.sent, name="sent"),
    path("refer/reply/<str:ref>", views.reply, name="reply"),
    path("my-referrals", views.my_referrals, name="my_referrals"),
]
