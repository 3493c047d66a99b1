"""Reads of outages, always through the one policy."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from open95598.foundation.errors import NotFound
from open95598.foundation.people.policy import Permission, Rights
from open95598.registry.grid import queries as grid
from open95598.registry.grid.models import GridDevice
from open95598.service.outages import attaching, reporting
from open95598.service.outages.kinds import Apart
from open95598.service.outages.models import Outage, OutageReport
from open95598.service.workorders.models import WorkOrder

#: rows of each kind on an outage's page; the others are counted
SHOWN = 50
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


def device(rights: Rights, outage: Outage) -> GridDevice | None:
    """Return the device of an outage, where one may see it in the grid."""
    if not rights.anywhere(Permission.CUSTOMER_VIEW):
        return None
    return grid.devices(rights).filter(code=outage.device).first()
