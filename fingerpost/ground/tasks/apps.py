from django.apps import AppConfig


class Tasks(AppConfig):
    name = "fingerpost.ground.tasks"
    label = "tasks"
