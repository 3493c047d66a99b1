"""Orders as rows of lists: what a row shows, worked out for a whole page at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import quote

from django.db.models import QuerySet
from django.urls import reverse

from open95598.foundation.journal import hooks as journal
from open95598.foundation.masking import mask_text
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.service.workorders import attaching, hooks, personal, queries, wording
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.similar import Found

#: what a row is read as: no model objects, one query
VALUES = (
    "case_id", "number", "category", "priority", "description", "contact_name", "contact_phone", "address", "channel",
    "anonymous", "confidential", "case__kind", "case__state", "case__flow_version", "case__is_open",
    "case__confidential", "case__opened_at", "case__closed_at", "case__due_at", "case__warn_at", "case__breached",
    "case__unit__name", "case__owner__name", "case__version",
)  # fmt: skip
#: what is read as well for those who judge orders
SCORED = ("score__points", "case__scope")
EXCERPT = 60


def read(rows: QuerySet[WorkOrder], rights: Rights | None = None) -> QuerySet[Any]:
    """Return the orders as plain values; with their score for rights that judge orders."""
    judges = rights is not None and rights.anywhere(Permission.CASE_QUALITY_VIEW)
    return rows.select_related(None).values(*VALUES, *(SCORED if judges else ()))


def dress(found: Sequence[dict[str, Any]], now: datetime, rights: Rights | None = None) -> None:
    """Add to each row what is shown of it: names, masked words, the clock that ends first. One query for all.

    A score is shown where the reader judges: they may see an order that they do not judge.
    """
    rules = store.current(now)
    clocks = queries.running_clocks([row["case_id"] for row in found])
    marks = hooks.marks_of([row["case_id"] for row in found])
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
        row["marks"] = marks.get(row["case_id"], ())
        row["place"] = personal.shown(row)["address"]
        row["excerpt"] = mask_text(row["description"])[:EXCERPT].replace("\n", " ")
        if "score__points" in row:
            judged = rights is not None and rights.at(Permission.CASE_QUALITY_VIEW, row["case__scope"])
            row["points"] = row["score__points"] if judged else None


def classes(row: Any) -> str:
    """Return the classes of a row: one that a room above marked so stands out."""
    return "is-pressing" if any(mark.line for mark in row.get("marks", ())) else ""


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


def similar_rows(found: Iterable[Found], rules: Any, phone: str = "") -> list[dict[str, Any]]:
    """Return what the seat's form says of orders that may be about the same matter.

    ``phone``: the caller's number, as far as it is known: to another customer's order a call is not attached.
    """
    return [
        {
            "number": one.row["number"],
            "kind": wording.kind(one.row["case__kind"]),
            "category": wording.category(rules, one.row["category"]),
            "state": wording.state(one.row["case__kind"], one.row["case__state"], one.row["case__flow_version"]),
            "tone": wording.STATE_TONES.get(one.row["case__state"], "accent"),
            "open": one.row["case__is_open"],
            "another": not (one.row["confidential"] or attaching.same_customer(one.row["contact_phone"], phone)),
            "at": one.row["case__opened_at"],
            "unit": one.row["case__unit__name"],
            "excerpt": mask_text(one.row["description"])[:EXCERPT],
            "likely": one.similar.likely,
            "reasons": [_reason(code, one.similar.share) for code in one.similar.reasons],
            "last": journal.names.get(one.last_kind, "") if one.last_kind else "",
            "last_at": one.last_at,
        }
        for one in found
    ]


def _reason(code: str, share: float) -> str:
    text = str(wording.REASONS[code])
    return f"{text} {share:.0%}" if code == "words" else text
