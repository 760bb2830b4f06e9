from django.apps import AppConfig


class Partners(AppConfig):
    name = "fingerpost.pages.partners"
    label = "partners_pages"

    def ready(self) -> None:
        from fingerpost.ground.access.permissions import Permission
        from fingerpost.pages.kit import navigation

        navigation.register(
            "Refer a family",
            "partners:refer",
            Permission.MAKE_REQUEST,
            order=24,
            section="Families",
            also=("/refer",),
            says="Tell us about a family who needs help. It takes about five minutes.",
        )
        navigation.register(
            "My referrals",
            "partners:my_referrals",
            Permission.MAKE_REQUEST,
            order=25,
            section="Families",
            says="The families you told us about, and what came of it.",
        )
