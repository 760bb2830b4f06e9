from django.apps import AppConfig


class Circumstances(AppConfig):
    name = "fingerpost.people.circumstances"
    label = "circumstances"
