"""The grid as it is kept: devices with their numbers, what fed them when, points, switches, findings."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from open95598.registry.customers.models import UsagePoint
from open95598.registry.customers.scoping import RegistryQuerySet
from open95598.registry.grid.kinds import DeviceKind, FindingKind, Ownership

Manager = models.Manager.from_queryset(RegistryQuerySet)
CODE = 120


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
    plane coordinates of the source.
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
