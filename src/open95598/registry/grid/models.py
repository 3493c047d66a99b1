"""The grid as it is kept: devices with their numbers, what fed them when, points, switches, findings."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from open95598.foundation.partitions import Partitioned, declare
from open95598.registry.customers.models import UsagePoint
from open95598.registry.customers.scoping import RegistryQuerySet
from open95598.registry.grid.kinds import LINES, DeviceKind, FindingKind, Ownership

Manager = models.Manager.from_queryset(RegistryQuerySet)
CODE = 120
LOADS = declare(Partitioned("grid_load"))


def _person() -> Any:
    return models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")


class GridVersion(models.Model):
    """One state of the whole grid, numbered afresh: the newest is the one in force."""

    activated_at = models.DateTimeField()
    source = models.CharField(max_length=200)
    devices = models.IntegerField()
    points = models.IntegerField()
    findings = models.IntegerField()
    by = _person()


class GridDevice(models.Model):
    """A device, known by its ``code``; ``parent`` is what feeds it now, ``parent_code`` what was said to.

    ``lft`` and ``rgt``: below it stand the devices with ``lft`` in ``lft .. rgt - 1``, itself the first (the numbers of
    the version in force). ``points``: usage points on and below it. ``x``, ``y``: longitude and latitude in degrees, or
    plane coordinates of the source. ``rated``: what it may carry, a line (feeder, section) in A, anything else in kVA.
    """

    unit_path = "unit"

    code = models.CharField(max_length=CODE, unique=True)
    name = models.CharField(max_length=120, blank=True, default="")
    kind = models.SmallIntegerField(choices=DeviceKind)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    owner = models.CharField(max_length=8, choices=Ownership, default=Ownership.UTILITY)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    parent_code = models.CharField(max_length=CODE, blank=True, default="")
    normal_open = models.BooleanField(default=False)
    x = models.FloatField(null=True)
    y = models.FloatField(null=True)
    lft = models.IntegerField(default=0)
    rgt = models.IntegerField(default=0)
    depth = models.SmallIntegerField(default=0)
    points = models.IntegerField(default=0)
    rated = models.FloatField(null=True)

    objects = Manager()

    class Meta:
        indexes = (
            models.Index(fields=("lft", "rgt"), name="device_interval"),
            models.Index(fields=("kind", "unit"), name="device_kind"),
            models.Index(fields=("name",), name="device_name", opclasses=("varchar_pattern_ops",)),
            # windows of the map: of each kind what lies between two x, those between two y still in the index
            models.Index(fields=("kind", "x", "y"), name="device_place", condition=Q(x__isnull=False)),
        )

    def __str__(self) -> str:
        return self.name or self.code

    @property
    def is_line(self) -> bool:
        """Whether it is a line, which is rated and measured in A; anything else is in kVA."""
        return self.kind in LINES

    @property
    def rated_unit(self) -> str:
        """The unit of ``rated`` and of its loads."""
        return "A" if self.is_line else "kVA"


class GridLoad(models.Model):
    """How a device was loaded on one day of the utility's, ``at`` its first instant.

    ``curve``: the values of every quarter of an hour, None where none was told, in A for a line and kVA for anything
    else. A row a day and not a value: 96 numbers of four bytes, 0.5 KB, where the same in 96 rows would be 6 KB and as
    many times dearer to ask; a list reads what stands beside the curve only. ``peak`` at ``peak_slot``; ``held``: the
    most that it carried for ``lasting`` minutes at a stretch (what the rulebook calls heavy), from which ``rate`` in
    percent of ``rated`` follows: the rating of then, so that a line which became stronger keeps what it was. Limits are
    compared when the list is asked for: other limits need no other rows. Partitioned by month.
    """

    unit_path = "device__unit"

    pk = models.CompositePrimaryKey("device_id", "at")
    device = models.ForeignKey(GridDevice, db_constraint=False, db_index=False, on_delete=models.DO_NOTHING)
    at = models.DateTimeField()
    curve = ArrayField(models.FloatField(null=True))
    peak = models.FloatField()
    peak_slot = models.SmallIntegerField()
    lasting = models.SmallIntegerField()
    held = models.FloatField(null=True)
    rated = models.FloatField(null=True)
    rate = models.FloatField(null=True)

    objects = Manager()

    class Meta:
        db_table = "grid_load"
        managed = False


class GridFormerCode(models.Model):
    """A code that a device had until it was renumbered: whoever still uses it means the device."""

    code = models.CharField(max_length=CODE, unique=True)
    device = models.ForeignKey(GridDevice, on_delete=models.CASCADE, related_name="former_codes")
    until = models.DateTimeField()


class GridLink(models.Model):
    """What fed a device from a moment on, perhaps to one: the history of `GridDevice.parent`."""

    device = models.ForeignKey(GridDevice, on_delete=models.CASCADE, related_name="links")
    parent_code = models.CharField(max_length=CODE, blank=True, default="")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("device",), name="link_one_now", condition=Q(valid_to__isnull=True)),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="link_dates"
            ),
        )


class GridPoint(models.Model):
    """A usage point on its device; ``usage_point`` is the registry's, where it is known there."""

    unit_path = "device__unit"

    code = models.CharField(max_length=CODE, unique=True)
    device = models.ForeignKey(GridDevice, on_delete=models.PROTECT, related_name="hanging")
    usage_point = models.OneToOneField(UsagePoint, null=True, on_delete=models.CASCADE, related_name="on_grid")

    objects = Manager()


class SwitchState(models.Model):
    """That a device stands otherwise than normal, since when and who says so; ``until`` is empty while it does."""

    unit_path = "device__unit"

    device = models.ForeignKey(GridDevice, on_delete=models.CASCADE, related_name="states")
    open = models.BooleanField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    source = models.CharField(max_length=40, help_text="page, api, scada")
    by = _person()

    objects = Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("device",), name="switch_one_now", condition=Q(until__isnull=True)),
        )


class GridStaged(models.Model):
    """A row of a table that is being imported (``run``), until the whole of it is loaded at once."""

    run = models.IntegerField()
    row = models.IntegerField()
    values = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("run", "row"), name="grid_staged_once"),)


class GridFinding(models.Model):
    """What was wrong with the grid when it was loaded last; ``source`` is the file, "" for the whole grid."""

    kind = models.CharField(max_length=10, choices=FindingKind)
    device = models.ForeignKey(GridDevice, null=True, on_delete=models.CASCADE, related_name="findings")
    source = models.CharField(max_length=200, blank=True, default="")
    line = models.IntegerField(default=0)
    text = models.CharField(max_length=400, blank=True, default="")
    found_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("source", "kind"), name="finding_source"),)
