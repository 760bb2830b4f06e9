from django.apps import AppConfig


class Public(AppConfig):
    name = "fingerpost.pages.public"
    label = "public_pages"

    def ready(self) -> None:
        from fingerpost.ground.access.permissions import Permission
        from fingerpost.pages.kit import navigation

        navigation.register(
            "Who is signed in",
            "sessions_all",
            Permission.ADMINISTER_SYSTEM,
            order=90,
            says="Who is signed in now. You can sign a person out here.",
        )
        for order, (label, name) in enumerate(
            [
                ("Help", "help"),
                ("Accessibility", "accessibility"),
                ("Cookies", "cookies"),
                ("Privacy", "privacy"),
                ("About", "about"),
                ("Who we help", "criteria_all"),
            ]
        ):
            navigation.register_footer(label, name, order=order)
