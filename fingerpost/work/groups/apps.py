from django.apps import AppConfig


class Groups(AppConfig):
    name = "fingerpost.work.groups"
    label = "groups"

    def ready(self) -> None:
        from fingerpost.work.groups import facts, listed  # noqa: F401 - declare themselves
