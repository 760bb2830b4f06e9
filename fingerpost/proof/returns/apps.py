from django.apps import AppConfig


class Returns(AppConfig):
    name = "fingerpost.proof.returns"
    label = "returns"
