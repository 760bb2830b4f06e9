from django.apps import AppConfig


class History(AppConfig):
    name = "fingerpost.ground.history"
    label = "history"
