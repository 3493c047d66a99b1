"""Announced outages within rights, who is concerned, and what anybody may read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from open95598.foundation.errors import NotFound
from open95598.foundation.people.policy import Permission, Rights
from open95598.registry.grid.models import GridDevice
from open95598.service.planned.flows import ANNOUNCED
from open95598.service.planned.models import Affected, CareTask, PlannedDevice, PlannedOutage

_PUBLIC = "what was announced to everybody"


def plans(rights: Rights) -> QuerySet[PlannedOutage]:
    """Return the plans and the outage information that one may see."""
    rows: QuerySet[PlannedOutage] = PlannedOutage.objects.restrict(rights, Permission.CASE_VIEW)
    return rows.select_related("case", "case__unit", "case__owner", "account", "planned_by", "approved_by")


def get(rights: Rights, pk: int) -> PlannedOutage:
    """Return one by its case. Raises ``NotFound`` also when it is not for these eyes."""
    found = plans(rights).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such case."))
    return found


def concerned(rights: Rights, plan: PlannedOutage) -> QuerySet[Affected]:
    """Return the customers in the dark of a plan, as far as one may see customers there; those to mind first."""
    rows: QuerySet[Affected] = Affected.objects.restrict(rights, Permission.CUSTOMER_VIEW)
    return rows.filter(plan=plan, gone_at=None).select_related("account", "customer")


def care(rights: Rights, plan: PlannedOutage) -> QuerySet[CareTask]:
    """Return who must be told in person of a plan, open ones and those on life support first."""
    rows: QuerySet[CareTask] = CareTask.objects.restrict(rights, Permission.CUSTOMER_VIEW)
    found = rows.filter(plan=plan).exclude(state="gone").select_related("customer", "by")
    return found.order_by("-state", "-why", "pk")


def devices(plan: PlannedOutage) -> list[tuple[PlannedDevice, GridDevice | None]]:
    """Return a plan's devices, each with what the grid knows of it now."""
    rows = list(PlannedDevice.objects.filter(plan=plan).order_by("kept", "pk"))
    known = GridDevice.objects.system("the devices of a plan that one may see").in_bulk(
        [one.device for one in rows], field_name="code"
    )
    return [(one, known.get(one.device)) for one in rows]


def public(now: datetime) -> QuerySet[PlannedOutage]:
    """Return what the public is told of now: announced and not over, nothing of single customers; the next first."""
    rows = PlannedOutage.objects.system(_PUBLIC).filter(
        published_at__lte=now, account=None, is_open=True, case__state__in=ANNOUNCED
    )
    return rows.select_related("case", "case__unit").order_by("starts_at", "pk")


def of_accounts(account_ids: Any, now: datetime) -> QuerySet[PlannedOutage]:
    """Return what is announced for accounts and not over, also what is their own business; the next first.

    ``account_ids``: ids, or a query of them. The caller has made sure that whoever asks is told of these accounts.
    """
    mine = Affected.objects.system(_PUBLIC).filter(account__in=account_ids, gone_at=None).values("plan_id")
    rows = PlannedOutage.objects.system(_PUBLIC).filter(
        Q(pk__in=mine), published_at__lte=now, is_open=True, case__state__in=ANNOUNCED
    )
    return rows.select_related("case", "case__unit").order_by("starts_at", "pk")
