from django.apps import AppConfig


class Assessments(AppConfig):
    name = "fingerpost.work.assessments"
    label = "assessments"

    def ready(self) -> None:
        from fingerpost.work.assessments import facts  # noqa: F401 - declares them
