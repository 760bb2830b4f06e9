"""What Granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from fingerpost.agreements.contracts.reading_ahead import read_ahead  # noqa: E402 - models need the application

read_ahead()
