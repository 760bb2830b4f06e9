from django.apps import AppConfig


class Setup(AppConfig):
    name = "fingerpost.pages.setup"
    label = "setup_pages"

    def ready(self) -> None:
        from fingerpost.ground.access.permissions import Permission
        from fingerpost.pages.kit import navigation

        for order, label, name, says in (
            (
                80,
                "Set up",
                "setup:start",
                "What a new service needs before its first referral, and what is left to do.",
            ),
            (81, "People", "setup:people", "Who can sign in. Add people, give them roles, take them away."),
            (82, "Review of roles", "setup:review", "Look at every role each quarter, and say that it is still right."),
            (83, "Teams", "setup:teams", "The teams of each service, and the organisations that people work for."),
        ):
            navigation.register(label, name, Permission.ADMINISTER_SYSTEM, order=order, section="Set up", says=says)
