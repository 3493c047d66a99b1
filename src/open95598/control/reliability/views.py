"""The pages of reliability: figures with the outages behind them, lines that are out again and again, improvements."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from open95598.control.reliability import (
    bad,
    improvementpages,
    improvements,
    improving,
    loadpages,
    pages,
    sheets,
    wording,
)
from open95598.control.reliability.models import Ground
from open95598.foundation import months
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.ui import lists
from open95598.registry.grid.kinds import DeviceKind
from open95598.service.workorders import directory, overview
from open95598.service.workorders.actionforms import ActionForm
from open95598.service.workorders.views_case import Around, act, actor_of

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


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def lines(request: Any) -> HttpResponse:
    """Show the lines and devices of a unit that were out again and again, with their improvements (C8)."""
    unit = overview.choose(request.rights, request.GET.get("unit", ""))
    rules = store.current(request.now, unit.lineage).reliability.frequent
    found = bad.frequent(request.rights, unit.id, rules, request.now)
    going = improvements.open_of([one.device for one in found])
    context = {
        "unit": unit, "rules": rules, "since": bad.since(rules, request.now),
        "rows": [(one, DeviceKind(one.kind).label, going.get(one.device)) for one in found],
        "path": [u for u in directory.units() if u.id in unit.lineage
                 and request.rights.at(Permission.OVERVIEW_VIEW, u.lineage)],
        "below": [u for u in directory.units() if u.lineage[:-1] == unit.lineage],
        "may_begin": any(map(request.rights.anywhere, improving.DOES)),
    }  # fmt: skip
    return render(request, "reliability/lines.html", context)


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def loads(request: Any) -> HttpResponse:
    """Show the lines and transformers of a unit that were heavily loaded or overloaded (C8): ``month`` (2026-03; the
    last days without it), ``grade``, ``kind``."""
    page = loadpages.open_page(request.rights, request.now, request.GET)
    may_begin = any(map(request.rights.anywhere, improving.DOES))
    may_see = request.rights.anywhere(Permission.CUSTOMER_VIEW)
    context = {"page": page, "may_begin": may_begin, "may_see": may_see}
    return render(request, "reliability/loads.html", context)


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def load_sheet(request: Any) -> FileResponse:
    """Give that list, all of it, as a spreadsheet."""
    page = loadpages.open_page(request.rights, request.now, request.GET, most=loadpages.SHEET)
    file = loadpages.sheet(page, request.user.name, request.now)
    name = f"load-{page.unit.code}-{page.label}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=_XLSX)


@needs(*improving.DOES)
@require_POST
def begin(request: Any) -> HttpResponse:
    """Begin the improvement of a ``device`` that is on the list."""
    given = request.POST
    ground = Ground.LOAD if given.get("ground") == Ground.LOAD else Ground.OUTAGES
    row = improvements.begin(
        given.get("device", "")[:120], actor_of(request), request.now, ground, given.get("month", "")
    )
    messages.success(request, _("The improvement has begun."))
    return redirect("reliability:improvement", row.pk)


@needs(Permission.CASE_VIEW)
@require_GET
def listed(request: Any) -> HttpResponse:
    """Show the improvements that one may see."""
    rows = improvements.improvements(request.rights).select_related(None).values(*improvementpages.VALUES)
    return lists.render(request, "reliability/improvements.html", improvementpages.SPEC.open(request, rows))


@needs(Permission.CASE_VIEW)
@require_GET
def improvement(request: Any, pk: int) -> HttpResponse:
    """Show an improvement: why it began, its plan, whether outages went down."""
    page = improvementpages.page_of(request.rights, pk, actor_of(request), request.now)
    return render(request, "reliability/improvement.html", {"page": page})


@needs(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def action(request: Any, pk: int, name: str) -> HttpResponse:
    """Show the form of an action or perform it."""
    row = improvements.get(request.rights, pk)

    def make(request: Any, form: ActionForm | None) -> Any:
        return improvementpages.page_of(request.rights, pk, actor_of(request), request.now, form)

    around = Around("reliability/improvement.html", "reliability/_improvement.html", "#improvement", row.number, make)
    return act(request, around, row.case, row, name, reverse("reliability:action", args=(pk, name)))
