from django.apps import AppConfig


class Jobs(AppConfig):
    name = "fingerpost.ground.jobs"
    label = "jobs"
