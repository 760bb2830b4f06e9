from django.apps import AppConfig


class Returns(AppConfig):
    name = "fingerpost.proof.returns"
    label = "returns"

    def ready(self) -> None:
        from fingerpost.proof.returns import case_studies, outlook, watching  # noqa: F401 - declare themselves
