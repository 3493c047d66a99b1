"""What was answered to a request that carried an idempotency key."""

from __future__ import annotations

from django.db import models


class Answered(models.Model):
    """One key of one person: the hash of what was asked, and the answer given, word for word."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    asked = models.CharField(max_length=64)
    status = models.SmallIntegerField(default=0)
    answer = models.BinaryField(default=b"")
    headers = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "key"), name="answered_once"),)
