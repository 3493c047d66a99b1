"""The demonstration's page: the simulator's switch, what it did lately, storms, and a tour. Only in a demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from open95598.casework import registry
from open95598.foundation import clock
from open95598.foundation.errors import Invalid, NotFound
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.units.models import Unit
from open95598.project.demo import playing
from open95598.project.demo.models import Deed, Storm
from open95598.project.demo.simulator import play_row
from open95598.project.demo.tour import STEPS
from open95598.service.workorders.models import WorkOrder

_SHOWN = 30


@needs(Permission.DEMO_PLAY)
def index(request: HttpRequest) -> HttpResponse:
    """Show the simulator and the tour."""
    _only_here()
    now = request.now  # type: ignore[attr-defined]
    play = play_row()
    found = {
        "play": play,
        "speeds": playing.SPEEDS,
        "rate": clock.rate(),
        "now": now,
        "deeds": _deeds(request),
        "cities": Unit.objects.filter(level="city", closed_on=None).order_by("lineage"),
        "storms": Storm.objects.filter(ends_at__gt=now).select_related("city").order_by("ends_at"),
        "steps": STEPS,
        "password": settings.DEMO_PASSWORD,
    }
    return render(request, "demo/index.html", found)


@needs(Permission.DEMO_PLAY)
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Start (with a speed) or stop the simulator."""
    _only_here()
    now: Any = request.now  # type: ignore[attr-defined]
    person: Any = request.user
    if request.POST.get("do") == "stop":
        playing.stop(person, now)
        messages.success(request, _("The simulator rests."))
        return redirect("demo:index")
    try:
        playing.start(person, now, speed=float(request.POST.get("speed", "60")))
    except ValueError:
        raise Invalid(_("Some fields need your attention."), fields={"speed": _("Give a number.")}) from None
    messages.success(request, _("The simulator plays."))
    return redirect("demo:index")


@needs(Permission.DEMO_PLAY)
@require_POST
def storm(request: HttpRequest) -> HttpResponse:
    """Let a storm come over a city."""
    _only_here()
    city = Unit.objects.filter(code=request.POST.get("city", ""), level="city").first()
    if city is None:
        raise NotFound(_("There is no such unit."))
    playing.storm(request.user, city, request.now)  # type: ignore[arg-type,attr-defined]
    messages.success(request, _("A storm comes over %(city)s.") % {"city": city.name})
    return redirect("demo:index")


def _only_here() -> None:
    if not settings.DEMO:
        raise NotFound(_("This installation is no demonstration."))


def _deeds(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what the simulator did lately, of the cases that the person may see."""
    rights = request.rights  # type: ignore[attr-defined]
    rows = list(Deed.objects.select_related("person", "case").order_by("-id")[:_SHOWN])
    orders = WorkOrder.objects.restrict(rights).filter(case_id__in=[row.case_id for row in rows])
    numbers = dict(orders.values_list("case_id", "number"))
    return [
        {
            "at": row.at,
            "who": row.person.name if row.person else "",
            "what": _action(row.case.kind, row.action),
            "number": numbers.get(row.case_id, ""),
            "kind": registry.flow(row.case.kind).label.in_(get_language()),
        }
        for row in rows
    ]


def _action(kind: str, name: str) -> str:
    action = registry.flow(kind).action(name)
    return str(action.label.in_(get_language())) if action else _("Registered")
