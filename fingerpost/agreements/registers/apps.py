from django.apps import AppConfig


class Registers(AppConfig):
    name = "fingerpost.agreements.registers"
    label = "registers"

    def ready(self) -> None:
        from fingerpost.agreements.registers import schedules  # noqa: F401 - follows adoptions
