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
        navigation.register("Contract", "oversight:my_contract", order=60, **of_a_service)
        navigation.register("Figures", "oversight:my_figures", order=61, **of_a_service)
        navigation.register("Returns", "oversight:my_returns", order=62, **of_a_service)
        navigation.register("Meetings", "oversight:my_meetings", order=63, **of_meetings)
        navigation.register("Samples", "oversight:my_samples", order=64, **of_meetings)
        navigation.register(
            "Samples to read", "oversight:audits", Permission.AUDIT_SAMPLE, order=65, section="Contract"
        )
        navigation.register("Lists received", "oversight:lists", Permission.IMPORT_LIST, order=66, section="Contract")
        navigation.register("Who looked", "oversight:looks", Permission.GOVERN_RECORDS, order=67, section="Contract")
        groups_first: dict[str, Any] = {"permission": Permission.VIEW_RECORDS_COUNTED, "section": "Quality"}
        navigation.register("Priority groups", "oversight:reach", order=54, **groups_first)
        navigation.register("Work in the background", "oversight:background", Permission.ADMINISTER_SYSTEM, order=90)
