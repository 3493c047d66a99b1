"""Roads, estates and villages with all their names, and the addresses there (DOMAIN 2.6)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value

from open95598.registry.customers.kinds import NameKind, PlaceKind


class Place(models.Model):
    """A road, an estate or a village: what addresses have in common. Nothing personal.

    ``division``: the code of its county or town (GB/T 2260, 10114); "" when not known. ``units``: ids of the units that
    have, or had, an account there, kept by the database (trigger): whoever reads for other units need not look there.
    """

    kind = models.CharField(max_length=10, choices=PlaceKind)
    division = models.CharField(max_length=12, blank=True, default="")
    province = models.CharField(max_length=30, blank=True, default="")
    city = models.CharField(max_length=30, blank=True, default="")
    district = models.CharField(max_length=30, blank=True, default="")
    town = models.CharField(max_length=30, blank=True, default="")
    name = models.CharField(max_length=60)
    units = ArrayField(models.BigIntegerField(), db_default=Value("{}"), editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("name", "kind", "district", "city", "town", "province"), name="place_once"),
        )

    def __str__(self) -> str:
        return f"{self.city}{self.district}{self.town}{self.name}"


class PlaceName(models.Model):
    """A name of a place: its present one, an alias, or what it was called once. ``keys``: hashed pairs of sounds."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=NameKind, default=NameKind.CURRENT)
    keys = ArrayField(models.IntegerField(), default=list)
    until = models.DateField(null=True, blank=True, help_text="a former name: its last day")

    class Meta:
        indexes = (GinIndex(fields=("keys",), name="place_keys", fastupdate=False),)
        constraints = (models.UniqueConstraint(fields=("place", "name"), name="place_name_once"),)

    def __str__(self) -> str:
        return self.name


class ServiceLocation(models.Model):
    """Premises (用电地址): where on which road, in which estate, and behind which door. ``text``: the address as given.

    A group of a village (组) stands in ``building``.
    """

    text = models.CharField(max_length=300)
    road = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="on_road", db_index=False)
    road_number = models.CharField(max_length=16, blank=True, default="")
    community = models.ForeignKey(
        Place, null=True, on_delete=models.PROTECT, related_name="in_community", db_index=False
    )
    building = models.CharField(max_length=16, blank=True, default="")
    entrance = models.CharField(max_length=16, blank=True, default="", help_text="单元")
    room = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(
                fields=("road", "road_number", "building", "room", "entrance", "id"), name="location_of_road",
                condition=Q(road__isnull=False),
            ),
            models.Index(
                fields=("community", "building", "room", "entrance", "id"), name="location_of_community",
                condition=Q(community__isnull=False),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"location {self.pk}"
