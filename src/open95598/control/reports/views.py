"""The page of the process report: choose, read, sign; as PDF and spreadsheet."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.control.reports import documents, pages, services
from open95598.control.reports.models import ProcessReport
from open95598.foundation.errors import Refused
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission

SHOWN = 12
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _page(request: Any, params: Any) -> pages.ReportPage:
    return pages.open_page(Actor.of(request.user, request.rights, "page"), request.now, params)


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def show(request: Any) -> HttpResponse:
    """Show a unit's month, and the reports that there are of the unit."""
    page = _page(request, request.GET)
    there = ProcessReport.objects.restrict(request.rights).filter(unit_id=page.unit.id).select_related("case", "person")
    address = {"unit": page.unit.id, "month": page.month.strftime("%Y-%m")}
    address |= {"below": 1} if page.below else {}
    address |= {"mine": 1} if page.person and page.report is None else {}
    address = {"report": page.report.pk} if page.report is not None else address
    context = {
        "page": page,
        "units": pages.reach(request.rights),
        "reports": there.order_by("-month", "-case_id")[:SHOWN],
        "query": urlencode(address),
    }
    return render(request, "reports/process.html", context)


@needs(Permission.OVERVIEW_VIEW)
@require_POST
def prepare(request: Any) -> HttpResponse:
    """Open the report of a unit's month, of oneself or of the whole unit."""
    page = _page(request, request.POST)
    try:
        report = services.prepare(pages.unit_of(page), page.month, page.actor, request.now, person=page.person)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("reports:process"))
    return _to(report.pk)


@needs(Permission.OVERVIEW_VIEW)
@require_POST
def act(request: Any, pk: int, action: str) -> HttpResponse:
    """Sign, countersign, send back, supplement."""
    actor = Actor.of(request.user, request.rights, "page")
    try:
        casework.perform(pk, action, actor, request.now, data={"note": request.POST.get("note", "")})
    except Refused as refusal:
        reasons = "; ".join(str(reason) for reason in getattr(refusal, "fields", {}).values())
        messages.error(request, f"{refusal} {reasons}".strip())
    else:
        messages.success(request, _("Done."))
    newest = ProcessReport.objects.restrict(request.rights).filter(supplements_id=pk).order_by("-case_id").first()
    return _to(newest.pk if action == "supplement" and newest is not None else pk)


def _to(pk: int) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('reports:process')}?report={pk}")


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def pdf(request: Any) -> HttpResponse:
    """Give the report that the page shows as a PDF."""
    paper = _page(request, request.GET).paper()
    return _file(documents.pdf(paper), "application/pdf", paper, "pdf")


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def sheet(request: Any) -> FileResponse:
    """Give the report that the page shows as a spreadsheet."""
    paper = _page(request, request.GET).paper()
    return FileResponse(
        documents.spreadsheet(paper), as_attachment=True, filename=f"{_name(paper)}.xlsx", content_type=_XLSX
    )


def _file(body: bytes, media_type: str, paper: documents.Paper, ending: str) -> HttpResponse:
    response = HttpResponse(body, content_type=media_type)
    response["Content-Disposition"] = f'inline; filename="{_name(paper)}.{ending}"'
    return response


def _name(paper: documents.Paper) -> str:
    return paper.number or f"process-report-{paper.month}"
