from django.apps import AppConfig


class Public(AppConfig):
    name = "fingerpost.pages.public"
    label = "public_pages"

    def ready(self) -> None:
        from fingerpost.pages.kit import navigation

        for order, (label, name) in enumerate(
            [
                ("Accessibility", "accessibility"),
                ("Cookies", "cookies"),
                ("Privacy", "privacy"),
                ("About", "about"),
                ("Who we help", "criteria_all"),
            ]
        ):
            navigation.register_footer(label, name, order=order)
