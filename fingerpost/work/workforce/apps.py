from django.apps import AppConfig


class Workforce(AppConfig):
    name = "fingerpost.work.workforce"
    label = "workforce"

    def ready(self) -> None:
        from fingerpost.work.safeguarding.told import supervised_by
        from fingerpost.work.workforce import listed, watching  # noqa: F401 - declare themselves
        from fingerpost.work.workforce.queries import supervisors_of

        supervised_by(supervisors_of)
