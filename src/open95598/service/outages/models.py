"""Outages beside their cases, reports of the dark, and what was made certain: all that the engine is rebuilt from."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from open95598.casework.models import Case
from open95598.foundation.people.rights import ScopedQuerySet
from open95598.registry.customers.scoping import RegistryQuerySet
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.models import CODE
from open95598.service.outages import flows
from open95598.service.outages.kinds import Act, Apart, Weather

OutageManager = models.Manager.from_queryset(ScopedQuerySet)
ReportManager = models.Manager.from_queryset(RegistryQuerySet)


def _person() -> Any:
    """Return a column that names one of our people; nobody looks for rows by it."""
    return models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")


class Outage(models.Model):
    """An incident (停电事件): one open device and everybody in the dark below it. State and unit are the case's.

    Named after CIM's Outage (IEC 61968-3): the actual period (``actual_start``, estimated from the reports, to
    ``actual_end``), the estimated one as a range (``estimated_from`` to ``estimated_to``: when supply will be back),
    ``cause_kind`` (a code of the rulebook's ``fault_causes``), ``original_customers_served`` (usage points below the
    device when it was named). ``device``: the grid's code, with its kind and name as they were. The case's parent is
    the outage that this one is what is left of (dark again after a restoration), or that it lies inside of.

    ``settled``: it stands, reports do not move it. ``lead``: the order whose crew serves everybody, unless one was
    sent for the outage itself (``crew_sent_at``, ``crew_arrived_at``): then no order sends any. ``why``: the engine's
    last explanation, by codes. ``is_open`` follows the case's.
    """

    policy_prefix = "case__"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="outage")
    is_open = models.BooleanField(default=True)
    device = models.CharField(max_length=CODE)
    device_kind = models.SmallIntegerField(choices=DeviceKind)
    device_name = models.CharField(max_length=120, blank=True, default="")
    actual_start = models.DateTimeField()
    actual_end = models.DateTimeField(null=True)
    estimated_from = models.DateTimeField(null=True)
    estimated_to = models.DateTimeField(null=True)
    cause_kind = models.CharField(max_length=40, blank=True, default="")
    original_customers_served = models.IntegerField(default=0)
    settled = models.BooleanField(default=False)
    lead = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="+")
    crew_sent_at = models.DateTimeField(null=True)
    crew_arrived_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="took_over")
    split_from = models.ForeignKey("self", null=True, db_index=False, on_delete=models.PROTECT, related_name="+")
    why = models.JSONField(default=dict)
    #: the last words to everybody in the dark, and who said them
    told = models.TextField(blank=True, default="")
    told_at = models.DateTimeField(null=True)
    why_wrong = models.CharField(max_length=500, blank=True, default="")
    by = _person()

    objects = OutageManager()

    class Meta:
        indexes = (
            models.Index(fields=("-actual_start", "-case"), name="outage_open", condition=Q(is_open=True)),
            models.Index(fields=("actual_end",), name="outage_ended", condition=Q(actual_end__isnull=False)),
            models.Index(fields=("device",), name="outage_device"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call it."""
        return f"TD-{self.pk}"

    @property
    def place(self) -> str:
        """The device as people call it."""
        return self.device_name or self.device

    def nested_open(self) -> int:
        """Return how many outages below this one are still dark."""
        rows = Case.objects.system("the outage's own parts, counted").filter(parent_id=self.pk, kind=flows.KIND)
        return rows.filter(state__in=(*flows.DARK, "partly_restored")).count()


class OutageReport(models.Model):
    """That it is dark somewhere, or light: told by an order, a chat, the web, a meter, a switch. Kept for ever as said.

    ``key``: whose report it is, once for ever (``order/<id>``). ``at``: when it was so, as told; ``received_at``: when
    we heard. ``device``: the grid's code of the place, "" where it is not known, with what was ``said`` of it then.
    ``point``: the grid's point (id); ``caller``: keyed digest of who told. ``apart``: why it is no evidence.
    ``taken``: the place in the engine's one order; None: it has not seen it yet.
    """

    unit_path = "unit"

    key = models.CharField(max_length=160, unique=True)
    source = models.CharField(max_length=24)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    device = models.CharField(max_length=CODE, blank=True, default="")
    said = models.CharField(max_length=CODE, blank=True, default="")
    point = models.BigIntegerField(null=True, help_text="id of the grid's point")
    caller = models.CharField(max_length=64, blank=True, default="")
    unit = models.ForeignKey("units.Unit", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="outage_reports")
    outage = models.ForeignKey(Outage, null=True, on_delete=models.SET_NULL, related_name="reports")
    apart = models.CharField(max_length=16, choices=Apart, blank=True, default="")
    #: a person said afterwards that nothing was dark there
    found_wrong = models.BooleanField(default=False)
    taken = models.BigIntegerField(null=True)
    by = _person()

    objects = ReportManager()

    class Meta:
        indexes = (
            models.Index(fields=("id",), name="report_waits", condition=Q(taken__isnull=True)),
            models.Index(fields=("at",), name="report_at"),
            models.Index(
                fields=("received_at",),
                name="report_aside",
                condition=Q(outage=None, order__isnull=False, apart__in=("again", "caller", "doubted", "late")),
            ),
            models.Index(fields=("caller",), name="report_wrong", condition=Q(found_wrong=True)),
        )


class OutageAct(models.Model):
    """Something certain about an outage, for the engine: written in the transaction of the case's act.

    ``devices``: grid codes (where it is, the parts of a split, those still dark); ``others``: outages merged with it.
    """

    outage = models.ForeignKey(Outage, on_delete=models.CASCADE, related_name="acts")
    what = models.CharField(max_length=8, choices=Act)
    at = models.DateTimeField()
    devices = models.JSONField(default=list)
    others = models.JSONField(default=list)
    taken = models.BigIntegerField(null=True)
    by = _person()

    class Meta:
        indexes = (models.Index(fields=("id",), name="act_waits", condition=Q(taken__isnull=True)),)


class OutageWeather(models.Model):
    """What the weather was like at a unit and all below it from ``at`` on, for some hours; told once for an hour.

    Entered by people or imported; nothing is fetched from elsewhere.
    """

    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(help_text="the full hour")
    weather = models.CharField(max_length=8, choices=Weather)
    via = models.CharField(max_length=8, help_text="page, api, import")
    by = _person()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("unit", "at"), name="weather_once_an_hour"),)


class Progress(models.Model):
    """How far the engine is, in one row: ``taken`` counts what it has seen; ``at`` its time; ``grid`` the version."""

    taken = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)
    grid = models.BigIntegerField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="one_progress"),)
