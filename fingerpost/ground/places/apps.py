from django.apps import AppConfig


class Places(AppConfig):
    name = "fingerpost.ground.places"
    label = "places"
