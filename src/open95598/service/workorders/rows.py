"""Orders as rows of lists: what a row shows, worked out for a whole page at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import quote

from django.db.models import QuerySet
from django.urls import reverse

from open95598.foundation.people.masking import mask_text
from open95598.foundation.rulebook import store
from open95598.service.workorders import personal, queries, wording
from open95598.service.workorders.models import WorkOrder

#: what a row is read as: no model objects, one query
VALUES = (
    "case_id", "number", "category", "priority", "description", "contact_name", "contact_phone", "address", "channel",
    "anonymous", "confidential", "case__kind", "case__state", "case__flow_version", "case__is_open",
    "case__confidential", "case__opened_at", "case__closed_at", "case__due_at", "case__warn_at", "case__breached",
    "case__unit__name", "case__owner__name", "case__version",
)  # fmt: skip
EXCERPT = 60


def read(rows: QuerySet[WorkOrder]) -> QuerySet[Any]:
    """Return the orders as plain values."""
    return rows.select_related(None).values(*VALUES)


def dress(found: Sequence[dict[str, Any]], now: datetime) -> None:
    """Add to each row what is shown of it: names, masked words, the clock that ends first. One query for all."""
    rules = store.current(now)
    clocks = queries.running_clocks([row["case_id"] for row in found])
    for row in found:
        running = clocks.get(row["case_id"], [])
        going = [c for c in running if c.state == "running"]
        row["clock"] = next(iter(going or running), None)
        row["clock_name"] = wording.clock(row["clock"].name) if row["clock"] else ""
        row["kind"] = wording.kind(row["case__kind"])
        row["category_name"] = wording.category(rules, row["category"])
        row["state"] = wording.state(row["case__kind"], row["case__state"], row["case__flow_version"])
        row["state_tone"] = wording.STATE_TONES.get(row["case__state"], "accent")
        row["priority_tone"] = wording.PRIORITY_TONES.get(row["priority"], "")
        row["priority_name"] = wording.choice(rules, "priorities", row["priority"])
        row["channel_name"] = wording.choice(rules, "channels", row["channel"])
        row["place"] = personal.shown(row)["address"]
        row["excerpt"] = mask_text(row["description"])[:EXCERPT].replace("\n", " ")


def url(row: Any) -> str:
    """Return the address of a row's page."""
    return _address("workorders:case", "-").replace("/-/", f"/{quote(row['number'])}/")


def fragment_url(row: Any) -> str:
    """Return the address where a row fetches itself again."""
    return _address("workorders:row", 0).replace("/0/", f"/{row['case_id']}/")


@cache
def _address(name: str, stand_in: Any) -> str:
    """Return the address of a page of something that stands in for a row's own: a page has a hundred addresses."""
    return reverse(name, args=(stand_in,))


def hint_rows(found: Iterable[WorkOrder], phone: str, rules: Any) -> list[dict[str, Any]]:
    """Return what the seat's form says of earlier orders of the caller or place."""
    return [
        {
            "number": order.number,
            "kind": wording.kind(order.case.kind),
            "category": wording.category(rules, order.category),
            "state": wording.state(order.case.kind, order.case.state, order.case.flow_version),
            "tone": wording.STATE_TONES.get(order.case.state, "accent"),
            "open": order.case.is_open,
            "at": order.case.opened_at,
            "same_caller": bool(phone) and order.contact_phone == phone,
            "excerpt": mask_text(order.description)[:EXCERPT],
            "unit": order.case.unit.name,
        }
        for order in found
    ]
