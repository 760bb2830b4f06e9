from django.apps import AppConfig


class Referrals(AppConfig):
    name = "fingerpost.work.referrals"
    label = "referrals"
