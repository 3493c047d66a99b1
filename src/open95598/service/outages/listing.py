"""The list of outages: where, how many in the dark, since when, how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import BOOL, CHOICE, TEXT, UNIT, Column, Filter, ListSpec, Order
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.listing import ICONS
from open95598.service.outages import flows, queries
from open95598.service.outages import wording as own
from open95598.service.outages.models import Outage
from open95598.service.workorders import actionforms, wording

VALUES = (
    "case_id", "device", "device_name", "device_kind", "original_customers_served", "actual_start", "estimated_to",
    "actual_end", "case__state", "case__flow_version", "case__unit__name",
)  # fmt: skip


def _device(row: Any, _now: datetime) -> SafeString:
    return format_html("{} {}", marks.icon(ICONS[row["device_kind"]]), row["device_name"] or row["device"])


def _state(row: Any, _now: datetime) -> Any:
    return marks.badge(row["state"], own.TONES.get(row["case__state"], "accent"))


def _since(row: Any, _now: datetime) -> Any:
    return marks.absolute(row["actual_start"])


def _back(row: Any, _now: datetime) -> Any:
    at = row["actual_end"] or row["estimated_to"]
    return marks.absolute(at) if at else marks.DASH


def _states(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(state.name, state.label) for state in flows.STATES]


def _units(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in actionforms.unit_options()]


def _in_unit(found: QuerySet[Any], unit_id: int) -> QuerySet[Any]:
    return found.filter(case__scope__contains=[unit_id])


def _words(found: QuerySet[Any], text: str) -> QuerySet[Any]:
    return found.filter(Q(device=text) | Q(device_name__icontains=text))


SPEC = ListSpec(
    name="outages",
    title=_("Outages"),
    columns=(
        Column("number", _("Outage"), value="number", classes="nowrap", opens=True),
        Column("device", _("Open device"), draw=_device, classes="is-wide"),
        Column("kind", _("Kind of device"), value=lambda row: DeviceKind(row["device_kind"]).label),
        Column("state", _("State"), draw=_state, classes="nowrap"),
        Column("served", _("Supply points in the dark"), value="original_customers_served", classes="number"),
        Column("reports", _("Reports"), value="reports", classes="number"),
        Column("since", _("Dark since"), draw=_since, classes="nowrap"),
        Column("back", _("Power back, or at the latest"), draw=_back, classes="nowrap"),
        Column("unit", _("Unit"), value="case__unit__name"),
    ),
    orders=(
        Order("newest", _("Newest first"), ("-case_id",)),
        Order("largest", _("Most in the dark first"), ("-original_customers_served", "-case_id")),
    ),
    filters=(
        Filter("open", _("Not closed"), BOOL, apply="is_open"),
        Filter("state", _("State"), CHOICE, apply="case__state__in", choices=_states),
        Filter("device_kind", _("Kind of device"), CHOICE, choices=[(str(k), name) for k, name in DeviceKind.choices]),
        Filter("words", _("Device"), TEXT, apply=_words),
        Filter("unit", _("Unit and below"), UNIT, apply=_in_unit, choices=_units),
    ),
    row_url=lambda row: reverse("outages:case", args=(row["case_id"],)),
    row_id=lambda row: row["case_id"],
    row_case=lambda row: row["case_id"],
    empty_title=_("No outage"),
    empty_text=_("Outages are found from reports as soon as a grid is loaded."),
)


def read(found: QuerySet[Outage]) -> QuerySet[Any]:
    """Return the outages as plain values."""
    return found.select_related(None).values(*VALUES)


def dress(found: Sequence[dict[str, Any]]) -> None:
    """Add to each row what is shown of it. One query for all."""
    counts = queries.counts([row["case_id"] for row in found]) if found else {}
    for row in found:
        row["number"] = f"TD-{row['case_id']}"
        row["reports"] = counts.get(row["case_id"], 0)
        row["state"] = wording.state(flows.KIND, row["case__state"], row["case__flow_version"])
