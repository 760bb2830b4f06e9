from django.apps import AppConfig


class Registers(AppConfig):
    name = "fingerpost.agreements.registers"
    label = "registers"
