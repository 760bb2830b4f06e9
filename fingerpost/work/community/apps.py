from django.apps import AppConfig


class Community(AppConfig):
    name = "fingerpost.work.community"
    label = "community"
