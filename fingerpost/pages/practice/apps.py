from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest


def _is_no_caseworker(request: HttpRequest) -> bool:
    """Caseworkers find barriers on their own page; their navigation is full enough."""
    from fingerpost.ground.access.permissions import Permission

    actor: Any = getattr(request, "actor", None)
    return bool(actor) and not actor.has(Permission.RECORD_CONTACT)


class Practice(AppConfig):
    name = "fingerpost.pages.practice"
    label = "practice_pages"

    def ready(self) -> None:
        from fingerpost.ground.access.permissions import Permission
        from fingerpost.pages.kit import navigation, statuses

        navigation.register("My work", "practice:my_work", Permission.RECORD_CONTACT, order=10)
        navigation.register("Requests", "practice:requests", Permission.RECORD_CONTACT, order=20)
        navigation.register("Team", "practice:team", Permission.ALLOCATE_CASE, order=30)
        navigation.register("Staff", "practice:staff", Permission.MANAGE_WORKFORCE, order=32)
        navigation.register("Concerns", "practice:concerns", Permission.RAISE_CONCERN, order=35)
        navigation.register("Groups", "practice:groups", Permission.RUN_GROUP, order=32)
        navigation.register("To agree", "practice:to_agree", Permission.APPROVE_PROGRAMME, order=10)
        navigation.register("Feedback", "practice:feedback", Permission.VIEW_FAMILY, order=37)
        navigation.register("Barriers", "practice:barriers", Permission.LOG_BARRIER, order=64, when=_is_no_caseworker)
        navigation.register("Case studies", "practice:case_studies", Permission.APPROVE_CASE_STUDY, order=63)
        navigation.register("People to check", "practice:people_to_check", Permission.CHECK_PEOPLE, order=39)
        navigation.register("Find a person", "practice:find", Permission.VIEW_FAMILY, order=40)

        statuses.register("planned", "Not public yet", statuses.GREY)
        statuses.register("advertised", "Open for booking", statuses.GREEN)
        statuses.register("running", "Running", statuses.BLUE)
        statuses.register("ended", "Ended", statuses.GREY)
        statuses.register("cancelled", "Called off", statuses.RED)
