from django.apps import AppConfig


class Workforce(AppConfig):
    name = "fingerpost.work.workforce"
    label = "workforce"

    def ready(self) -> None:
        from fingerpost.work.workforce import listed  # noqa: F401 - declares itself
