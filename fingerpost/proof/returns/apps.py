from django.apps import AppConfig


class Returns(AppConfig):
    name = "fingerpost.proof.returns"
    label = "returns"

    def ready(self) -> None:
        from fingerpost.proof.returns import watching  # noqa: F401 - declares itself
