from django.apps import AppConfig


class Schooling(AppConfig):
    name = "fingerpost.people.schooling"
    label = "schooling"

    def ready(self) -> None:
        from fingerpost.people.schooling import facts  # noqa: F401 - declares them
