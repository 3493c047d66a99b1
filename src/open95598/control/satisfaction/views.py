"""The pages of the figures: the indices explained, what people enter, the cases behind a number, paper and sheet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from open95598.casework.actors import Actor
from open95598.control.satisfaction import papers, presenting, queries, services, wording
from open95598.control.satisfaction.models import Name
from open95598.foundation import months
from open95598.foundation.errors import Invalid
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.foundation.units import queries as tree
from open95598.service.workorders import overview
from open95598.service.workorders import wording as orders

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _wanted(request: Any, given: Any) -> tuple[UnitFacts, date]:
    """Return the unit and the month asked for: without a wish the highest in reach, and this month."""
    unit = overview.choose(request.rights, given.get("unit", ""))
    return unit, months.parse(given.get("month", "")) or months.of(request.now)


def _figures(request: Any) -> queries.Figures:
    unit, month = _wanted(request, request.GET)
    return queries.figures(request.rights, unit, month, request.now)


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def show(request: Any) -> HttpResponse:
    """Show the indices of a unit and a month (``?unit=&month=2026-03``), each line with its formula and its cases."""
    return _page(request, _figures(request))


def _page(
    request: Any, found: queries.Figures, *, typed: Any = None, errors: Any = None, status: int = 200
) -> HttpResponse:
    newest = months.of(request.now)
    context = {
        "found": found,
        "month": presenting.month_text(found.month),
        "before": presenting.month_text(months.moved(found.month, -1)),
        "after": presenting.month_text(months.moved(found.month, 1)) if found.month < newest else "",
        "panels": [
            (_("Service index"), "", presenting.value(found.service), presenting.lines(found, found.service),
             presenting.missing(found.service)),
            (_("Marketing norm rate"), "%", presenting.value(found.norm), presenting.lines(found, found.norm),
             presenting.missing(found.norm)),
        ],
        "tables": [
            (_("Content customers by unit"), _("Unit"), found.by_unit, True),
            (_("Content customers by kind of order"), _("Kind of order"), found.by_kind, False),
            (_("Content customers by caller"), pgettext("call-back", "Caller"), found.by_person, False),
            (_("Content customers by way"), pgettext("rating", "Way"), [_way(rate) for rate in found.by_way], False),
        ],
        "not_content_url": presenting.behind_url(found.unit, found.month, "not_content"),
        "inputs": [(i, (typed or {}).get(i.name), (errors or {}).get(i.name)) for i in found.inputs],
        "may_enter": request.rights.at(Permission.CASE_SUPERVISE, found.unit.lineage),
        "may_export": request.rights.at(Permission.EXPORT, found.unit.lineage),
    }  # fmt: skip
    return render(request, "satisfaction/figures.html", context, status=status)


def _way(rate: queries.Rate) -> queries.Rate:
    return queries.Rate(wording.WAYS.get(rate.name, rate.name), rate.rated, rate.content, rate.small)


@needs(Permission.CASE_SUPERVISE)
@require_POST
def enter(request: Any) -> HttpResponse:
    """Enter the numbers of a unit and a month."""
    unit, month = _wanted(request, request.POST)
    values = {name: request.POST[name] for name in Name.values if name in request.POST}
    try:
        actor = Actor.of(request.user, request.rights, "page")
        count = services.enter(tree.get(unit.id), month, values, actor, request.now)
    except Invalid as refusal:
        found = queries.figures(request.rights, unit, month, request.now)
        return _page(request, found, typed=values, errors=refusal.fields, status=422)
    messages.success(request, ngettext("%(n)d number entered.", "%(n)d numbers entered.", count) % {"n": count})
    return redirect(f"{reverse('satisfaction:show')}?unit={unit.id}&month={presenting.month_text(month)}")


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def behind(request: Any) -> HttpResponse:
    """Show the cases behind a number: those that the reader may see."""
    unit, month = _wanted(request, request.GET)
    what = request.GET.get("what", "handled")
    if what not in queries.BEHIND:
        raise Http404
    rows = queries.behind(request.rights, unit, month, what, request.now)
    shown = [
        (order, orders.kind(order.case.kind),
         orders.category_path(store.get(order.case.rulebook_version), order.category),
         orders.choice(store.get(order.case.rulebook_version), "satisfaction", order.satisfaction))
        for order in rows[: queries.MOST]
    ]  # fmt: skip
    context = {
        "unit": unit, "month": presenting.month_text(month), "title": wording.BEHIND[what], "rows": shown,
        "total": rows.count() if len(shown) == queries.MOST else len(shown),
    }  # fmt: skip
    return render(request, "satisfaction/behind.html", context)


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def pdf(request: Any) -> HttpResponse:
    """Hand the figures out as an A4 PDF."""
    found = _figures(request)
    response = HttpResponse(papers.pdf(found, request.user.name, request.now), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="indices-{found.unit.code}-{found.month:%Y-%m}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@needs(Permission.EXPORT)
@require_GET
def sheet(request: Any) -> HttpResponseBase:
    """Hand the figures out as a spreadsheet; that is written down."""
    found = _figures(request)
    actor = Actor.of(request.user, request.rights, "page")
    services.tell_export(tree.get(found.unit.id), found.month, "xlsx", actor, request.now)
    name = f"indices-{found.unit.code}-{found.month:%Y-%m}.xlsx"
    file = papers.sheet(found, request.user.name, request.now)
    return FileResponse(file, as_attachment=True, filename=name, content_type=_SHEET)
