from django.apps import AppConfig


class Quality(AppConfig):
    name = "fingerpost.proof.quality"
    label = "quality"

    def ready(self) -> None:
        from fingerpost.proof.quality import listed, watching  # noqa: F401 - declare themselves
