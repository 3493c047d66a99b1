"""What this room tells the rooms below: where its cases' pages are, what its entries of the journal are called."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.casework.models import Case
from open95598.foundation import bulk
from open95598.foundation.journal import hooks as journal
from open95598.registry.grid import hooks as grid
from open95598.registry.grid.models import GridDevice
from open95598.service.outages import reporting
from open95598.service.planned import affected, intervals
from open95598.service.planned.flows import KINDS
from open95598.service.planned.kinds import Information
from open95598.service.planned.models import PlannedDevice, PlannedOutage
from open95598.service.workorders import hooks as orders

#: kinds of information that explain why it is dark; a fault that was published is what its reports are about
BY_PLAN = (Information.PLANNED, Information.TEMPORARY, Information.OVER_CAPACITY, Information.ORDERLY)


def address(case_id: int) -> str | None:
    """Return the address of a plan's page; None when the case is none."""
    if Case.objects.system("the address only").filter(pk=case_id, kind__in=KINDS).exists():
        return reverse("planned:case", args=(case_id,))
    return None


def dark_by_plan(codes: Collection[str], now: datetime) -> Collection[str]:
    """Return which of these devices are dark by an outage that runs as it was announced: no evidence of a fault."""
    running = PlannedOutage.objects.system("what is dark by plan").filter(
        is_open=True, case__state__in=("running", "current"), account=None, starts_at__lte=now
    )
    rows = running.filter(information__in=BY_PLAN)
    off = intervals.merged(span for row in rows for span in affected.spans(row))
    if not off:
        return ()
    places = GridDevice.objects.system("what is dark by plan").filter(code__in=list(codes))
    return {code for code, lft in places.values_list("code", "lft") if intervals.meet([(lft, lft + 1)], off)}


def renumbered(codes: Mapping[str, str], _now: datetime) -> None:
    """Let plans follow devices that get other codes (`grid.hooks.renumbered`)."""
    new = {row.pk: codes[row.device] for row in PlannedDevice.objects.filter(device__in=list(codes))}
    # a plan names a device once at every moment: those that change places make room for each other first
    for code_of in ({pk: f"~{pk}" for pk in new}, new):
        bulk.execute(
            "UPDATE planned_planneddevice p SET device = m.code FROM unnest(%s::bigint[], %s::varchar[])"
            " AS m(id, code) WHERE p.id = m.id",
            [list(code_of), list(code_of.values())],
        )


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    grid.renumbered.append(renumbered)
    reporting.planned.append(dark_by_plan)
    orders.further_addresses.append(address)
    journal.names |= {"case.affected_counted": _("Who is concerned was computed")}
    journal.fields |= {
        "information": _("Kind of information"),
        "devices": pgettext_lazy("grid", "Devices"),
        "points": _("Usage points"),
        "customers": _("Customers"),
        "important": _("Important users"),
        "protected": _("Life support"),
        "added": pgettext_lazy("outage count", "Came in"),
        "removed": pgettext_lazy("outage count", "Went out"),
        "accounts_added": _("Accounts that came in"),
        "accounts_removed": _("Accounts that went out"),
        "moment": pgettext_lazy("outage count", "Moment"),
        "when": pgettext_lazy("outage count", "Moment"),
        "account": pgettext_lazy("supply", "Account"),
    }
