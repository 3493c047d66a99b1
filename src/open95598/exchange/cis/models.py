"""How far the house is with its billing system, and what of it could not be taken in."""

from __future__ import annotations

from django.db import models


class Link(models.Model):
    """The one row about the billing system: the cursor, contact and failures, a comparison that runs.

    ``epoch``: the name of the billing system's present life, "" before the first comparison; ``generation``: our number
    of it. ``cursor``: the position of the feed up to which everything is here; ``head``: its newest, as last heard.
    """

    epoch = models.CharField(max_length=64, blank=True, default="")
    generation = models.IntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    head = models.BigIntegerField(default=0)
    contacted_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    #: what went wrong last, in words for operators; "" while all is well
    problem = models.CharField(max_length=200, blank=True, default="")
    #: why everything is to be compared (``Why``); "" while it need not be
    compare_why = models.CharField(max_length=12, blank=True, default="")
    #: accounts that are missing on the other side count as gone however many they are
    compare_trusts = models.BooleanField(default=False)
    compare_began_at = models.DateTimeField(null=True)
    compare_epoch = models.CharField(max_length=64, blank=True, default="")
    compare_generation = models.IntegerField(default=0)
    compare_position = models.BigIntegerField(default=0)
    #: the number of the last account that was compared
    compare_after = models.CharField(max_length=32, blank=True, default="")
    compared_at = models.DateTimeField(null=True)
    #: accounts that the last comparison did not find, too many to believe it
    missing = models.IntegerField(default=0)


class Why(models.TextChoices):
    """Why everything is compared."""

    FIRST = "first"
    ASKED = "asked"
    TOO_OLD = "too_old"
    GAP = "gap"
    EPOCH = "epoch"


class Kept(models.Model):
    """A document that could not be taken in yet (no such account here) or at all (not readable): to look at.

    ``document``: of an account that is not here, for the day when it is; None of what could not be read.
    """

    number = models.CharField(max_length=32, unique=True)
    why = models.CharField(max_length=200, blank=True, default="")
    document = models.JSONField(null=True)
    generation = models.IntegerField(default=0)
    sequence = models.BigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.IntegerField(default=1)


class Tally(models.Model):
    """What a minute brought, by the way it came: ``feed``, ``push``, ``compare``."""

    minute = models.DateTimeField()
    way = models.CharField(max_length=8)
    applied = models.IntegerField(default=0)
    passed = models.IntegerField(default=0)
    unknown = models.IntegerField(default=0)
    bad = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("minute", "way"), name="cis_tally_once"),)


class Pushed(models.Model):
    """The id of a push that was taken, as long as its signature would be good: it is not taken twice."""

    key = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()


class Seen(models.Model):
    """An account that the comparison which runs has met."""

    number = models.CharField(max_length=32, primary_key=True)
