"""``/api/v1/reports``: the month-end process report, as the page shows it."""

from __future__ import annotations

from typing import Any

from ninja import Router, Schema
from pydantic import Field

from open95598.casework.actors import Actor
from open95598.control.reports import figures, pages
from open95598.service.workorders.api import Month, UnitCode, unit_id_of

router = Router(tags=["reports"])


class ReportLineOut(Schema):
    """A clerk's figures in the order of ``columns``; an empty name: orders that nobody has in hand."""

    name: str
    counts: list[int]


class SectionOut(Schema):
    """One side of a unit's work: ``first_contact`` or ``handling``."""

    section: str
    lines: list[ReportLineOut]
    total: list[int]


class ReportOut(Schema):
    """A unit's month. ``number`` empty: nobody has prepared a report; ``frozen``: these are the signed figures."""

    unit: str
    month: str
    number: str
    state: str
    frozen: bool
    digest: str = Field(description="SHA-256 of what was signed; the journal has the same")
    columns: list[str]
    sections: list[SectionOut]


@router.get("/reports/process", response=ReportOut, summary="The month-end process report of a unit")
def process(request: Any, unit: UnitCode = "", month: Month = "", below: bool = False) -> Any:
    """Return a unit's month (``unit`` by code, ``month`` like 2026-02; default: one's own unit, the month before).

    ``below``: with all units below, counted now.
    """
    unit_id_of(unit)
    actor = Actor.of(request.user, request.rights, "api")
    page = pages.open_page(actor, request.now, {"unit": unit, "month": month, "below": "1" if below else ""})
    report = page.report
    return {
        "unit": page.unit.code,
        "month": page.month.isoformat(),
        "number": report.number if report else "",
        "state": report.case.state if report else "",
        "frozen": page.frozen,
        "digest": report.digest if report else "",
        "columns": list(figures.COLUMNS),
        "sections": [
            {
                "section": section,
                "lines": [{"name": row.name, "counts": list(row.counts)} for row in page.figures.sections[section]],
                "total": list(page.figures.total(section)),
            }
            for section in figures.SECTIONS
        ],
    }
