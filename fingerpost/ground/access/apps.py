from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class Access(AppConfig):
    name = "fingerpost.ground.access"
    label = "access"

    def ready(self) -> None:
        from allauth.account.signals import password_changed, password_reset, password_set

        from fingerpost.ground.access import sessions

        for chosen_anew in (password_changed, password_set, password_reset):
            chosen_anew.connect(sessions.end_others, dispatch_uid="end_other_sessions")
        post_migrate.connect(lay_policies, sender=self)


def lay_policies(using: str, **signal: Any) -> None:
    """As the triggers, the policies follow the models. Emptying tables sends this signal too, and changes nothing of them."""
    from fingerpost.ground.access import policies

    if connections[using].settings_dict.get("IS_OWNER"):
        policies.lay(using)
