from django.apps import AppConfig


class Consent(AppConfig):
    name = "fingerpost.people.consent"
    label = "consent"
