"""The pages of the shift handover."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import CaseClock, ClockState
from open95598.foundation.errors import Forbidden, Refused
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.service.shifts import papers, queries, services
from open95598.service.shifts.flows import FLOW
from open95598.service.shifts.models import Handover
from open95598.service.shifts.wording import KINDS


def _actor(request: Any) -> Actor:
    return Actor.of(request.user, request.rights, "page")


@needs(Permission.CASE_APPROVE)
@require_http_methods(["GET", "POST"])
def overview(request: Any) -> HttpResponse:
    """Show past handovers and who has open promises; posted, prepare a handover."""
    unit = queries.desk_of(request.rights, request.user)
    if unit is None:
        raise Forbidden(_("You may not hand over the shift of this unit."))
    if request.method == "POST":
        leaving = [int(text) for text in request.POST.getlist("leaving") if text.isdecimal() and len(text) < 18]
        try:
            made = services.prepare(unit, leaving, _actor(request), request.now)
        except Refused as refusal:
            messages.error(request, str(refusal.detail))
            return redirect("shifts:overview")
        return redirect("shifts:handover", made.pk)
    rows = list(queries.handovers(request.rights)[: queries.SHOWN])
    context = {
        "unit": unit,
        "keepers": queries.keepers(request.rights, unit),
        "rows": [(row, FLOW.state(row.case.state).label) for row in rows],
        "under_way": next((row for row in rows if row.case.is_open and row.case.unit_id == unit.pk), None),
    }
    return render(request, "shifts/overview.html", context)


@needs(Permission.CASE_APPROVE)
@require_GET
def handover(request: Any, pk: int) -> HttpResponse:
    """Show a handover: its list, and what can be done with it."""
    return _page(request, queries.get(request.rights, pk))


def _page(request: Any, found: Handover, problem: Refused | None = None, status: int = 200) -> HttpResponse:
    rows = queries.items(found, request.rights)
    possible = casework.possible(found.case, found, _actor(request), request.now)
    clock = CaseClock.objects.filter(case_id=found.pk, name="handover").exclude(state=ClockState.STOPPED).first()
    context = {
        "found": found,
        "state": FLOW.state(found.case.state).label,
        "groups": [(kind, name, [row for row in rows if row.item.kind == kind]) for kind, name in KINDS.items()],
        "count": len(rows),
        "actions": possible,
        "editable": found.case.state == "prepared",
        "clock": clock,
        "problem": problem,
    }
    return render(request, "shifts/handover.html", context, status=status)


@needs(Permission.CASE_APPROVE)
@require_POST
def act(request: Any, pk: int, action: str) -> HttpResponse:
    """Keep the notes, hand over, sign, take back or discard."""
    found = queries.get(request.rights, pk)
    actor, now = _actor(request), request.now
    text = request.POST.get("version", "")
    version = int(text) if text.isdecimal() and len(text) < 10 else None
    try:
        if action in ("note", "hand_over"):
            keys = [
                name for name in request.POST if name.startswith("note-") and name[5:].isdecimal() and len(name) < 23
            ]
            notes = {int(name[5:]): request.POST[name] for name in keys}
            services.note(found, notes, request.POST.get("remarks", ""), actor, now)
        if action == "sign":
            passed, stayed = services.sign(found, actor, now, version=version)
            said = _("Signed for. Promises that you keep now: %(passed)d; settled or not yours to see: %(stayed)d.")
            messages.success(request, said % {"passed": passed, "stayed": stayed})
        elif action != "note":
            casework.perform(found.pk, action, actor, now, version=version)
    except Refused as refusal:
        return _page(request, queries.get(request.rights, pk), refusal, refusal.status)
    return redirect("shifts:handover", pk)


@needs(Permission.CASE_APPROVE)
@require_GET
def paper(request: Any, pk: int) -> HttpResponse:
    """Hand the list out as an A4 PDF."""
    found = queries.get(request.rights, pk)
    content = papers.pdf(found, queries.items(found, request.rights), request.user.name, request.now)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="handover-{pk}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
