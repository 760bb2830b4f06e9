from django.apps import AppConfig


class Demo(AppConfig):
    name = "fingerpost.demo"
    label = "demo"
