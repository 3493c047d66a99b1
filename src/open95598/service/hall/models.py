"""What the room keeps: who is signing in or signed in, what they apply for, which appointments they made."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from open95598.casework.models import Case
from open95598.foundation.people.rights import ScopedQuerySet

ScopedManager = models.Manager.from_queryset(ScopedQuerySet)


def _customer() -> Any:
    return models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")


def _account(**more: Any) -> Any:
    return models.ForeignKey("customers.CustomerAccount", on_delete=models.CASCADE, related_name="+", **more)


class Challenge(models.Model):
    """Somebody says that an account is theirs and is to prove it with a code sent to a phone of theirs.

    Made for any account number and phone; whether they fit is looked up later (``events``), so that nobody can tell
    from the answer. ``code`` is a keyed digest, empty when none was sent. Deleted a day later.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=32)
    phone = models.CharField(max_length=32)
    language = models.CharField(max_length=2, default="zh")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    code = models.CharField(max_length=64, blank=True, default="")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.CASCADE, related_name="+")
    account = _account(null=True)
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("phone", "asked_at"), name="hall_challenge_phone"),
            models.Index(fields=("number", "asked_at"), name="hall_challenge_number"),
        )


class Visit(models.Model):
    """A customer who is signed in: the digests of their token and of their browser, until when it counts.

    ``account``: the one they look at now. ``phone``: the one that they proved to hold.
    """

    token = models.CharField(max_length=64, unique=True)
    browser = models.CharField(max_length=64)
    customer = _customer()
    account = _account()
    phone = models.CharField(max_length=32)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class PhoneChange(models.Model):
    """A customer's wish to be reached at another number: proved by a code to the old and one to the new number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="+")
    customer = _customer()
    phone = models.CharField(max_length=32)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    old_code = models.CharField(max_length=64)
    new_code = models.CharField(max_length=64)
    tries = models.SmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("phone", "asked_at"), name="hall_change_phone"),)


class Application(models.Model):
    """What a customer applies for (B12): a draft until ``case`` says which order it became.

    ``code`` names the application of the rulebook, ``values`` its fields as they were filled in.
    """

    policy_prefix = "case__"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = _customer()
    account = _account()
    code = models.CharField(max_length=64)
    phone = models.CharField(max_length=32)
    language = models.CharField(max_length=2, default="zh")
    values = models.JSONField(default=dict)
    version = models.IntegerField(default=0)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    case = models.OneToOneField(Case, null=True, on_delete=models.CASCADE, related_name="application")

    objects = ScopedManager()

    class Meta:
        indexes = (models.Index(fields=("customer", "-saved_at"), name="application_customer"),)
        constraints = (
            models.UniqueConstraint(
                fields=("customer", "account", "code"), name="application_one_draft", condition=Q(case__isnull=True)
            ),
        )


class Paper(models.Model):
    """A document of an application: what it is (``code``), where its bytes are; kept on the order once submitted."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="papers")
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    #: the file on the order
    attachment = models.ForeignKey("casework.Attachment", null=True, on_delete=models.SET_NULL, related_name="+")


class Wanted(models.Model):
    """A document that the clerk asked the customer for; ``met_at``: when it came."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="wanted")
    code = models.CharField(max_length=64)
    words = models.CharField(max_length=500, blank=True, default="")
    asked_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("application", "code"), name="wanted_once", condition=Q(met_at__isnull=True)
            ),
        )


class Appointment(models.Model):
    """An appointment at an outlet of ours, or at the customer's door: its unit and state are the case's.

    ``booking`` names the offer of the rulebook that it was made from; times are aware UTC.
    """

    policy_prefix = "case__"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="appointment")
    code = models.CharField(max_length=16, unique=True)
    booking = models.CharField(max_length=64)
    place = models.CharField(max_length=8)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    customer = _customer()
    account = _account()
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=32)
    address = models.CharField(max_length=300, blank=True, default="")
    matter = models.CharField(max_length=64)
    words = models.CharField(max_length=500, blank=True, default="")
    language = models.CharField(max_length=2, default="zh")
    #: takes a place as long as it is neither cancelled nor over
    active = models.BooleanField(default=True)
    reminded_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        indexes = (
            models.Index(fields=("unit", "booking", "starts_at"), name="appointment_slot"),
            models.Index(fields=("starts_at",), name="appointment_due", condition=Q(active=True)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("customer", "starts_at"), name="appointment_once", condition=Q(active=True)
            ),
        )
