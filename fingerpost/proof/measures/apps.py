from django.apps import AppConfig


class Measures(AppConfig):
    name = "fingerpost.proof.measures"
    label = "measures"
