from django.apps import AppConfig


class Community(AppConfig):
    name = "fingerpost.work.community"
    label = "community"

    def ready(self) -> None:
        from fingerpost.people.families.queries import references_behind
        from fingerpost.work.community import sources
        from fingerpost.work.outcomes.models import Invitation
        from fingerpost.work.safeguarding.sources import source

        source("reply", sources.of_reply)
        references_behind("V", lambda ref: Invitation.objects.filter(ref=ref).values("family_id"))
