"""The list of visits: what falls due, at whom, who goes there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from open95598.casework import registry
from open95598.foundation.masking import mask_name
from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import BOOL, CHOICE, UNIT, Column, Filter, ListSpec, Order
from open95598.registry.customers.kinds import PartyKind, Tier
from open95598.registry.customers.listing import tags
from open95598.service.keyaccounts import flows, pages
from open95598.service.keyaccounts.models import Visit
from open95598.service.workorders import actionforms, queries, wording

VALUES = (
    "case_id", "customer__name", "customer__kind", "customer__importance", "customer__protected", "tier",
    "case__kind", "case__state", "case__flow_version", "case__is_open", "case__due_at", "case__opened_at",
    "case__unit__name", "case__owner__name", "visited_at",
)  # fmt: skip


def _clock(row: Any, now: datetime) -> Any:
    return marks.DASH if row["clock"] is None else marks.clock_bar(row["clock"], now, row["clock_name"], compact=True)


def _state(row: Any, _now: datetime) -> Any:
    return marks.badge(row["state"], pages.TONES.get(row["case__state"], "accent"))


def _tags(row: Any, _now: datetime) -> Any:
    return tags(row["tier"], row["customer__importance"], row["customer__protected"])


def _name(row: Any) -> str:
    organisation = row["customer__kind"] == PartyKind.ORGANISATION
    return row["customer__name"] if organisation else mask_name(row["customer__name"])


def _kinds(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(kind, registry.flow(kind).label) for kind in flows.VISITS]


def _units(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in actionforms.unit_options()]


def _in_unit(found: QuerySet[Any], unit_id: int) -> QuerySet[Any]:
    return found.filter(case__scope__contains=[unit_id])


def _open(found: QuerySet[Any], value: bool) -> QuerySet[Any]:
    return found.filter(case__is_open=value)


SPEC = ListSpec(
    name="visits",
    title=_("Visits to customers"),
    columns=(
        Column("clock", _("Clock"), draw=_clock, classes="nowrap"),
        Column("name", _("Name of the customer"), value=_name, classes="is-wide", opens=True),
        Column("tags", _("Marks"), draw=_tags, classes="nowrap"),
        Column("kind", _("Kind of visit"), value="kind_name"),
        Column("state", _("State"), draw=_state, classes="nowrap"),
        Column("owner", _("Responsible"), value="case__owner__name"),
        Column("unit", _("Unit"), value="case__unit__name"),
    ),
    orders=(Order("due", _("Due first"), ("case__due_at?", "case_id")),
            Order("newest", _("Newest first"), ("-case__opened_at", "-case_id"))),
    filters=(
        Filter("open", _("To be made"), BOOL, apply=_open),
        Filter("kind", _("Kind of visit"), CHOICE, apply="case__kind__in", choices=_kinds),
        Filter("tier", _("Service tier"), CHOICE, choices=Tier.choices[1:]),
        Filter("unit", _("Unit and below"), UNIT, apply=_in_unit, choices=_units),
    ),
    row_url=lambda row: reverse("keyaccounts:case", args=(row["case_id"],)),
    row_id=lambda row: row["case_id"],
    row_case=lambda row: row["case_id"],
    empty_title=_("No visit is due"),
    empty_text=_("Visits fall due by the customers' tier, and when one who is entitled to it complains."),
)  # fmt: skip


def read(found: QuerySet[Visit]) -> QuerySet[Any]:
    """Return the visits as plain values."""
    return found.select_related(None).values(*VALUES)


def dress(found: Sequence[dict[str, Any]]) -> None:
    """Add to each row what is shown of it. One query for all."""
    clocks = queries.running_clocks([row["case_id"] for row in found]) if found else {}
    for row in found:
        row["clock"] = next(iter(clocks.get(row["case_id"], [])), None)
        row["clock_name"] = wording.clock(row["clock"].name) if row["clock"] else ""
        row["state"] = wording.state(row["case__kind"], row["case__state"], row["case__flow_version"])
        row["kind_name"] = marks.words_of(registry.flow(row["case__kind"]).label)
