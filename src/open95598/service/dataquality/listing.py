"""The list of findings: what does not fit, at whom, how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from open95598.casework import registry
from open95598.foundation.masking import mask_name
from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import BOOL, CHOICE, UNIT, Column, Filter, ListSpec, Order
from open95598.registry.customers.kinds import PartyKind
from open95598.service.dataquality import checks, flows, pages
from open95598.service.dataquality.models import DataFinding
from open95598.service.workorders import actionforms, queries, wording

VALUES = (
    "case_id", "rule", "customer__name", "customer__kind", "account__number", "case__state", "case__flow_version",
    "case__opened_at", "case__unit__name", "case__owner__name",
)  # fmt: skip


def _clock(row: Any, now: datetime) -> Any:
    return marks.DASH if row["clock"] is None else marks.clock_bar(row["clock"], now, row["clock_name"], compact=True)


def _state(row: Any, _now: datetime) -> Any:
    return marks.badge(row["state"], pages.TONES.get(row["case__state"], "accent"))


def _what(row: Any, _now: datetime) -> Any:
    check = checks.get(row["rule"])
    label = check.label.in_(get_language()) if check else row["rule"]
    return marks.badge(label, check.tone if check else "quiet")


def _name(row: Any) -> str:
    if row["customer__name"] is None:
        return "—"
    person = row["customer__kind"] != PartyKind.ORGANISATION
    return mask_name(row["customer__name"]) if person else row["customer__name"]


def _rules(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(check.code, check.label) for check in checks.every()]


def _states(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(state.name, state.label) for state in registry.flow(flows.KIND).states]


def _units(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in actionforms.unit_options()]


def _in_unit(found: QuerySet[Any], unit_id: int) -> QuerySet[Any]:
    return found.filter(case__scope__contains=[unit_id])


SPEC = ListSpec(
    name="data-findings",
    title=_("Data findings"),
    columns=(
        Column("clock", _("Clock"), draw=_clock, classes="nowrap"),
        Column("what", _("What does not fit"), draw=_what, classes="is-wide", opens=True),
        Column("name", pgettext_lazy("supply", "Customer"), value=_name),
        Column("account", _("Account number"), value="account__number"),
        Column("state", _("State"), draw=_state, classes="nowrap"),
        Column("owner", pgettext_lazy("case", "Responsible"), value="case__owner__name"),
        Column("unit", _("Unit"), value="case__unit__name"),
    ),
    orders=(Order("newest", _("Newest first"), ("-case_id",)), Order("oldest", _("Oldest first"), ("case_id",))),
    filters=(
        Filter("open", _("Still open"), BOOL, apply="is_open"),
        Filter("rule", _("What does not fit"), CHOICE, apply="rule__in", choices=_rules),
        Filter("state", _("State"), CHOICE, apply="case__state__in", choices=_states),
        Filter("unit", _("Unit and below"), UNIT, apply=_in_unit, choices=_units),
    ),
    row_url=lambda row: reverse("dataquality:case", args=(row["case_id"],)),
    row_id=lambda row: row["case_id"],
    row_case=lambda row: row["case_id"],
    empty_title=_("Nothing was found"),
    empty_text=_("The registry is looked through each night; what does not fit together stands here as a case."),
)


def read(found: QuerySet[DataFinding]) -> QuerySet[Any]:
    """Return the findings as plain values."""
    return found.select_related(None).values(*VALUES)


def dress(found: Sequence[dict[str, Any]]) -> None:
    """Add to each row what is shown of it. One query for all."""
    clocks = queries.running_clocks([row["case_id"] for row in found]) if found else {}
    for row in found:
        row["clock"] = next(iter(clocks.get(row["case_id"], [])), None)
        row["clock_name"] = wording.clock(row["clock"].name) if row["clock"] else ""
        row["state"] = wording.state(flows.KIND, row["case__state"], row["case__flow_version"])
