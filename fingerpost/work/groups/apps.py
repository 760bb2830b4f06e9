from django.apps import AppConfig


class Groups(AppConfig):
    name = "fingerpost.work.groups"
    label = "groups"

    def ready(self) -> None:
        from fingerpost.work.groups import facts, listed, sources  # noqa: F401 - they declare themselves
        from fingerpost.work.safeguarding.sources import source

        source("session", sources.of_session)
