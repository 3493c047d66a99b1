"""``/api/v1/reliability``: SAIDI, SAIFI, CAIDI, AIHC-1, RS-1 to RS-3 by month and unit, and the outages behind."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Query, Router, Schema
from pydantic import Field

from open95598.control.reliability import bad, improvements, loadpages, pages
from open95598.foundation.rulebook import store
from open95598.service.workorders import overview
from open95598.service.workorders.api import Month, UnitCode, unit_id_of

router = Router(tags=["reliability"])
MOST = 1000


class ReliabilityOut(Schema):
    """Figures of a month (its first day) or a unit. Null where there is nothing to divide by."""

    name: str
    month: str
    customers: int = Field(description="usage points of the month")
    outages: int
    customers_interrupted: int
    customer_minutes: str
    saidi_minutes: str | None
    saifi: str | None
    caidi_minutes: str | None
    aihc1_hours: str | None
    rs1_percent: str | None
    rs2_percent: str | None = Field(description="without what came from outside")
    rs3_percent: str | None = Field(description="without rationing")


class ReliabilityFiguresOut(Schema):
    """The figures of a unit with everything below it."""

    unit: str
    months: list[ReliabilityOut] = Field(description="twelve months, the oldest first")
    year_to_date: ReliabilityOut
    units: list[ReliabilityOut] = Field(description="units directly below, in the month")


class InterruptionOut(Schema):
    """An outage behind a month's figures. ``customer_minutes`` and ``customers_interrupted``: in that month."""

    number: str
    planned: bool
    place: str
    cause: str
    external: bool
    rationing: bool
    dark_since: datetime
    light_at: datetime | None
    customers_interrupted: int
    customer_minutes: str


class InterruptionsOut(Schema):
    """The most costly first; ``total`` counts those that are not listed as well."""

    unit: str
    month: str
    total: int
    items: list[InterruptionOut]


class FrequentLineOut(Schema):
    """A line or device that was out again and again; ``improvement``: id of the open one, null when there is none."""

    device: str
    name: str
    unit: str
    times: int
    alert: bool
    last: datetime
    improvement: int | None


class FrequentLinesOut(Schema):
    """Lines and devices, those out most often first."""

    since: datetime
    items: list[FrequentLineOut]


class LoadedLineOut(Schema):
    """A line or transformer that was heavily loaded or overloaded: ``percent`` of its rating held as long as the
    rulebook says; ``minutes`` heavy or worse in all; ``improvement``: id of the open one, null when there is none."""

    device: str
    name: str
    unit: str
    grade: Literal["heavy", "overloaded"]
    rated: float | None = Field(description="A of a line, kVA of anything else")
    percent: float
    peak: float | None
    peak_at: datetime | None
    days: int
    overloaded_days: int
    minutes: int
    overloaded_minutes: int
    usage_points: int
    improvement: int | None


class LoadedLinesOut(Schema):
    """Lines and transformers, the worst first; ``total`` counts those that are not listed as well."""

    unit: str
    start: datetime
    end: datetime
    total: int
    items: list[LoadedLineOut]


def _page(request: Any, unit: str, month: str) -> pages.Page:
    return pages.open_page(request.rights, request.now, {"unit": unit_id_of(unit) or "", "month": month})


@router.get("/reliability", response=ReliabilityFiguresOut, summary="Reliability of supply")
def figures(request: Any, unit: UnitCode = "", month: Month = "") -> Any:
    """Return the figures of twelve months up to ``month`` (2026-02; default: the present one)."""
    page = _page(request, unit, month)
    return {
        "unit": page.unit.code, "months": [_line(line) for line in page.year], "year_to_date": _line(page.to_date),
        "units": [_line(line) for line in page.below],
    }  # fmt: skip


def _line(line: pages.Line) -> dict[str, Any]:
    def text(name: str) -> str | None:
        value = getattr(line, name)
        return None if value is None else str(value)

    return {
        "name": line.name, "month": line.month.isoformat(), "customers": line.customers, "outages": line.sums.events,
        "customers_interrupted": line.sums.interrupted,
        "customer_minutes": str(pages.rounded(line.sums.minutes, 3)), "saidi_minutes": text("saidi"),
        "saifi": text("saifi"), "caidi_minutes": text("caidi"), "aihc1_hours": text("aihc"),
        "rs1_percent": text("rs1"), "rs2_percent": text("rs2"), "rs3_percent": text("rs3"),
    }  # fmt: skip


@router.get("/reliability/outages", response=InterruptionsOut, summary="Outages behind the figures of a month")
def behind(
    request: Any,
    unit: UnitCode = "",
    month: Month = "",
    part: Annotated[Literal["all", "fault", "planned", "external", "rationing"], Query()] = "all",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 200,
) -> Any:
    """Return the outages that made the figures of a month."""
    page = _page(request, unit, month)
    found = page.behind(part)
    return {
        "unit": page.unit.code, "month": page.month.isoformat(), "total": len(found),
        "items": [
            {
                "number": one.row.number, "planned": one.row.planned, "place": one.row.place, "cause": one.row.cause,
                "external": one.row.external, "rationing": one.row.rationing, "dark_since": one.row.start,
                "light_at": one.row.end, "customers_interrupted": one.sums.interrupted,
                "customer_minutes": str(one.customer_minutes),
            }
            for one in found[:limit]
        ],
    }  # fmt: skip


@router.get("/reliability/lines", response=FrequentLinesOut, summary="Lines that are out frequently")
def lines(request: Any, unit: UnitCode = "") -> Any:
    """Return the lines and devices that were out as often as the rulebook says (C8)."""
    here = overview.choose(request.rights, str(unit_id_of(unit) or ""))
    rules = store.current(request.now, here.lineage).reliability.frequent
    found = bad.frequent(request.rights, here.id, rules, request.now)
    going = improvements.open_of([one.device for one in found])
    return {
        "since": bad.since(rules, request.now),
        "items": [
            {"device": one.device, "name": one.name, "unit": one.unit_name, "times": one.times, "alert": one.alert,
             "last": one.last, "improvement": going.get(one.device)}
            for one in found
        ],
    }  # fmt: skip


@router.get("/reliability/loads", response=LoadedLinesOut, summary="Lines that are heavily loaded or overloaded")
def loads(
    request: Any,
    unit: UnitCode = "",
    month: Month = "",
    grade: Annotated[Literal["", "heavy", "overloaded"], Query()] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 200,
) -> Any:
    """Return the lines and transformers of a month, or of the last days without one (DOMAIN 4)."""
    asked = {"unit": unit_id_of(unit) or "", "month": month, "grade": grade}
    page = loadpages.open_page(request.rights, request.now, asked, most=limit)
    return {
        "unit": page.unit.code, "start": page.when.start, "end": page.when.end, "total": page.total,
        "items": [
            {
                "device": one.device.code, "name": str(one.device), "unit": one.device.unit.name, "grade": one.grade,
                "rated": one.worst.rated if one.worst else None, "percent": round(one.rate, 2),
                "peak": one.worst.peak if one.worst else None, "peak_at": one.worst.peak_at if one.worst else None,
                "days": one.days, "overloaded_days": one.over_days, "minutes": one.minutes,
                "overloaded_minutes": one.over_minutes, "usage_points": one.device.points,
                "improvement": page.going.get(one.device.code),
            }
            for one in page.rows
        ],
    }  # fmt: skip
