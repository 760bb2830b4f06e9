from django.apps import AppConfig


class Oversight(AppConfig):
    name = "fingerpost.pages.oversight"
    label = "oversight_pages"

    def ready(self) -> None:
        from fingerpost.ground.access.permissions import Permission
        from fingerpost.pages.kit import navigation

        navigation.register("Contract", "oversight:my_contract", Permission.VIEW_FIGURES, order=60)
        navigation.register("Figures", "oversight:my_figures", Permission.VIEW_FIGURES, order=61)
        navigation.register("Returns", "oversight:my_returns", Permission.VIEW_FIGURES, order=62)
        navigation.register("Lists", "oversight:lists", Permission.IMPORT_LIST, order=63)
