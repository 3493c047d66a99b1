"""The page of the figures of reliability, the outages behind each, the same as a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from open95598.control.reliability import pages, sheets, wording
from open95598.foundation import months
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: outages behind a figure that are shown on the page; the spreadsheet has them all
MOST = 200


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def figures(request: Any) -> HttpResponse:
    """Show SAIDI, SAIFI, CAIDI and RS-1 to RS-3 of a unit (``?unit=&month=2026-03``) by month and by unit (H8)."""
    page = pages.open_page(request.rights, request.now, request.GET)
    leaves = months.leaves(page.month, months.local_day(request.now))
    return render(request, "reliability/figures.html", {"page": page, "leaves": leaves, "chart": page.chart()})


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def behind(request: Any) -> HttpResponse:
    """Show the outages that made the figures of a unit's month, the most costly first; ``part`` of them."""
    page = pages.open_page(request.rights, request.now, request.GET)
    part = request.GET.get("part", "")
    part = part if part in pages.PARTS else "all"
    found = page.behind(part)
    context = {
        "page": page, "part": part, "rows": [(one, wording.cause(one.row)) for one in found[:MOST]],
        "total": len(found), "leaves": months.leaves(page.month, months.local_day(request.now)),
    }  # fmt: skip
    return render(request, "reliability/behind.html", context)


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def sheet(request: Any) -> FileResponse:
    """Give the figures as a spreadsheet: ``what`` is ``months``, ``units`` or ``outages``."""
    page = pages.open_page(request.rights, request.now, request.GET)
    what = request.GET.get("what", "")
    file = sheets.WHAT.get(what, sheets.months)(page, request.user.name, request.now)
    name = f"reliability-{page.unit.code}-{page.month:%Y-%m}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=_XLSX)
