from django.apps import AppConfig


class Outcomes(AppConfig):
    name = "fingerpost.work.outcomes"
    label = "outcomes"
