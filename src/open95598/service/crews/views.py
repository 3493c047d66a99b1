"""The board of crews, and sending them from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from open95598.casework.actors import Actor
from open95598.foundation.people.decorators import needs
from open95598.service.crews import queries, services
from open95598.service.crews.board import Board
from open95598.service.crews.services import Sent
from open95598.service.workorders import overview


@needs(*queries.WHO)
@require_GET
def board(request: Any) -> HttpResponse:
    """Show the crews of a unit (``?unit=``; without, the highest in reach) and whom to send where."""
    unit = overview.choose(request.rights, request.GET.get("unit", ""))
    part = request.headers.get("HX-Request") == "true"
    context = {"board": Board(request.rights, unit, request.now)}
    return render(request, "crews/_board.html" if part else "crews/board.html", context)


@needs(*queries.WHO)
@require_POST
def send(request: Any) -> HttpResponse:
    """Send the crews that were chosen (``send``: case, version and owner; ``only``: that one alone), each by itself."""
    keys = [request.POST["only"]] if request.POST.get("only") else request.POST.getlist("send")
    wanted = [one for key in keys[:500] if (one := _sent(request.POST, key)) is not None]
    if not wanted:
        messages.error(request, _("Choose what a crew is to be sent to."))
    results = services.send(wanted, Actor.of(request.user, request.rights, "page"), request.now)
    done = sum(result.crew is not None for result in results)
    if done:
        messages.success(request, ngettext("%(n)s crew was sent.", "%(n)s crews were sent.", done) % {"n": done})
    for result in results:
        if result.refusal is not None:
            told = {"number": request.POST.get(f"number-{result.case_id}", "")[:60], "why": result.refusal.detail}
            messages.error(request, _("Not sent: %(number)s. %(why)s") % told)
    unit = request.POST.get("unit", "")
    return redirect(f"{reverse('crews:board')}{f'?unit={unit}' if unit.isdecimal() and len(unit) < 18 else ''}")


def _sent(data: Any, key: str) -> Sent | None:
    """Read a row of the form; None for one that names no crew, or that no page has made."""
    parts = key.split(".")
    if len(parts) != 3:
        return None
    case_id, version, owner = (_number(part) for part in parts)
    crew_id = _number(data.get(f"crew-{case_id}", ""))
    if case_id is None or version is None or crew_id is None:
        return None
    proposed = data.get(f"proposed-{case_id}", "")
    at = _moment(data.get(f"at-{case_id}", "")) if proposed == str(crew_id) else None
    return Sent(case_id, crew_id, version, owner, at)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text[:40])
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
