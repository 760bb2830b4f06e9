from django.apps import AppConfig


class Referrals(AppConfig):
    name = "fingerpost.work.referrals"
    label = "referrals"

    def ready(self) -> None:
        from fingerpost.people.families.queries import references_behind
        from fingerpost.work.referrals import facts, following  # noqa: F401 - they name themselves
        from fingerpost.work.referrals.models import Request

        references_behind("R", lambda ref: Request.objects.filter(ref=ref).values("family_id"))
