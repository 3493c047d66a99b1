"""``/api/v1/indicators``: how promises were kept, and units side by side."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import get_language
from ninja import Query, Router, Schema
from pydantic import Field

from open95598.control.indicators import pages
from open95598.control.indicators.comparing import Count
from open95598.service.workorders.api import Month, UnitCode, unit_id_of

router = Router(tags=["indicators"])
Level = Annotated[str, Query(pattern=f"^({'|'.join(pages.LEVELS)})?$", description="a level of units")]


class MonthOut(Schema):
    """Counts of a month (its first day); ``share`` of the kept in per cent, null when no order has told."""

    month: str
    kept: int
    broken: int
    pending: int
    share: float | None


class PromiseOut(Schema):
    """A promise of the rulebook. ``measured`` false: nothing tells of it yet, ``awaits`` says what would. Of the
    reliability of supply customer-minutes are counted, with and without supply."""

    code: str
    number: int
    label: str
    measured: bool
    awaits: str
    source: str
    months: list[MonthOut] = Field(description="twelve months, the oldest first")


class SubstantiatedOut(Schema):
    """Complaints received in a month (its first day) that were found substantiated, also in part, of so many orders."""

    month: str
    complaints: int
    orders: int


class PromisesOut(Schema):
    """The promises of a unit with everything below it."""

    unit: str
    counted_at: datetime | None
    promises: list[PromiseOut]
    substantiated: list[SubstantiatedOut] = Field(description="twelve months; counted for the unit at fault")


class CellOut(Schema):
    """A unit's share in one measure; ``rank`` is null with too few cases."""

    measure: str
    share: float | None
    told: int
    rank: int | None
    few: bool


class PeerOut(Schema):
    """A unit among its peers."""

    unit: str
    name: str
    cells: list[CellOut]


class PeersOut(Schema):
    """Units of one level side by side; median and best are of all units of the level with enough cases."""

    level: str
    month: str
    medians: dict[str, float | None]
    best: dict[str, float | None]
    peers: list[PeerOut]


@router.get("/indicators/promises", response=PromisesOut, summary="How promises were kept")
def promises(request: Any, unit: UnitCode = "", month: Month = "") -> Any:
    """Return the promises with the counts of twelve months up to ``month`` (2026-02; default: the present one)."""
    unit_id_of(unit)
    page = pages.open_page(request.rights, request.now, {"unit": unit, "month": month})
    language = get_language()
    return {
        "unit": page.unit.code,
        "counted_at": page.counted,
        "promises": [
            {
                "code": s.promise.code, "number": s.promise.number, "label": s.promise.label.in_(language),
                "measured": s.measured, "source": s.promise.source,
                "awaits": s.promise.awaits.in_(language) if s.promise.awaits else "",
                "months": [_month(m, c) for m, c in zip(page.months, s.year, strict=True)],
            }
            for s in page.promises
        ],
        "substantiated": [
            {"month": m.isoformat(), "complaints": c.bad, "orders": c.told}
            for m, c in zip(page.months, page.substantiated, strict=True)
        ],
    }  # fmt: skip


def _month(month: Any, count: Count) -> dict[str, Any]:
    return {
        "month": month.isoformat(), "kept": count.good, "broken": count.bad, "pending": count.pending,
        "share": count.share,
    }  # fmt: skip


@router.get("/indicators/peers", response=PeersOut, summary="Units side by side")
def peers(request: Any, level: Level = "", month: Month = "") -> Any:
    """Return the units of a level that the account may look at, each with its share and rank in every measure."""
    page = pages.open_page(request.rights, request.now, {"level": level, "month": month})
    return {
        "level": page.level,
        "month": page.month.isoformat(),
        "medians": {code: found.median for code, found in page.compared.items()},
        "best": {code: found.best for code, found in page.compared.items()},
        "peers": [
            {
                "unit": peer.unit.code, "name": peer.unit.name,
                "cells": [
                    {"measure": code, "share": cell.count.share, "told": cell.count.told, "rank": cell.rank,
                     "few": cell.few}
                    for code, cell in zip(page.columns, peer.cells, strict=True)
                ],
            }
            for peer in page.peers
        ],
    }  # fmt: skip
