"""The work list as a spreadsheet: the same filters, the same eyes, personal columns masked unless approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from open95598.casework import registry
from open95598.foundation import clock
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.foundation.transfer import exports
from open95598.foundation.transfer.writing import Column
from open95598.service.workorders import queries, worklist
from open95598.service.workorders.models import WorkOrder

_PERSONAL = {"contact_name": "name", "contact_phone": "phone", "address": "address", "description": "text",
             "answer": "text"}  # fmt: skip


def columns() -> Sequence[Column]:
    """Return the columns of the sheet, titled in the reader's language."""
    titles = {
        "number": _("Number"),
        "kind": _("Kind of order"),
        "category": _("Category"),
        "state": _("State"),
        "priority": _("Priority"),
        "unit": _("Unit"),
        "owner": _("Owner"),
        "channel": _("Channel"),
        "opened_at": _("Opened"),
        "due_at": _("Due"),
        "closed_at": _("Closed"),
        "contact_name": _("Contact name"),
        "contact_phone": _("Contact phone"),
        "address": _("Address"),
        "description": _("Description"),
        "answer": _("Answer"),
        "satisfaction": _("Satisfaction"),
    }
    return [
        Column(key, title, "datetime" if key.endswith("_at") else "text", personal=_PERSONAL.get(key, ""))
        for key, title in titles.items()
    ]


def query(rights: Rights, params: Mapping[str, Any]) -> QuerySet[Any]:
    """Return the orders that the list shows for these parameters, newest first."""
    rows = worklist.selected(queries.orders(rights), params, clock.now(), rights)
    return rows.order_by("-case__opened_at", "-case_id")


def record(order: WorkOrder) -> dict[str, Any]:
    """Return one order's row, unmasked: the export masks what must be."""
    case, language = order.case, get_language()
    rules = store.get(case.rulebook_version)
    flow = registry.flow(case.kind, case.flow_version)
    path = rules.path(order.category)
    return {
        "number": order.number,
        "kind": flow.label.in_(language),
        "category": " / ".join(label.in_(language) for label in path) or order.category,
        "state": flow.state(case.state).label.in_(language),
        "priority": _named(rules, "priorities", order.priority, language),
        "unit": case.unit.name,
        "owner": case.owner.name if case.owner else "",
        "channel": _named(rules, "channels", order.channel, language),
        "opened_at": case.opened_at,
        "due_at": case.due_at,
        "closed_at": case.closed_at,
        "contact_name": _("kept secret") if order.confidential else order.contact_name,
        "contact_phone": "" if order.confidential else order.contact_phone,
        "address": order.address,
        "description": order.description,
        "answer": order.answer,
        "satisfaction": _named(rules, "satisfaction", order.satisfaction, language) if order.satisfaction else "",
    }


def _named(rules: Any, choices: str, code: str, language: str | None) -> str:
    try:
        return str(rules.choice(choices, code).label.in_(language))
    except KeyError:
        return code


def register() -> None:
    """Make the work list exportable (once, when Django starts)."""
    exports.add(LISTING)


LISTING = exports.Listing("orders", gettext_lazy("Orders"), columns, query, record)
