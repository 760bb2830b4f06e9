from django.apps import AppConfig


class Evidence(AppConfig):
    name = "fingerpost.agreements.evidence"
    label = "evidence"
