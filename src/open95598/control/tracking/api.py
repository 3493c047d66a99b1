"""``/api/v1``: where an order is and why, the promises one keeps, the orders that stand still."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Query, Router, Schema
from pydantic import Field

from open95598.control.tracking import queries
from open95598.foundation.people.policy import Permission
from open95598.service.workorders import promises
from open95598.service.workorders import queries as orders

router = Router(tags=["tracking"])
PAGE = 100


class TrackLineOut(Schema):
    """A sentence about an order: ``about`` is where, why, asked or stands; ``code`` names the sentence."""

    about: str
    code: str
    words: str
    pressing: bool


class TrackOut(Schema):
    """Where an order is, why it stands there, who was asked."""

    number: str
    kind: str
    state: str
    due_at: datetime | None
    progress_at: datetime | None = Field(description="when somebody last did something about it")
    stands: bool
    lines: list[TrackLineOut]


class TracksOut(Schema):
    """Tracks of orders; ``next`` is given back as ``after`` for the following page."""

    tracks: list[TrackOut]
    next: int | None


@router.get("/work-orders/{number}/track", response=TrackOut, summary="Where is it, and why does it stand there?")
def track(request: Any, number: str) -> Any:
    """Return the lines about one order."""
    order = orders.get(request.rights, number)
    return _out(request, [order.pk])[0]


@router.get("/tracking/promises", response=TracksOut, summary="The promises that I keep")
def kept(request: Any, after: int = Query(0, ge=0, le=2**62), limit: int = Query(50, ge=1, le=PAGE)) -> Any:
    """Return the open promises of the account, and of those it stands in for, by their age."""
    return _page(request, promises.kept_for(request.rights).select_related(None), after, limit)


@router.get("/tracking/standing", response=TracksOut, summary="Orders that stand still")
def standing(request: Any, after: int = Query(0, ge=0, le=2**62), limit: int = Query(50, ge=1, le=PAGE)) -> Any:
    """Return the orders on which nothing was done for too long, by their age."""
    if not request.rights.anywhere(Permission.OVERVIEW_VIEW):
        return {"tracks": [], "next": None}
    return _page(request, queries.standing(request.rights, request.now), after, limit)


def _page(request: Any, found: Any, after: int, limit: int) -> dict[str, Any]:
    ids = list(found.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[: limit + 1])
    shown = ids[:limit]
    return {"tracks": _out(request, shown), "next": shown[-1] if len(ids) > limit else None}


def _out(request: Any, ids: list[int]) -> list[dict[str, Any]]:
    lines = queries.told(ids, request.rights, request.now)
    rows = orders.orders(request.rights).filter(pk__in=ids).order_by("pk").values(
        "case_id", "number", "case__kind", "case__state", "case__due_at", "case__track__progress_at",
        "case__track__stands_at", "case__is_open",
    )  # fmt: skip
    return [
        {
            "number": row["number"], "kind": row["case__kind"], "state": row["case__state"],
            "due_at": row["case__due_at"], "progress_at": row["case__track__progress_at"],
            "stands": bool(row["case__is_open"] and row["case__track__stands_at"]
                           and row["case__track__stands_at"] <= request.now),
            "lines": [
                {"about": t.line.about, "code": t.line.code, "words": t.words, "pressing": t.line.pressing}
                for t in lines.get(row["case_id"], [])
            ],
        }
        for row in rows
    ]  # fmt: skip
