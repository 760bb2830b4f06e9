from django.apps import AppConfig


class Access(AppConfig):
    name = "fingerpost.ground.access"
    label = "access"
