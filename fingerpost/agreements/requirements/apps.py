from django.apps import AppConfig


class Requirements(AppConfig):
    name = "fingerpost.agreements.requirements"
    label = "requirements"
