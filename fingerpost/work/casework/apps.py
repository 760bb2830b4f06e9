from django.apps import AppConfig


class Casework(AppConfig):
    name = "fingerpost.work.casework"
    label = "casework"

    def ready(self) -> None:
        from fingerpost.people.families.queries import references_behind
        from fingerpost.work.casework import facts, sources  # noqa: F401 - facts name themselves
        from fingerpost.work.casework.models import Case
        from fingerpost.work.safeguarding.sources import source

        source("case", sources.of_case)
        source("contact", sources.of_contact)
        references_behind("C", lambda ref: Case.objects.filter(ref=ref).values("family_id"))
