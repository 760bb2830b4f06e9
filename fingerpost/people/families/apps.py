from django.apps import AppConfig


class Families(AppConfig):
    name = "fingerpost.people.families"
    label = "families"
