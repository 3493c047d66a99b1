"""One tree of units: headquarters → province → city → county → team (H5)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
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
        constraints = (
            models.CheckConstraint(
                name="unit_top_has_no_parent",
                condition=models.Q(level=UnitLevel.HEADQUARTERS, parent=None) | ~models.Q(level=UnitLevel.HEADQUARTERS),
            ),
        )

    def __str__(self) -> str:
        return self.name
