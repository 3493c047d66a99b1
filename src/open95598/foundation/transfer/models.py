"""Runs of imports with what they refused, the rows that came in (for ever), and requests for exports."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    """Where a run stands. ``rejected``: all-or-nothing found an error, so nothing was imported."""

    DRAFT = "draft", _("being prepared")
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("finished")
    REJECTED = "rejected", _("rejected as a whole")
    FAILED = "failed", _("broken off")
    CANCELLED = "cancelled", _("cancelled")


#: a worker has it, or is to have it
UNDER_WAY = (RunState.QUEUED, RunState.RUNNING)


class ImportRun(models.Model):
    """A file on its way in. ``position`` is the last sheet row whose batch is committed; resuming goes on there."""

    importer = models.CharField(max_length=40)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    mapping = models.TextField(blank=True)
    mapping_sha256 = models.CharField(max_length=64, blank=True)
    dry_run = models.BooleanField(default=False)
    all_or_nothing = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.DRAFT)
    position = models.IntegerField(default=0)
    total = models.IntegerField(null=True)
    read = models.IntegerField(default=0)
    created = models.IntegerField(default=0)
    #: things that were there and were brought up to date
    changed = models.IntegerField(default=0)
    doubles = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    message = models.TextField(blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("person", "-id")),)
        constraints = (
            # two people (or one impatient one) starting the same import get the same run
            models.UniqueConstraint(
                name="import_run_one_open",
                fields=("importer", "file_sha256", "mapping_sha256"),
                condition=models.Q(dry_run=False, state__in=("queued", "running")),
            ),
        )


class ImportedRow(models.Model):
    """A row that came in. ``source_key`` is its external id, or its content and sheet row; it never comes in again."""

    importer = models.CharField(max_length=40)
    source_key = models.CharField(max_length=200)
    content = models.CharField(max_length=64)
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="rows")
    row = models.IntegerField()
    target = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(name="imported_row_once", fields=("importer", "source_key")),)


class ImportProblem(models.Model):
    """Why a row was refused: one line per bad cell (an empty ``column`` means the row)."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="problems")
    row = models.IntegerField()
    column = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=80, blank=True)
    reason = models.TextField()

    class Meta:
        ordering = ("row", "id")
        indexes = (models.Index(fields=("run", "row")),)


class ImportChange(models.Model):
    """What a row changed (or, on trial, would change) of something that was there; personal values masked."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="changes")
    row = models.IntegerField()
    field = models.CharField(max_length=60)
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("row", "id")
        indexes = (models.Index(fields=("run", "row")),)


class ImportFinding(models.Model):
    """What a run found of the whole that it brought in (or, on trial, would): nothing refused, but to be looked at."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=200, blank=True)
    text = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ("id",)


class ExportState(models.TextChoices):
    """Where a request for an export stands."""

    WAITING = "waiting", _("waiting for approval")
    APPROVED = "approved", _("being made")
    READY = "ready", _("ready")
    TAKEN = "taken", _("downloaded")
    REFUSED = "refused", _("refused")
    EXPIRED = "expired", _("expired")
    FAILED = "failed", _("broken off")


class ExportRequest(models.Model):
    """Somebody wants a list as a spreadsheet that is too large, or too personal, to hand out unasked."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="export_requests")
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    listing = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    rows = models.IntegerField()
    with_personal = models.BooleanField(default=False)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=300, blank=True)
    file_key = models.CharField(max_length=64, blank=True)
    made_rows = models.IntegerField(null=True)
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("person", "-id")), models.Index(fields=("state", "-id")))
        constraints = (
            models.CheckConstraint(
                name="export_not_approved_by_oneself",
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("person")),
            ),
        )
