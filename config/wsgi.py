"""What Granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from config import mail

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
mail.require(os.environ)
application = get_wsgi_application()

from fingerpost.agreements.contracts.reading_ahead import read_ahead  # noqa: E402 - models need the application

read_ahead()
