"""The lists: announced outages, and the customers concerned by one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.casework import registry
from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import BOOL, CHOICE, TEXT, UNIT, Column, Filter, ListSpec, Order
from open95598.registry.customers.listing import name_of, tags
from open95598.service.planned import flows
from open95598.service.planned import wording as own
from open95598.service.planned.kinds import Information
from open95598.service.planned.models import Affected, PlannedOutage
from open95598.service.workorders import actionforms, queries, wording

VALUES = (
    "case_id", "case__kind", "case__state", "case__flow_version", "case__unit__name", "information", "line", "scope",
    "starts_at", "ends_at", "points", "customers", "care_open", "protected_open", "late_change",
)  # fmt: skip


def _clock(row: Any, now: datetime) -> Any:
    return marks.DASH if row["clock"] is None else marks.clock_bar(row["clock"], now, row["clock_name"], compact=True)


def _state(row: Any, _now: datetime) -> Any:
    return marks.badge(row["state"], own.TONES.get(row["case__state"], "accent"))


def _kind(row: Any, _now: datetime) -> Any:
    return marks.badge(Information(row["information"]).label, "quiet")


def _care(row: Any, _now: datetime) -> Any:
    if not row["care_open"]:
        return marks.DASH
    return marks.badge(row["care_open"], "danger" if row["protected_open"] else "warning", "heartbeat")


def when(value: datetime) -> str:
    """Return a time as lists of outages show it: the utility's day and minute."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


def _states(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(s.name, s.label) for kind in flows.KINDS for s in registry.flow(kind).states]


def _kinds(_request: Any) -> Iterable[tuple[str, Any]]:
    return list(Information.choices)


def _units(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in actionforms.unit_options()]


def _in_unit(found: QuerySet[Any], unit_id: int) -> QuerySet[Any]:
    return found.filter(case__scope__contains=[unit_id])


def _words(found: QuerySet[Any], text: str) -> QuerySet[Any]:
    return found.filter(Q(line__icontains=text) | Q(scope__icontains=text) | Q(devices__device=text)).distinct()


def _untold(found: QuerySet[Any], wanted: bool) -> QuerySet[Any]:
    return found.filter(care_open__gt=0) if wanted else found.filter(care_open=0)


SPEC = ListSpec(
    name="planned-outages",
    title=_("Planned outages"),
    columns=(
        Column("clock", _("Clock"), draw=_clock, classes="nowrap"),
        Column("starts", _("Off from"), value=lambda row: when(row["starts_at"]), classes="nowrap"),
        Column("ends", _("Back by"), value=lambda row: when(row["ends_at"]), classes="nowrap"),
        Column("scope", pgettext_lazy("outage", "Area"), value="scope", classes="is-wide", opens=True),
        Column("line", pgettext_lazy("outage", "Line"), value="line"),
        Column("information", pgettext_lazy("outage", "Kind"), draw=_kind),
        Column("customers", _("Customers"), value="customers", classes="number"),
        Column("care", _("To be told in person"), draw=_care),
        Column("state", _("State"), draw=_state, classes="nowrap"),
        Column("unit", _("Unit"), value="case__unit__name"),
    ),
    orders=(
        Order("latest", _("Latest start first"), ("-starts_at", "-case_id")),
        Order("next", _("Earliest start first"), ("starts_at", "case_id")),
    ),
    filters=(
        Filter("open", _("Still open"), BOOL, apply="is_open"),
        Filter("information", pgettext_lazy("outage", "Kind"), CHOICE, apply="information__in", choices=_kinds),
        Filter("state", _("State"), CHOICE, apply="case__state__in", choices=_states),
        Filter("untold", _("Somebody to be told in person"), BOOL, apply=_untold),
        Filter("words", _("Area, line or device"), TEXT, apply=_words),
        Filter("unit", _("Unit and below"), UNIT, apply=_in_unit, choices=_units),
    ),
    row_url=lambda row: reverse("planned:case", args=(row["case_id"],)),
    row_id=lambda row: row["case_id"],
    row_case=lambda row: row["case_id"],
    empty_title=_("No planned outage"),
    empty_text=_("What is planned, announced or off stands here, with its clock."),
)


def read(found: QuerySet[PlannedOutage]) -> QuerySet[Any]:
    """Return the outages as plain values."""
    return found.select_related(None).values(*VALUES)


def dress(found: Sequence[dict[str, Any]]) -> None:
    """Add to each row what is shown of it. One query for all."""
    clocks = queries.running_clocks([row["case_id"] for row in found]) if found else {}
    for row in found:
        row["clock"] = next(iter(clocks.get(row["case_id"], [])), None)
        row["clock_name"] = wording.clock(row["clock"].name) if row["clock"] else ""
        row["state"] = wording.state(row["case__kind"], row["case__state"], row["case__flow_version"])


def _marks(row: Any, _now: datetime) -> Any:
    return tags(row["customer__tier"], row["customer__importance"], row["customer__protected"])


CONCERNED = ListSpec(
    name="planned-concerned",
    title=_("Customers concerned"),
    columns=(
        Column("account", _("Account number"), value="account__number", classes="nowrap"),
        Column("name", pgettext_lazy("supply", "Customer"), classes="is-wide", opens=True,
               value=lambda row: name_of({"name": row["customer__name"], "kind": row["customer__kind"]})),
        Column("marks", _("To mind"), draw=_marks),
        Column("unit", _("Unit"), value="account__unit__name"),
    ),
    orders=(
        Order("mind", _("Those to mind first"), ("-customer__protected", "-customer__importance", "pk")),
        Order("number", _("By account number"), ("account__number", "pk")),
    ),
    filters=(
        Filter("protected", _("Life support"), BOOL, apply="customer__protected"),
        Filter("unit", _("Unit"), UNIT, apply="account__unit", choices=_units),
    ),
    row_url=lambda row: reverse("customers:customer", args=(row["customer_id"],)),
    row_id=lambda row: row["pk"],
    empty_title=_("Nobody"),
    empty_text=_("No customer whom you may see is concerned; before the plan was submitted nobody was computed."),
)  # fmt: skip


def concerned(found: QuerySet[Affected]) -> QuerySet[Any]:
    """Return the customers concerned as plain values."""
    return found.select_related(None).values(
        "pk", "account__number", "account__unit__name", "customer_id", "customer__name", "customer__kind",
        "customer__tier", "customer__importance", "customer__protected",
    )  # fmt: skip
