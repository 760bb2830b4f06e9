from django.apps import AppConfig


class Groups(AppConfig):
    name = "fingerpost.work.groups"
    label = "groups"
