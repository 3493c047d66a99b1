"""The clerk's list of appointments: a day's, and what nobody settled; kept, missed, cancelled."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.foundation.errors import NotFound, Refused
from open95598.foundation.masking import mask_address, mask_name, mask_phone
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.registry.customers import services as registry
from open95598.service.hall import booking
from open95598.service.hall.flows import FLOW
from open95598.service.hall.models import Appointment

#: acts of the list, by the flow's names
ACTS = ("keep", "miss", "cancel")


def day_of(text: str) -> date | None:
    """Return a day written as 2026-03-02; None for anything else, and for years that nobody books in."""
    try:
        found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return found if found and 2000 <= found.year < 2100 else None


def of_day(rights: Rights, day: date) -> list[Appointment]:
    """Return the appointments of a local day that one may see, by their time."""
    begin = timezone.make_aware(datetime.combine(day, time()))
    rows = Appointment.objects.restrict(rights).filter(starts_at__gte=begin, starts_at__lt=begin + timedelta(days=1))
    return list(rows.select_related("case", "unit", "account").order_by("starts_at", "pk")[:500])


def unsettled(rights: Rights, before: date) -> list[Appointment]:
    """Return what is over since before a local day and nobody said whether the customer came."""
    end = timezone.make_aware(datetime.combine(before, time()))
    rows = Appointment.objects.restrict(rights).filter(active=True, starts_at__lt=end)
    return list(rows.select_related("case", "unit", "account").order_by("starts_at", "pk")[:100])


def get(rights: Rights, code: str) -> Appointment:
    """Return an appointment that one may see. Raises ``NotFound``."""
    found: Appointment | None = (
        Appointment.objects.restrict(rights).select_related("case", "unit", "customer").filter(code=code).first()
    )
    if found is None:
        raise NotFound(_("There is no such appointment."))
    return found


@needs(Permission.CASE_NOTE)
@require_safe
def appointments(request: Any) -> HttpResponse:
    """Show the appointments of a day (``day``; today without)."""
    return _list(request)


def _list(request: Any, shown: Appointment | None = None, problem: Refused | None = None) -> HttpResponse:
    today = timezone.localtime(request.now).date()
    day = day_of(request.GET.get("day", "")) or today
    context = {
        "day": day,
        "previous": day - timedelta(days=1),
        "following": day + timedelta(days=1),
        "today": today,
        "rows": [_row(request, row, shown) for row in of_day(request.rights, day)],
        "left": [_row(request, row, shown) for row in unsettled(request.rights, day)] if day == today else [],
        "problem": problem,
    }
    return render(request, "hall/desk.html", context, status=problem.status if problem else 200)


def _row(request: Any, row: Appointment, shown: Appointment | None) -> dict[str, Any]:
    plain = shown is not None and shown.pk == row.pk
    rules = store.current(request.now, tuple(row.unit.lineage)).hall
    what, matter = booking.label(rules.booking(row.booking), row)
    language = get_language()
    actor = Actor.of(request.user, request.rights, "page")
    possible = casework.possible(row.case, row, actor, request.now) if row.active else []
    return {
        "row": row,
        "what": what.in_(language),
        "matter": matter.in_(language),
        "name": row.name if plain else mask_name(row.name),
        "phone": row.phone if plain else mask_phone(row.phone),
        "address": row.address if plain else mask_address(row.address),
        "plain": plain,
        "state": FLOW.state(row.case.state).label,
        "acts": [action for action, reason in possible if action.name in ACTS and reason is None],
        "late": row.active and row.ends_at < request.now,
    }


@needs(Permission.CASE_NOTE)
@require_POST
def show(request: Any, code: str) -> HttpResponse:
    """Show who an appointment is with, for a reason that is written down."""
    row = get(request.rights, code)
    actor = Actor.of(request.user, request.rights, "page")
    try:
        registry.reveal(row.customer_id, ["name", "phone", "address"], request.POST.get("why", ""), actor, request.now)
    except Refused as refusal:
        return _list(request, problem=refusal)
    return _list(request, shown=row)


@needs(Permission.CASE_NOTE)
@require_POST
def act(request: Any, code: str, name: str) -> HttpResponse:
    """Say that the customer came, or did not, or that we cannot keep the appointment."""
    row = get(request.rights, code)
    if name not in ACTS:
        raise NotFound(_("There is no such action."))
    note = request.POST.get("note", "").strip()
    actor = Actor.of(request.user, request.rights, "page")
    try:
        casework.perform(row.pk, name, actor, request.now, data={"note": note} if note else {})
    except Refused as refusal:
        return _list(request, problem=refusal)
    messages.success(request, _("Noted."))
    return redirect(f"{reverse('hall:desk')}?day={timezone.localtime(row.starts_at):%Y-%m-%d}")
