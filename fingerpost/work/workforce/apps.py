from django.apps import AppConfig


class Workforce(AppConfig):
    name = "fingerpost.work.workforce"
    label = "workforce"
