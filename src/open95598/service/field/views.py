"""The pages of field sheets: the list, a sheet to be entered, its paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from open95598.casework.actors import Actor
from open95598.foundation.errors import Refused
from open95598.foundation.people.decorators import needs
from open95598.service.field import pages, papers, queries, services
from open95598.service.field.models import FieldSheet


def _actor(request: Any) -> Actor:
    return Actor.of(request.user, request.rights, "page")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


@needs(*queries.WHO)
@require_GET
def sheets(request: Any) -> HttpResponse:
    """Show the newest sheets of one's units, and the form of a new one; ``?number=``: the sheet of that number."""
    wanted = request.GET.get("number", "").strip().upper().removeprefix("XC-")
    if (pk := _number(wanted)) is not None and queries.sheets(request.rights).filter(pk=pk).exists():
        return redirect("field:sheet", pk)
    context = {"sheets": queries.sheets(request.rights)[: queries.SHOWN], "units": queries.units(request.rights)}
    context["crews"] = queries.crews(request.rights)[: queries.MOST_PEOPLE]
    return render(request, "field/list.html", context | {"wanted": request.GET.get("number", "")[:20]})


@needs(*queries.WHO)
@require_POST
def make(request: Any) -> HttpResponse:
    """Make a sheet of a unit's open repairs."""
    try:
        unit, crew = _number(request.POST.get("unit")), _number(request.POST.get("crew"))
        made = services.make(_actor(request), unit or 0, crew, request.now)
    except Refused as refusal:
        messages.error(request, " ".join(dict.fromkeys(map(str, refusal.fields.values()))) or str(refusal.detail))
        return redirect("field:sheets")
    return redirect("field:sheet", made.pk)


@needs(*queries.WHO)
@require_http_methods(["GET", "POST"])
def sheet(request: Any, pk: int) -> HttpResponse:
    """Show a sheet, a row a repair; posted, record what was filled in."""
    found = queries.get(request.rights, pk)
    if request.method == "GET":
        return _page(request, found)
    crew = _number(request.POST.get("crew"))
    given = pages.given(request.POST)
    whole = request.POST.get("how") == "whole"
    try:
        results = services.enter(found, given, _actor(request), request.now, crew_id=crew, whole=whole)
    except Refused as refusal:
        return _page(request, found, given=given, problem=str(refusal.detail), status=refusal.status)
    done, bad = sum(bool(one.done) for one in results), sum(bool(one.problems) for one in results)
    if bad:
        said = ngettext("%(bad)s row needs your attention.", "%(bad)s rows need your attention.", bad) % {"bad": bad}
        said += " " + (_("Nothing was recorded.") if not done else _("Recorded: %(done)s.") % {"done": done})
        problems = {one.line.place: one.problems for one in results if one.problems}
        left = {place: row for place, row in given.items() if place in problems or not done}
        return _page(request, found, given=left, problem=said, problems=problems, status=422)
    if done:
        messages.success(request, ngettext("%(done)s row recorded.", "%(done)s rows recorded.", done) % {"done": done})
    else:
        messages.info(request, _("Nothing new on this sheet: everything was recorded before."))
    return redirect("field:sheet", pk)


def _page(
    request: Any, found: FieldSheet, *, given: Any = None, problem: str = "", problems: Any = None, status: int = 200
) -> HttpResponse:
    page = pages.page_of(found, request.rights, _actor(request), request.now, given or {}, problems or {})
    context = {"page": page, "problem": problem, "heads": list(pages.titles().values())}
    return render(request, "field/sheet.html", context, status=status)


@needs(*queries.WHO)
@require_http_methods(["GET", "POST"])
def paper(request: Any, pk: int) -> HttpResponse:
    """Hand the sheet out as a PDF: masked, or (posted, with a reason that is written down) with customers' data."""
    found = queries.get(request.rights, pk)
    plain: dict[int, dict[str, str]] = {}
    if request.method == "POST":
        plain = services.print_open(found, _actor(request), request.POST.get("why", ""), request.now)
    language = get_language() or "zh-hans"
    content = papers.pdf(found, request.rights, plain, request.user.name, request.now, language)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
