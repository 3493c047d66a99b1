"""Reads of outages, always through the one policy."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from open95598.foundation.errors import NotFound
from open95598.foundation.people.policy import Permission, Rights
from open95598.registry.grid import queries as grid
from open95598.registry.grid.models import GridDevice, GridPoint
from open95598.service.outages import attaching, flows, reporting
from open95598.service.outages.kinds import Apart
from open95598.service.outages.models import Outage, OutageReport
from open95598.service.workorders.models import WorkOrder

#: rows of each kind on an outage's page; the others are counted
SHOWN = 50
_WHY = "who is in the dark, for rooms that tell them"
#: states of an order in which its customer was told that power is back (again)
MENDED = ("restored", "replied", "reviewed", "callback", "archived")


def outages(rights: Rights) -> QuerySet[Outage]:
    """Return the outages that one may see."""
    rows: QuerySet[Outage] = Outage.objects.restrict(rights)
    return rows.select_related("case", "case__unit", "case__owner", "by", "merged_into", "lead")


def get(rights: Rights, pk: int) -> Outage:
    """Return an outage by its case. Raises ``NotFound`` also when it is not for these eyes."""
    found = outages(rights).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such outage."))
    return found


def nested(rights: Rights, outage: Outage) -> QuerySet[Outage]:
    """Return what is left of an outage, or lies inside it, and is an outage of its own."""
    return outages(rights).filter(case__parent_id=outage.pk).order_by("pk")


def orders(rights: Rights, outage: Outage) -> QuerySet[WorkOrder]:
    """Return the orders inside an outage that one may see, the oldest first."""
    rows: QuerySet[WorkOrder] = WorkOrder.objects.restrict(rights).filter(
        case__links__other_id=outage.pk, case__links__kind=attaching.LINK
    )
    return rows.select_related("case", "case__unit").order_by("pk")


def still_dark(rights: Rights, outage: Outage) -> QuerySet[WorkOrder]:
    """Return the orders whose customers said, after power was back, that they are still in the dark, until it is."""
    told = OutageReport.objects.system("which of the orders one sees").filter(source=reporting.STILL_OUT)
    told = told.filter(Q(outage=outage) | Q(outage__case__parent_id=outage.pk))
    rows: QuerySet[WorkOrder] = WorkOrder.objects.restrict(rights).filter(pk__in=told.values("order_id"))
    return rows.exclude(case__state__in=MENDED).select_related("case").order_by("pk")


def counts(outage_ids: Collection[int]) -> dict[int, int]:
    """Return how many reports belong to outages that one sees, those that are no evidence left out. One query."""
    rows: Any = OutageReport.objects.system("counts of outages that one sees").filter(
        outage__in=outage_ids, apart=Apart.NONE
    )
    return dict(rows.order_by().values_list("outage_id").annotate(n=Count("pk")))


def apart(outage: Outage) -> dict[str, int]:
    """Return how many reports of an outage that one sees are no evidence, by the reason."""
    rows: Any = OutageReport.objects.system("counts of an outage that one sees").filter(outage=outage)
    found = rows.exclude(apart=Apart.NONE).order_by().values_list("apart").annotate(n=Count("pk"))
    return dict(found)


def affected(outage: Outage, *, but: Collection[str] = ()) -> QuerySet[GridPoint]:
    """Return the supply points below an outage's device, those below the devices ``but`` left out: for rooms that tell
    customers, whoever asks. A grid that no longer has the device has none."""
    devices = GridDevice.objects.system(_WHY)
    points: QuerySet[GridPoint] = GridPoint.objects.system(_WHY)
    top = devices.filter(code=outage.device).first()
    if top is None:
        return points.none()
    points = points.filter(device__lft__gte=top.lft, device__lft__lt=top.rgt)
    for lft, rgt in devices.filter(code__in=list(but)).values_list("lft", "rgt"):
        points = points.exclude(device__lft__gte=lft, device__lft__lt=rgt)
    return points


def over(account_ids: Collection[int]) -> dict[int, Outage]:
    """Return the outage that each of these accounts is in the dark by, the innermost; those with light are left out.

    One that is restored in part darkens nobody: what is left of it are outages of their own. For rooms that answer
    "is it me?"; whether an unconfirmed one is told is theirs to say. Three queries.
    """
    rows = Outage.objects.system(_WHY).filter(is_open=True, case__state__in=flows.DARK).select_related("case")
    by_code = {row.device: row for row in rows.order_by("-pk")}
    if not by_code or not account_ids:
        return {}
    devices = GridDevice.objects.system(_WHY).filter(code__in=by_code).order_by("lft")
    spans = [(lft, rgt, by_code[code]) for code, lft, rgt in devices.values_list("code", "lft", "rgt")]
    points: Any = GridPoint.objects.system(_WHY).filter(usage_point__account__in=account_ids)
    found: dict[int, Outage] = {}
    for account_id, at in points.order_by("pk").values_list("usage_point__account_id", "device__lft"):
        if inside := [row for lft, rgt, row in spans if lft <= at < rgt]:
            found[account_id] = inside[-1]
    return found


def device(rights: Rights, outage: Outage) -> GridDevice | None:
    """Return the device of an outage, where one may see it in the grid."""
    if not rights.anywhere(Permission.CUSTOMER_VIEW):
        return None
    return grid.devices(rights).filter(code=outage.device).first()
