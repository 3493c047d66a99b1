"""The pages of the grid: devices, one device with the way up and the tree below, findings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from open95598.casework.actors import Actor
from open95598.foundation.errors import NotFound
from open95598.foundation.months import local_day
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import lists
from open95598.registry.customers.listing import name_of, tags
from open95598.registry.grid import listing, loadcharts, loadkeeping, queries, services
from open95598.registry.grid.models import GridDevice, GridLink

#: customers shown on a device's page; the others are counted
SHOWN = 20


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def devices(request: Any) -> HttpResponse:
    """Show the devices."""
    may = all(request.rights.anywhere(one) for one in (Permission.IMPORT, Permission.UNITS_MANAGE))
    opened = listing.SPEC.open(request, listing.rows(request.rights))
    return lists.render(request, "grid/list.html", opened, may_import=may)


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def findings(request: Any) -> HttpResponse:
    """Show what is wrong with the grid."""
    opened = listing.FINDINGS.open(request, listing.finding_rows(request.rights))
    return lists.render(request, "grid/findings.html", opened)


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def device(request: Any, pk: int) -> HttpResponse:
    """Show a device: the way up, what hangs below it, who is supplied by it, what fed it when."""
    found = _device(request, pk)
    people = queries.customers(request.rights, found)[:SHOWN].values(
        "id", "name", "kind", "tier", "importance", "protected")  # fmt: skip
    may = request.rights.at(Permission.CASE_DISPATCH, found.unit.lineage)
    state = queries.switched(request.rights).filter(device=found).first()
    context = {
        "device": found,
        "icons": listing.ICONS,
        "way": list(reversed(queries.way_up(request.rights, found))),
        "below": _branch(request, found),
        "hanging": queries.hanging(request.rights, found),
        "customers": [
            (one["id"], name_of(dict(one)), tags(one["tier"], one["importance"], one["protected"])) for one in people
        ],
        "links": GridLink.objects.filter(device=found).order_by("-valid_from")[:SHOWN],
        "findings": found.findings.all()[:SHOWN],
        "state": state,
        "open": state.open if state else found.normal_open,
        "dark": queries.is_dark(found),
        "may": may,
        "load": _load(request, found),
    }
    response = render(request, "grid/device.html", context)
    response["Cache-Control"] = "no-store"
    return response


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def branch(request: Any, pk: int) -> HttpResponse:
    """Show what hangs directly below a device: a branch of the tree, drawn when it is opened."""
    return render(request, "grid/_branch.html", {"below": _branch(request, _device(request, pk))})


@needs(Permission.CASE_DISPATCH)
@require_POST
def switch(request: Any, pk: int) -> HttpResponse:
    """Note that a switch was opened or closed."""
    found = _device(request, pk)
    actor = Actor.of(request.user, request.rights, "page")
    services.switch(found.pk, request.POST.get("open") == "1", "page", actor, request.now)
    messages.success(request, _("Done."))
    return redirect("grid:device", pk)


def _load(request: Any, found: GridDevice) -> dict[str, Any] | None:
    """The day of a device's load that is asked for (``load``), else the worst of the last weeks that the rulebook looks
    back; None without loads."""
    rules = loadkeeping.rules_of(found.unit.lineage, request.now)
    wanted = request.GET.get("load", "")
    first = local_day(request.now) - timedelta(days=rules.days - 1)
    days = queries.loads(found, first, rules.days)
    try:
        if (day := date.fromisoformat(wanted)) < first:
            days += queries.loads(found, day, 1)
    except ValueError:
        wanted = ""
    if not days:
        return None
    asked = next((day for day in days if local_day(day.at).isoformat() == wanted), None)
    worst = asked or max(days, key=lambda day: (day.rate or 0, day.peak))
    return {"day": worst, "asked": asked is not None, "unit": loadcharts.unit(found), "days": rules.days,
            "chart": loadcharts.curve(found, worst, rules), "grade": loadcharts.grade(worst.rate, rules)}  # fmt: skip


def _device(request: Any, pk: int) -> GridDevice:
    found = queries.devices(request.rights).select_related("unit", "parent").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such device."))
    return found


def _branch(request: Any, found: GridDevice) -> list[tuple[GridDevice, str]]:
    return [(one, listing.ICONS[one.kind]) for one in queries.children(request.rights, found)]
