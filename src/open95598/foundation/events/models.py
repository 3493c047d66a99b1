"""Events and their outbox: written in the transaction of the change, one delivery row per subscriber.

Both tables are partitioned by month of ``at`` (the migration says how).
"""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """Something that happened, for whoever subscribed. ``key`` orders deliveries (mostly ``case/<id>``)."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    type = models.CharField(max_length=64)
    key = models.CharField(max_length=80)
    case_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    relayed = models.BooleanField(default=False)

    class Meta:
        managed = False
        db_table = "event"


class DeliveryState(models.TextChoices):
    """What became of a delivery; ``held`` waits behind a dead letter of its own key."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"
    DROPPED = "dropped"


class Delivery(models.Model):
    """One event on its way to one subscriber."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    event_id = models.BigIntegerField()
    subscriber = models.CharField(max_length=64)
    key = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "delivery"


