from django.apps import AppConfig


class Contracts(AppConfig):
    name = "fingerpost.agreements.contracts"
    label = "contracts"
