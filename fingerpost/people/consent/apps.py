from django.apps import AppConfig


class Consent(AppConfig):
    name = "fingerpost.people.consent"
    label = "consent"

    def ready(self) -> None:
        from fingerpost.people.consent import facts  # noqa: F401 - declares them
