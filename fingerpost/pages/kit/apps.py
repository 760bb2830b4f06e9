from django.apps import AppConfig


class Kit(AppConfig):
    name = "fingerpost.pages.kit"
    label = "kit"
