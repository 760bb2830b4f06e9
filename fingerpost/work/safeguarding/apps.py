from django.apps import AppConfig


class Safeguarding(AppConfig):
    name = "fingerpost.work.safeguarding"
    label = "safeguarding"

    def ready(self) -> None:
        from fingerpost.ground.access.actor import Actor
        from fingerpost.ground.access.permissions import Permission
        from fingerpost.people.families.models import Family
        from fingerpost.work.safeguarding.sources import Source, source

        def of_family(actor: Actor, key: str, permission: Permission) -> Source | None:
            found = Family.objects.visible_to(actor, permission).filter(ref=key).first()
            return Source(found, found, found.name, found.ref) if found else None

        source("family", of_family)
