"""Appointments of a customer: what is ahead, booking one, cancelling."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.rulebook import store
from open95598.service.hall import booking
from open95598.service.hall.booking import Offer
from open95598.service.hall.flows import FLOW
from open95598.service.hall.layout import page, signed_in
from open95598.service.hall.signing import Guest
from open95598.service.hall.slots import Slot
from open95598.service.portal.pages.layout import moment, told


@require_safe
@signed_in
def visits(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Show the customer's appointments and what can be booked."""
    now, language = moment(request), get_language()
    rules = store.current(now, tuple(guest.account.unit.lineage)).hall
    rows = []
    for row in booking.mine(guest, now):
        what, matter = booking.label(rules.booking(row.booking), row)
        state = FLOW.state(row.case.state).label.in_(language)
        rows.append((row, what.in_(language), matter.in_(language), state, row.active and row.ends_at > now))
    offers = [(one, one.rule.label.in_(language), _first(one)) for one in booking.offers(guest, now)]
    context = {"rows": rows, "offers": offers, "here": "visits", "said": request.GET.get("said", "")}
    return page(request, guest, "hall/visits.html", context)


def _first(offer: Offer) -> datetime | None:
    return next((slot.starts_at for slot in offer.slots if slot.left), None)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def book(request: HttpRequest, guest: Guest, code: str) -> HttpResponse:
    """Show the free times of an offer; posted, book one."""
    now = moment(request)
    if request.method != "POST":
        return _book(request, guest, code)
    said = {name: request.POST.get(name, "")[:2000] for name in ("at", "matter", "words")}
    try:
        booking.book(guest, code, _moment(said["at"]), said["matter"], said["words"], now)
    except Invalid as refusal:
        return _book(request, guest, code, said, {str(n): str(r) for n, r in refusal.fields.items()}, status=422)
    except Impossible as refusal:
        return _book(request, guest, code, said, held_up=told(refusal), status=refusal.status)
    return redirect(f"{reverse('hall:visits')}?said=booked")


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else datetime.min.replace(tzinfo=timezone.get_current_timezone())
    except ValueError:
        return datetime.min.replace(tzinfo=timezone.get_current_timezone())


def _book(
    request: HttpRequest, guest: Guest, code: str, said: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None, *, held_up: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    language = get_language()
    found = next((one for one in booking.offers(guest, moment(request)) if one.rule.code == code), None)
    if found is None:
        return redirect("hall:visits")
    context = {
        "offer": found,
        "name": found.rule.label.in_(language),
        "matters": [(one.code, one.label.in_(language)) for one in found.rule.matters],
        "days": [(day, list(of)) for day, of in groupby(found.slots, key=_day)],
        "said": said or {},
        "wrong": wrong or {},
        "held_up": held_up,
        "here": "visits",
    }
    return page(request, guest, "hall/book.html", context, status)


def _day(slot: Slot) -> date:
    return timezone.localtime(slot.starts_at).date()


@require_POST
@signed_in
def cancel(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Cancel an appointment."""
    booking.cancel(guest, request.POST.get("code", "")[:16], moment(request))
    return redirect(f"{reverse('hall:visits')}?said=cancelled")
