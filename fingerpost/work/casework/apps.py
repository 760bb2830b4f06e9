from django.apps import AppConfig


class Casework(AppConfig):
    name = "fingerpost.work.casework"
    label = "casework"

    def ready(self) -> None:
        from fingerpost.people.families.queries import references_behind
        from fingerpost.work.casework import facts  # noqa: F401 - declares them
        from fingerpost.work.casework.models import Case

        references_behind("C", lambda ref: Case.objects.filter(ref=ref).values("family_id"))
