from django.apps import AppConfig


class Casework(AppConfig):
    name = "fingerpost.work.casework"
    label = "casework"

    def ready(self) -> None:
        from fingerpost.work.casework import facts  # noqa: F401 - declares them
