"""Events and their outbox: written in the transaction of the change, one delivery row per subscriber.

Both tables are partitioned by month of ``at`` (``foundation.partitions``), and everything that is asked of them
often is asked through a partial index over what is unfinished, so that the cost does not grow with what is done.
"""

from __future__ import annotations

from django.db import models

from open95598.foundation.partitions import Partitioned, declare

EVENTS = declare(Partitioned("event"))
DELIVERIES = declare(Partitioned("delivery"))


class Event(models.Model):
    """Something that happened, for whoever subscribed. ``key`` orders deliveries (mostly ``case/<id>``)."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    type = models.CharField(max_length=64)
    key = models.CharField(max_length=80)
    case_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    #: the relay has told the browsers' process of it
    relayed = models.BooleanField(default=False)

    class Meta:
        managed = False
        db_table = "event"


class DeliveryState(models.TextChoices):
    """What became of a delivery. ``dead`` waits for a person's decision and holds back its own key only."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"
    DROPPED = "dropped"


class Delivery(models.Model):
    """One event on its way to one subscriber: the truth about it; a job in the queue is only a nudge.

    ``due_at`` = not to be tried before; ``nudge_at`` = when the relay must (again) put its key before a worker, null
    while a dead letter of the same key holds it back.
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    event_id = models.BigIntegerField()
    subscriber = models.CharField(max_length=64)
    key = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.IntegerField(default=0)
    due_at = models.DateTimeField()
    nudge_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "delivery"
