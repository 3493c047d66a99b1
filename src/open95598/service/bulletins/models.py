"""Bulletins, every text that one has had, and who acknowledged which."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import pgettext_lazy

from open95598.foundation.people.rights import ScopedQuerySet

Manager = models.Manager.from_queryset(ScopedQuerySet)


class Severity(models.TextChoices):
    """How much it presses."""

    INFO = "info", pgettext_lazy("bulletin", "For information")
    WARNING = "warning", pgettext_lazy("bulletin", "Important")
    URGENT = "urgent", pgettext_lazy("bulletin", "Urgent")


class State(models.TextChoices):
    """Where a bulletin stands. Whether one that is posted holds *now* its days say."""

    PROPOSED = "proposed", pgettext_lazy("bulletin", "Proposed")
    POSTED = "posted", pgettext_lazy("bulletin", "Posted")
    WITHDRAWN = "withdrawn", pgettext_lazy("bulletin", "Withdrawn")
    DECLINED = "declined", pgettext_lazy("bulletin", "Not posted")


def _person() -> Any:
    """Return a column that names a person; nobody looks for bulletins by it."""
    return models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")


class Bulletin(models.Model):
    """One bulletin to the desks of a unit and of all units below it; what stands here is the present version.

    ``words`` are the places, feeders and matters that it concerns, as somebody would type them; ``category`` the same
    by the tree of matters ("" none). ``valid_until`` None: until it is withdrawn. Times are aware UTC.
    """

    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    #: ids of the unit and everything above it, as it was when it was posted
    scope = ArrayField(models.BigIntegerField())
    state = models.CharField(max_length=9, choices=State)
    version = models.IntegerField(default=1)
    title = models.CharField(max_length=120)
    text = models.TextField()
    severity = models.CharField(max_length=7, choices=Severity)
    words = ArrayField(models.CharField(max_length=40), default=list)
    category = models.CharField(max_length=60, blank=True, default="")
    order = models.ForeignKey("casework.Case", null=True, on_delete=models.SET_NULL, related_name="+")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    proposed_by, proposed_at = _person(), models.DateTimeField(null=True)
    posted_by, posted_at = _person(), models.DateTimeField(null=True)
    #: withdrawn, or not posted: by whom, when, why
    closed_by, closed_at = _person(), models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="")

    objects = Manager()

    class Meta:
        indexes = (
            models.Index(fields=("unit", "valid_from"), name="bulletin_posted", condition=models.Q(state="posted")),
            models.Index(fields=("-id",), name="bulletin_waiting", condition=models.Q(state="proposed")),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def stream(self) -> str:
        """The bulletin's stream of the journal."""
        return f"bulletin/{self.pk}"

    def holds(self, now: datetime) -> bool:
        """Say whether it is posted and within its time."""
        begun = self.state == State.POSTED and self.valid_from <= now
        return begun and (self.valid_until is None or self.valid_until > now)


class Wording(models.Model):
    """What a bulletin said in one version; never changed."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="wordings")
    version = models.IntegerField()
    title = models.CharField(max_length=120)
    text = models.TextField()
    severity = models.CharField(max_length=7, choices=Severity)
    words = ArrayField(models.CharField(max_length=40), default=list)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    by = models.ForeignKey("people.Person", db_index=False, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("bulletin", "version"), name="bulletin_wording_once"),)


class Receipt(models.Model):
    """That somebody at a desk has acknowledged a version of a bulletin."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="receipts", db_index=False)
    version = models.IntegerField()
    person = models.ForeignKey("people.Person", db_index=False, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("bulletin", "person", "version"), name="bulletin_seen_once"),)
