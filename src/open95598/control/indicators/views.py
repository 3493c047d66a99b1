"""The page of the promises and of units side by side, the cases behind each figure, the same as a spreadsheet."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from open95598.control.indicators import pages
from open95598.control.indicators.comparing import SUBSTANTIATED
from open95598.foundation import months
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.transfer.writing import Column, Watermark, workbook
from open95598.foundation.ui import lists
from open95598.foundation.units.models import UnitLevel
from open95598.service.workorders import directory, rows, worklist
from open95598.service.workorders.models import WorkOrder

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAYS = {
    pages.KEPT: gettext_lazy("kept"), pages.BROKEN: gettext_lazy("broken"), pages.PENDING: gettext_lazy("not due yet"),
}  # fmt: skip


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def promises(request: Any) -> HttpResponse:
    """Show how the promises were kept in a month, and the units of one level side by side (H16)."""
    page = pages.open_page(request.rights, request.now, request.GET)
    units = [u for u in directory.units() if request.rights.at(Permission.OVERVIEW_VIEW, u.lineage)]
    present = {u.level for u in directory.units()}
    context = {
        "page": page,
        "units": units,
        "months": [months.moved(months.of(request.now), -back) for back in range(pages.MONTHS + 1)],
        "levels": [(str(level), UnitLevel(level).label) for level in pages.LEVELS if level in present],
        "query": urlencode({"unit": page.unit.id, "month": page.month.strftime("%Y-%m"), "level": page.level}),
        "chart": page.chart() if page.peers else None,
    }
    return render(request, "indicators/promises.html", context)


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def cases(request: Any) -> HttpResponse:
    """Show the orders behind a figure, as far as the reader may see them."""
    page = pages.open_page(request.rights, request.now, request.GET)
    says = request.GET.get("says", "")
    says = says if says in SAYS else pages.BROKEN
    code = request.GET.get("promise", "")
    promise = next((p for p in page.rules.tracking.promises if p.code == code), None)
    found = WorkOrder.objects.restrict(request.rights).filter(
        case__track__month=page.month, case__track__confidential=False
    )
    if code == SUBSTANTIATED:
        found = found.filter(case__track__fault_unit__lineage__contains=[page.unit.id])
    else:
        told = {f"case__track__{says}__contains": [code]}
        found = found.filter(case__scope__contains=[page.unit.id], **told)
    newest = lists.Order("newest", _("Newest first"), ("-case__opened_at", "-case_id"))
    spec = lists.ListSpec(
        name="promise-cases",
        columns=worklist.COLUMNS,
        orders=(newest,),
        load=lambda shown: rows.read(shown, request.rights),
        row_url=rows.url,
        row_id=lambda row: row["case_id"],
        row_case=lambda row: row["case_id"],
        empty_title=_("No order here"),
        empty_text=_("Figures count orders that you may not see as well."),
    )
    listing = spec.open(request, found)
    rows.dress(listing.page.rows, request.now, request.rights)
    title = promise.label.in_(get_language()) if promise else code
    context = {"page": page, "title": title, "says": SAYS[says]}
    if code == SUBSTANTIATED:
        context |= {"title": _("Substantiated complaints"), "says": ""}
    return lists.render(request, "indicators/cases.html", listing, **context)


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def sheet(request: Any) -> FileResponse:
    """Give the comparison of units as a spreadsheet: counts and shares, with the figures of the screen."""
    page = pages.open_page(request.rights, request.now, request.GET)
    columns = [Column("unit", _("Unit"), width=24)]
    for code, (name, _meaning) in page.columns.items():
        columns.append(Column(f"{code}_share", _("%(figure)s, per cent") % {"figure": name}, kind="number"))
        columns.append(Column(f"{code}_told", _("%(figure)s, cases") % {"figure": name}, kind="number"))
        columns.append(Column(f"{code}_rank", _("%(figure)s, rank") % {"figure": name}, kind="number"))
    records = []
    for peer in page.peers:
        line: list[Any] = [peer.unit.name]
        for cell in peer.cells:
            share = cell.count.share
            line += [None if share is None else round(share, 2), cell.count.told, cell.rank]
        records.append(line)
    month = page.month.strftime("%Y-%m")
    mark = Watermark(request.user.name, request.now, f"{_('Units side by side')} {month}")
    file = workbook(columns, records, sheet=month, watermark=mark, meta={"title": _("Units side by side")})
    return FileResponse(file, as_attachment=True, filename=f"peers-{month}.xlsx", content_type=_XLSX)
