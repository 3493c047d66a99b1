"""The lists of devices and of findings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.foundation.people.policy import Rights
from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import CHOICE, TEXT, Column, Filter, ListSpec, Order
from open95598.registry.grid import queries
from open95598.registry.grid.kinds import DeviceKind, FindingKind

ICONS = {0: "building-factory-2", 1: "route", 2: "toggle-right", 3: "bolt", 4: "box", 5: "dashboard"}


def rows(rights: Rights) -> QuerySet[Any]:
    """The devices that one may see, as rows of the list."""
    values = ("id", "code", "name", "kind", "points", "unit__name", "parent__name", "parent_code", "lft")
    return queries.devices(rights).values(*values)


def finding_rows(rights: Rights) -> QuerySet[Any]:
    """The findings that one may see, as rows of the list."""
    return queries.findings(rights).values("id", "kind", "device_id", "device__code", "text", "source")


def _begins(found: QuerySet[Any], text: str) -> QuerySet[Any]:
    return found.filter(Q(code__startswith=text) | Q(name__startswith=text))


def _device(row: dict[str, Any], _now: datetime) -> SafeString:
    return format_html("{} {}", marks.icon(ICONS[row["kind"]]), row["name"] or row["code"])


def _kind(row: dict[str, Any]) -> Any:
    return DeviceKind(row["kind"]).label


SPEC = ListSpec(
    name="grid",
    title=_("Grid"),
    columns=(
        Column("device", _("Device"), draw=_device, classes="is-wide", opens=True),
        Column("code", pgettext_lazy("grid", "Code"), value="code", classes="nowrap"),
        Column("kind", pgettext_lazy("grid", "Kind"), value=_kind),
        Column("feeder", _("Fed by"), value=lambda row: row["parent__name"] or row["parent_code"]),
        Column("points", _("Usage points"), value="points", classes="number"),
        Column("unit", pgettext_lazy("grid", "Unit"), value="unit__name"),
    ),
    orders=(
        Order("source", _("From the source down"), ("lft", "id")),
        Order("points", _("Most usage points first"), ("-points", "id")),
    ),
    filters=(
        Filter("begins", _("Code or name begins with"), TEXT, apply=_begins),
        Filter(
            "kind", pgettext_lazy("grid", "Kind"), CHOICE, choices=[(str(k), name) for k, name in DeviceKind.choices]
        ),
    ),
    row_url=lambda row: reverse("grid:device", args=(row["id"],)),
    empty_title=_("No devices"),
    empty_text=_(
        "A grid is imported from tables on the page “Imports”, from OpenDSS or SimBench by the command “grid import”."
    ),
)

FINDINGS = ListSpec(
    name="grid-findings",
    title=_("Findings in the grid"),
    columns=(
        Column("kind", pgettext_lazy("grid", "Finding"), value=lambda row: FindingKind(row["kind"]).label, opens=True),
        Column("device", _("Device"), value="device__code", classes="is-wide"),
        Column("text", pgettext_lazy("grid", "More"), value="text", classes="is-wide"),
        Column("source", pgettext_lazy("grid", "File"), value="source"),
    ),
    orders=(Order("first", _("Oldest first"), ("id",)),),
    filters=(Filter("kind", pgettext_lazy("grid", "Finding"), CHOICE, choices=FindingKind.choices),),
    row_url=lambda row: reverse("grid:device", args=(row["device_id"],)) if row["device_id"] else reverse("grid:list"),
    empty_title=_("No findings"),
    empty_text=_("Every device is fed, none twice, none in a ring."),
)
