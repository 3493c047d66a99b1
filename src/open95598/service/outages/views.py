"""The pages of outages: the list, one outage with its explanation and what can be done, the storm board."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.ui import lists
from open95598.foundation.units.models import Unit
from open95598.service.outages import (
    linepage,
    listing,
    mappage,
    mapping,
    pages,
    panels,
    proposing,
    queries,
    restorations,
    storm,
    weather,
)
from open95598.service.outages import wording as own
from open95598.service.outages.estimating import load_of
from open95598.service.outages.kinds import Weather
from open95598.service.workorders import overview
from open95598.service.workorders.actionforms import ActionForm
from open95598.service.workorders.views_case import Around, act, actor_of


@needs(Permission.CASE_VIEW)
@require_GET
def listed(request: Any) -> HttpResponse:
    """Show the outages that one may see."""
    found = listing.SPEC.open(request, listing.read(queries.outages(request.rights)))
    listing.dress(found.page.rows)
    return lists.render(request, "outages/list.html", found)


@needs(Permission.CASE_VIEW)
@require_GET
def case(request: Any, pk: int) -> HttpResponse:
    """Show an outage: where it is and why, who is inside, what can be done."""
    page = pages.page_of(request.rights, pk, actor_of(request), request.now)
    return render(request, "outages/case.html", {"page": page})


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def board(request: Any) -> HttpResponse:
    """Show the storm board of a unit (``?unit=``; without, the highest in reach) over so many ``hours``."""
    unit = overview.choose(request.rights, request.GET.get("unit", ""))
    span = request.GET.get("hours", "")
    found = storm.load(request.rights, unit, request.now, int(span) if span in map(str, storm.SPANS) else storm.SPAN)
    part = request.headers.get("HX-Request") == "true"
    rules = store.current(request.now).outages
    outages, crews = restorations.load_now(unit.id, request.now)
    context = {
        "board": found, "dark": storm.dark_chart(found), "reports": storm.report_chart(found),
        "weather": weather.current(unit.lineage, request.now, rules.weather_hours), "weathers": Weather.choices,
        "may_note": request.rights.at(Permission.OUTAGE_REPORT, unit.lineage),
        "outages_a_crew": outages / crews if crews else None, "crews": crews,
        "load": own.load(load_of(outages, crews, rules.busy_above, rules.stretched_above)),
    }  # fmt: skip
    context["panels"] = [panel for further in panels.board if (panel := further(request, found))]
    return render(request, "outages/_board.html" if part else "outages/board.html", context)


@needs(Permission.OUTAGE_REPORT)
@require_POST
def weather_(request: Any) -> HttpResponse:
    """Note the weather of a unit now, as the shift leader sees it."""
    unit = Unit.objects.filter(pk=overview.choose(request.rights, request.POST.get("unit", "")).id)[0]
    seen = [weather.Seen(unit, request.now, request.POST.get("weather", ""))]
    weather.note(seen, "page", actor_of(request), request.now)
    messages.success(request, _("Noted."))
    return redirect(f"{reverse('outages:board')}?{urlencode({'unit': unit.pk})}")


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def restorations_(request: Any) -> HttpResponse:
    """Show how estimates of restorations did on the house's own outages, beside what people were told."""
    judged = restorations.Judged(request.now, store.current(request.now).outages)
    return render(request, "outages/restorations.html", {"judged": judged, "rows": own.judged(judged)})


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def map_(request: Any) -> HttpResponse:
    """Show the map of a unit (``?unit=``), all of it or the window that ``x``, ``y`` and ``width`` ask for; ``layer``:
    those that are on, when they were ``chosen``."""
    unit = overview.choose(request.rights, request.GET.get("unit", ""))
    window = mapping.asked(*(request.GET.get(name, "") for name in ("x", "y", "width")))
    part = request.headers.get("HX-Request") == "true"
    layers = request.GET.getlist("layer")[:20] if "chosen" in request.GET else None
    page = mappage.MapPage(request.rights, unit, window, request.now, layers)
    return render(request, "outages/_map.html" if part else "outages/map.html", {"page": page})


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def line(request: Any, pk: int) -> HttpResponse:
    """Show the feeder that a device belongs to as a tree: what is dark, who reported, what is silent beside it."""
    return render(request, "outages/line.html", {"page": linepage.load(request.rights, pk, request.now)})


@needs(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def action(request: Any, pk: int, name: str) -> HttpResponse:
    """Show the form of an action or perform it."""
    row = queries.get(request.rights, pk)

    def make(request: Any, form: ActionForm | None) -> Any:
        return pages.page_of(request.rights, pk, actor_of(request), request.now, form)

    def proposes(name: str) -> dict[str, str]:
        return proposing.of(row, name, request.now)

    around = Around("outages/case.html", "outages/_case.html", "#outage", row.number, make, proposes)
    return act(request, around, row.case, row, name, reverse("outages:action", args=(pk, name)))
