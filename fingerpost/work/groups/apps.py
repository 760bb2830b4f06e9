from django.apps import AppConfig


class Groups(AppConfig):
    name = "fingerpost.work.groups"
    label = "groups"

    def ready(self) -> None:
        from fingerpost.work.groups import facts  # noqa: F401 - declares them
