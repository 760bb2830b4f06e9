from django.apps import AppConfig


class Referrals(AppConfig):
    name = "fingerpost.work.referrals"
    label = "referrals"

    def ready(self) -> None:
        from fingerpost.ground.access.actor import Actor
        from fingerpost.ground.access.permissions import Permission
        from fingerpost.people.families.queries import references_behind
        from fingerpost.work.referrals import facts, following  # noqa: F401 - they name themselves
        from fingerpost.work.referrals.models import Request
        from fingerpost.work.safeguarding.sources import Source, source

        def asked(actor: Actor, key: str, permission: Permission) -> Source | None:
            found = Request.objects.visible_to(actor, permission).filter(ref=key).select_related("family").first()
            return Source(found, found.family, f"Request {found.ref}", found.ref) if found else None

        source("request", asked)
        references_behind("R", lambda ref: Request.objects.filter(ref=ref).values("family_id"))
