from django.apps import AppConfig


class Directory(AppConfig):
    name = "fingerpost.work.directory"
    label = "directory"
