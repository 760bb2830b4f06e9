from django.apps import AppConfig


class Schooling(AppConfig):
    name = "fingerpost.people.schooling"
    label = "schooling"
