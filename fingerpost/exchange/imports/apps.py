from django.apps import AppConfig


class Imports(AppConfig):
    name = "fingerpost.exchange.imports"
    label = "imports"
