"""What time it is. Everywhere but in a demonstration: now. In a demonstration each service has a day inside its own term."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.utils import timezone


class DemonstrationDay(models.Model):
    """The day a demonstrated service believes it is."""

    service = models.SlugField(max_length=80, primary_key=True)
    day = models.DateField()

    class Meta:
        app_label = "access"

    def __str__(self) -> str:
        return f"{self.service}: {self.day}"


def now(service: str = "") -> datetime:
    """This moment for the service, aware. In a demonstration the hour is real and the day is the service's own."""
    real = timezone.now()
    if not settings.DEMONSTRATION or not service:
        return real
    day = DemonstrationDay.objects.filter(pk=service).values_list("day", flat=True).first()
    return real if day is None else real + (day - timezone.localdate(real))


def today(service: str = "") -> date:
    """This day for the service, in local time."""
    return timezone.localdate(now(service))


def turn_to(service: str, day: date) -> None:
    """Set a demonstrated service's day. Raises RuntimeError outside a demonstration."""
    if not settings.DEMONSTRATION:
        raise RuntimeError("Only a demonstration has a clock of its own")
    DemonstrationDay.objects.update_or_create(service=service, defaults={"day": day})
