"""What the room keeps beside an order: where it came from, and who may follow it for how long."""

from __future__ import annotations

import uuid

from django.db import models

from open95598.casework.models import Case


class Origin(models.Model):
    """An order that a customer sent through the pages: their language, and what they agreed to.

    ``by_sms``: the customer wants text messages about this order. ``danger``: what endangered people, as they said it.
    ``said_at``: when they sent it, if it waited in the outer zone.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="portal_origin")
    receipt = models.CharField(max_length=20, unique=True)
    language = models.CharField(max_length=2, default="zh")
    by_sms = models.BooleanField(default=False)
    danger = models.CharField(max_length=8, blank=True, default="")
    said_at = models.DateTimeField(null=True)


class Challenge(models.Model):
    """Somebody says that an order is theirs and is to prove it with a code sent to the order's phone.

    Made for any number and phone; whether they fit is looked up later (``events``), so that nobody can tell from the
    answer. ``code`` is a keyed digest, empty when no code was sent. Deleted soon after it ran out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=60)
    phone = models.CharField(max_length=32)
    language = models.CharField(max_length=2, default="zh")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    code = models.CharField(max_length=64, blank=True, default="")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="+")
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("phone", "asked_at"), name="challenge_phone"),
            models.Index(fields=("number", "asked_at"), name="challenge_number"),
        )


class RatingLink(models.Model):
    """A one-time link by which a customer rates an answered order (H12): the digest of its token, and until when.

    One for each time that an order came to wait for its call-back (``version`` is the case's then). ``used_at``: when
    it was used; ``outcome``: what came of it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    version = models.IntegerField()
    token = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "version"), name="rating_link_once"),)


class Visit(models.Model):
    """A customer who proved that an order is theirs: the digest of their token, and until when it counts."""

    token = models.CharField(max_length=64, unique=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
