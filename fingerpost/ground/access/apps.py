from django.apps import AppConfig


class Access(AppConfig):
    name = "fingerpost.ground.access"
    label = "access"

    def ready(self) -> None:
        from allauth.account.signals import password_changed, password_reset, password_set

        from fingerpost.ground.access import sessions

        for chosen_anew in (password_changed, password_set, password_reset):
            chosen_anew.connect(sessions.end_others, dispatch_uid="end_other_sessions")
