from django.apps import AppConfig


class Correspondence(AppConfig):
    name = "fingerpost.people.correspondence"
    label = "correspondence"
