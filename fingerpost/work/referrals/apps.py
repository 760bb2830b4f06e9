from django.apps import AppConfig


class Referrals(AppConfig):
    name = "fingerpost.work.referrals"
    label = "referrals"

    def ready(self) -> None:
        from fingerpost.work.referrals import facts, following  # noqa: F401 - they name themselves
