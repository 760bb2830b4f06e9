from django.apps import AppConfig


class Meetings(AppConfig):
    name = "fingerpost.agreements.meetings"
    label = "meetings"

    def ready(self) -> None:
        from fingerpost.agreements.meetings import watching  # noqa: F401 - declares itself
