"""Forms already acted on."""

from django.db import models
from django.db.models.functions import Now


class Posted(models.Model):
    """One form that a person sent, where they were taken next and what they were told. Its token is in the form (`once`)."""

    token = models.UUIDField(primary_key=True)
    answer = models.CharField(max_length=2000, default="", db_default="")
    said = models.CharField(max_length=500, default="", db_default="")
    posted_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["posted_at"], name="kit_posted_at")]

    def __str__(self) -> str:
        return str(self.token)
