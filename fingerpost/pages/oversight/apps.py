from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest


def _sees_a_whole_service(request: HttpRequest) -> bool:
    """A supervisor's figures are their team's, which these pages do not show: they are of whole services."""
    from fingerpost.ground.access.permissions import Permission

    keys: Any = getattr(getattr(request, "actor", None), "keys", None)
    return bool(keys) and any(key.startswith("service:") for key in keys(Permission.VIEW_FIGURES))


class Oversight(AppConfig):
    name = "fingerpost.pages.oversight"
    label = "oversight_pages"

    def ready(self) -> None:
        from fingerpost.ground.access.permissions import Permission
        from fingerpost.pages.kit import navigation

        of_a_service: dict[str, Any] = {
            "permission": Permission.VIEW_FIGURES,
            "when": _sees_a_whole_service,
            "section": "Contract",
        }
        of_meetings = of_a_service | {"permission": Permission.KEEP_MEETING}
        navigation.register(
            "Contract",
            "oversight:my_contract",
            order=60,
            **of_a_service,
            says="What the council and the service agreed, part by part.",
        )
        navigation.register(
            "Figures",
            "oversight:my_figures",
            order=61,
            **of_a_service,
            says="How the service does against what was agreed. Open a number to see what is in it.",
        )
        navigation.register(
            "Returns",
            "oversight:my_returns",
            order=62,
            **of_a_service,
            says="The reports to the council: what is due, and what was sent.",
        )
        navigation.register(
            "Meetings",
            "oversight:my_meetings",
            order=63,
            **of_meetings,
            says="Meetings about the service, and what was agreed at each.",
        )
        navigation.register(
            "Samples",
            "oversight:my_samples",
            order=64,
            **of_meetings,
            says="Records picked by chance, so that somebody can check how good they are.",
        )
        navigation.register(
            "Samples to read",
            "oversight:audits",
            Permission.AUDIT_SAMPLE,
            order=65,
            section="Contract",
            says="Records that were picked for you to read and grade.",
        )
        navigation.register(
            "Lists received",
            "oversight:lists",
            Permission.IMPORT_LIST,
            order=66,
            section="Contract",
            says="Files from schools and others that were loaded, and what came of each row.",
        )
        navigation.register(
            "Who looked",
            "oversight:looks",
            Permission.GOVERN_RECORDS,
            order=67,
            section="Contract",
            says="Who looked at which family, and when.",
        )
        groups_first: dict[str, Any] = {"permission": Permission.VIEW_RECORDS_COUNTED, "section": "Quality"}
        navigation.register(
            "Priority groups",
            "oversight:reach",
            order=54,
            **groups_first,
            says="Which groups of people come first, and if they get help.",
        )
        navigation.register(
            "Work in the background",
            "oversight:background",
            Permission.ADMINISTER_SYSTEM,
            order=90,
            says="Work that the computer does on its own, and what went wrong with it.",
        )
