from django.apps import AppConfig


class Contracts(AppConfig):
    name = "fingerpost.agreements.contracts"
    label = "contracts"

    def ready(self) -> None:
        from fingerpost.agreements.contracts.job_words import word_for
        from fingerpost.ground.access.titles import calls_jobs

        calls_jobs(word_for)
