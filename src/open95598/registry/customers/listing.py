"""The list of customers: who needs care, by tier, importance and unit; found ones come from the box above it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from open95598.foundation import masking
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import BOOL, CHOICE, UNIT, Column, Filter, ListSpec, Order
from open95598.foundation.units.models import Unit
from open95598.foundation.units.queries import unit_options
from open95598.registry.customers import kinds

VALUES = ("id", "name", "kind", "tier", "importance", "protected", "unit__name", "manager__name", "created_at")


def name_of(row: dict[str, Any]) -> str:
    """Return a customer's name as lists show it."""
    return row["name"] if row["kind"] == kinds.PartyKind.ORGANISATION else masking.mask_name(row["name"])


def tags(tier: str, importance: str, protected: bool) -> SafeString:
    """Return the small marks of a customer: tier, importance; red is for life support only."""
    found = []
    if protected:
        found.append(marks.badge(_("Life support"), "danger", "heartbeat"))
    if importance:
        found.append(marks.badge(kinds.Importance(importance).label, "warning", "shield-star"))
    if tier:
        found.append(marks.badge(kinds.Tier(tier).label, "accent", "diamond"))
    return format_html_join(" ", "{}", ((mark,) for mark in found))


def _marks(row: dict[str, Any], _now: datetime) -> SafeString:
    return tags(row["tier"], row["importance"], row["protected"])


def _icon_name(row: dict[str, Any], _now: datetime) -> SafeString:
    organisation = row["kind"] == kinds.PartyKind.ORGANISATION
    return format_html("{} {}", marks.icon("building" if organisation else "user"), name_of(row))


def _units(request: Any) -> Iterable[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in unit_options(request.rights, Permission.CUSTOMER_VIEW)]


def _in_unit(rows: QuerySet[Any], unit_id: int) -> QuerySet[Any]:
    below = Unit.objects.order_by().filter(lineage__contains=[unit_id]).values_list("pk", flat=True)
    return rows.filter(unit_id__in=list(below))


def _mine(rows: QuerySet[Any], value: bool) -> QuerySet[Any]:
    return rows.filter(manager__isnull=not value)


SPEC = ListSpec(
    name="customers",
    title=_("Customers"),
    columns=(
        Column("name", _("Name of the customer"), draw=_icon_name, classes="is-wide", opens=True),
        Column("marks", _("Marks"), draw=_marks, classes="nowrap"),
        Column("unit", _("Unit that looks after them"), value="unit__name"),
        Column("manager", _("Account manager"), value="manager__name"),
    ),
    orders=(Order("newest", _("Newest first"), ("-id",)), Order("oldest", _("Oldest first"), ("id",))),
    filters=(
        Filter("tier", _("Service tier"), CHOICE, choices=kinds.Tier.choices[1:]),
        Filter("importance", _("Importance"), CHOICE, choices=kinds.Importance.choices[1:]),
        Filter("protected", _("Life support"), BOOL),
        Filter("kind", _("Kind of customer"), CHOICE, choices=kinds.PartyKind.choices),
        Filter("managed", _("With an account manager"), BOOL, apply=_mine),
        Filter("unit", _("Unit and below"), UNIT, apply=_in_unit, choices=_units),
    ),
    row_url=lambda row: reverse("customers:customer", args=(row["id"],)),
    empty_title=_("No customers"),
    empty_text=_("Import accounts, or register a customer; the box above finds one by whatever is known."),
)
