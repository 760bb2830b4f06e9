from django.apps import AppConfig


class Casework(AppConfig):
    name = "fingerpost.work.casework"
    label = "casework"
