"""The case: everything that has a state, a deadline and somebody responsible; its clocks, links and attachments.

Cases never move: open ones are served by partial indexes, so cost does not grow with the archive.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from open95598.foundation.journal.models import Chained
from open95598.foundation.people.rights import SOMEBODY_RECUSED, ScopedQuerySet

CaseManager = models.Manager.from_queryset(ScopedQuerySet)


class Case(Chained):
    """One case. The policy's columns (scope, sight, owner, confidential, recused) lie beside the state.

    ``scope`` = ids of the unit and its ancestors (who may act); ``sight`` = scope, the opening unit's lineage and the
    participants' lineages (who may see). ``due_at``/``due_clock`` = the running clock that ends first; ``next_at`` =
    when the sweeper must look next. ``version`` rises with the state only.
    """

    policy_prefix = ""

    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=32)
    back_state = models.CharField(max_length=32, blank=True, default="")
    version = models.IntegerField(default=1)
    flow_version = models.IntegerField()
    rulebook_version = models.CharField(max_length=128)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    opened_by_unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children", db_index=False)
    scope = ArrayField(models.BigIntegerField())
    sight = ArrayField(models.BigIntegerField())
    confidential = models.BooleanField(default=False)
    recused_people = ArrayField(models.BigIntegerField(), default=list)
    recused_units = ArrayField(models.BigIntegerField(), default=list)
    is_open = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    state_since = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    due_clock = models.CharField(max_length=32, blank=True, default="")
    warn_at = models.DateTimeField(null=True)
    breached = models.BooleanField(default=False)
    review_level = models.SmallIntegerField(default=0)

    objects = CaseManager()

    class Meta:
        indexes = (
            # ``warn_at`` is looked at in the index: "running short" lies among a hundred thousand that are not
            models.Index(fields=("due_at", "id", "warn_at"), name="case_open_due", condition=Q(is_open=True)),
            models.Index(fields=("-opened_at", "-id"), name="case_opened"),
            models.Index(fields=("-opened_at", "-id"), name="case_open_opened", condition=Q(is_open=True)),
            models.Index(fields=("-opened_at", "-id"), name="case_done_opened", condition=Q(is_open=False)),
            models.Index(fields=("state", "kind"), name="case_open_state", condition=Q(is_open=True)),
            models.Index(fields=("kind",), name="case_kind"),
            models.Index(fields=("owner",), name="case_open_owner", condition=Q(is_open=True)),
            models.Index(fields=("parent",), name="case_parent", condition=Q(parent__isnull=False)),
            models.Index(fields=("id",), name="case_recused", condition=SOMEBODY_RECUSED),
            GinIndex(fields=("sight",), name="case_open_sight", condition=Q(is_open=True)),
            GinIndex(fields=("sight",), name="case_sight"),
        )


class ClockState(models.TextChoices):
    """A clock runs, is paused, or has ended (stopped in time or late, or cancelled)."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class CaseClock(models.Model):
    """One promise of time on a case. ``casework.clocks`` holds the arithmetic; the sweeper reads ``next_at``."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks")
    name = models.CharField(max_length=32)
    round = models.SmallIntegerField(default=1)
    state = models.CharField(max_length=8, choices=ClockState, default=ClockState.RUNNING)
    calendar = models.CharField(max_length=32, blank=True, default="")
    limit_minutes = models.IntegerField(help_text="limit in minutes of its calendar")
    warn_minutes = models.IntegerField(help_text="warn so many minutes of its calendar before due")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    left_minutes = models.IntegerField(null=True, help_text="what was left when it was paused")
    stopped_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    escalated = models.SmallIntegerField(default=0)
    #: when the sweeper must look at it; null = never again
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "name", "round"), name="clock_once_a_round"),)
        indexes = (models.Index(fields=("next_at",), name="clock_next", condition=Q(next_at__isnull=False)),)


class Participant(models.Model):
    """Somebody beside the owner: a unit that handles jointly (协办), a person who follows."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="participants")
    unit = models.ForeignKey("units.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16)
    since = models.DateTimeField()


class CaseLink(models.Model):
    """Two cases that belong together. A link gives no sight of the other."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "other", "kind"), name="link_once"),)


class Attachment(models.Model):
    """A file on a case; the bytes lie in ``foundation.files`` under their SHA-256."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    action = models.CharField(max_length=40, blank=True, default="")
    #: belongs to what is kept apart of the case: handed out by whoever keeps that, never with the case
    sealed = models.BooleanField(default=False)
