"""One tree of units: headquarters → province → city → county → team (H5)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitLevel(models.TextChoices):
    """The levels of the tree, from the top."""

    HEADQUARTERS = "headquarters", _("Headquarters")
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    TEAM = "team", _("Team")


class AreaType(models.TextChoices):
    """What the arrival limits of DOMAIN 2.3 distinguish."""

    CITY = "city", _("City area")
    RURAL = "rural", _("Rural area")
    REMOTE = "remote", _("Remote area")


class Unit(models.Model):
    """A unit of the utility. ``lineage`` holds its ancestors' ids from the top, then its own id."""

    code = models.CharField(max_length=16, unique=True, help_text=_("short code, part of order numbers"))
    name = models.CharField(max_length=80)
    level = models.CharField(max_length=12, choices=UnitLevel)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    lineage = ArrayField(models.BigIntegerField(), default=list)
    area_type = models.CharField(max_length=8, choices=AreaType, default=AreaType.CITY)
    #: division codes or place names that route an address here (``units.territory``)
    territory = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    calendar = models.CharField(max_length=32, default="cn", help_text=_("business calendar it works by"))
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("lineage",)
        indexes = (GinIndex(fields=("lineage",), name="unit_lineage"),)
        constraints = (
            models.CheckConstraint(
                name="unit_top_has_no_parent",
                condition=models.Q(level=UnitLevel.HEADQUARTERS, parent=None) | ~models.Q(level=UnitLevel.HEADQUARTERS),
            ),
        )

    def __str__(self) -> str:
        return self.name


class ChangeKind(models.TextChoices):
    """What a dated change of the organisation does."""

    CREATE = "create", _("Unit opened")
    RENAME = "rename", _("Unit renamed")
    MOVE = "move", _("Moved under another unit")
    MERGE = "merge", _("Merged into another unit")
    CLOSE = "close", _("Unit closed")


class UnitChange(models.Model):
    """A dated change of the organisation. It takes effect at the start of ``effective_on`` in the utility's zone.

    Until then ``applied_at`` is null and the tree is as before; ``units.services.apply_due`` carries it out. A merge
    or a closure names the successor that takes over the open cases.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=8, choices=ChangeKind)
    effective_on = models.DateField()
    old_name = models.CharField(max_length=80, blank=True, default="")
    new_name = models.CharField(max_length=80, blank=True, default="")
    old_parent = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    new_parent = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True, default="")
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=64, blank=True, default="")
    asked_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    #: why a due change could not be carried out
    problem = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ("effective_on", "id")
        constraints = (
            models.CheckConstraint(
                name="unit_change_names_successor",
                condition=~models.Q(kind__in=["merge", "close"]) | models.Q(successor__isnull=False),
            ),
        )
        indexes = (
            models.Index(
                fields=("effective_on",),
                name="unit_change_due",
                condition=models.Q(applied_at=None, cancelled_at=None),
            ),
        )
