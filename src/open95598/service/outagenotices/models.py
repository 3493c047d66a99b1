"""What customers are told: a broadcast for each version of an outage, a notice for each receiver; subscriptions."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from open95598.casework.models import Case
from open95598.foundation.notices.models import Message
from open95598.foundation.people.rights import ScopedQuerySet
from open95598.registry.customers.models import ContactPoint, Customer, CustomerAccount, Place, ServiceLocation
from open95598.service.outagenotices.kinds import About, Fate, Way, What

ScopedManager = models.Manager.from_queryset(ScopedQuerySet)


class Broadcast(models.Model):
    """What is told of one version of an outage, as it was then: ``case`` is the outage's, ``revision`` its version.

    ``told``: what a text is made of (`telling.Told` as JSON), so that a message that leaves later says what was true of
    that version.
    """

    policy_prefix = "case__"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="broadcasts")
    source = models.CharField(max_length=16)
    revision = models.IntegerField()
    what = models.CharField(max_length=12, choices=What)
    told = models.JSONField()
    made_at = models.DateTimeField()
    prepared_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "revision", "what"), name="broadcast_once"),)


class Subscription(models.Model):
    """Somebody wishes to be told of outages, with an account of theirs or without one; counts once it is confirmed.

    ``to``: the phone, address or URL. ``code``: keyed digest while it is to be confirmed. ``at_night``: also in the
    quiet hours. Of a webhook: ``owner`` who is told when it is paused (a phone or an e-mail address), ``by`` whose
    account made it by the API; it counts from ``proved_at``, when its URL answered the challenge, and not while it is
    paused; ``failures``: messages given up since one was taken. Of a browser: ``to`` is its address at its push
    service, ``keys`` what its messages are sealed with (``p256dh`` and ``auth``, by a blank).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    about = models.CharField(max_length=8, choices=About)
    account = models.ForeignKey(CustomerAccount, null=True, on_delete=models.CASCADE, related_name="+")
    location = models.ForeignKey(ServiceLocation, null=True, on_delete=models.CASCADE, related_name="+")
    place = models.ForeignKey(Place, null=True, on_delete=models.CASCADE, related_name="+")
    way = models.CharField(max_length=8, choices=Way)
    to = models.CharField(max_length=1000)
    keys = models.CharField(max_length=140, blank=True, default="", db_default="")
    language = models.CharField(max_length=2, default="zh")
    at_night = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    code = models.CharField(max_length=64, blank=True, default="")
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, help_text="when it was confirmed")
    ended_at = models.DateTimeField(null=True)
    owner = models.CharField(max_length=200, blank=True, default="", db_default="")
    by = models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")
    proved_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    failures = models.SmallIntegerField(default=0, db_default=0)

    class Meta:
        indexes = (
            models.Index(fields=("to", "asked_at"), name="subscription_to"),
            models.Index(fields=("owner", "asked_at"), name="subscription_owner", condition=~Q(owner="")),
            models.Index(fields=("-asked_at",), name="subscription_webhooks", condition=Q(way="webhook")),
            models.Index(fields=("account",), name="subscription_account", condition=Q(ended_at=None)),
            models.Index(fields=("location",), name="subscription_location", condition=Q(ended_at=None)),
            models.Index(fields=("place",), name="subscription_place", condition=Q(ended_at=None)),
        )


def _part(model: Any, **more: Any) -> Any:
    return models.ForeignKey(model, null=True, db_index=False, on_delete=models.CASCADE, related_name="+", **more)


class OutageNotice(models.Model):
    """One notice to one receiver by one way: a customer (at ``contact``), or a subscription.

    ``receiver`` is ``c<customer>`` or ``s<subscription>``: once for each outage, version, what is told and way.
    ``rank``: who is told first (0 life support, 1 important users, 2 by tier, 3 all others). ``round``: how often
    it was told again, to whoever came back into the same version after having been told that they are out of it.
    """

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="notices")
    receiver = models.CharField(max_length=40)
    way = models.CharField(max_length=8, choices=Way)
    customer = _part(Customer)
    contact = _part(ContactPoint)
    subscription = _part(Subscription)
    rank = models.SmallIntegerField()
    round = models.SmallIntegerField(default=0, db_default=0)
    fate = models.CharField(max_length=8, choices=Fate, default=Fate.WAITING)
    not_before = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")
    #: of the phone list: how often nobody answered, the last time when
    attempts = models.SmallIntegerField(default=0, db_default=0)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("broadcast", "receiver", "way"), name="notice_once_each"),)
        indexes = (
            models.Index(fields=("not_before", "rank", "id"), name="outage_notice_waits",
                         condition=Q(fate="waiting") & ~Q(way="call")),
            models.Index(fields=("rank", "id"), name="outage_notice_calls", condition=Q(fate="waiting", way="call")),
            models.Index(fields=("-handed_at",), name="outage_notice_handed", condition=Q(handed_at__isnull=False)),
        )  # fmt: skip
