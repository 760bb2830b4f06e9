from django.apps import AppConfig


class Assessments(AppConfig):
    name = "fingerpost.work.assessments"
    label = "assessments"
