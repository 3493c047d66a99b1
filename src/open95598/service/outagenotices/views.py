"""The pages of the house: what was told to whom, the phone list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from open95598.casework.actors import Actor
from open95598.casework.models import CaseClock
from open95598.foundation.errors import NotFound
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import lists, marks
from open95598.registry.customers.listing import name_of, tags
from open95598.service.outagenotices import limits, listing, queries, sending, telling
from open95598.service.outagenotices.telling import Told
from open95598.service.workorders import hooks as orders

#: calls shown at once
SHOWN = 50


@needs(Permission.CASE_VIEW)
@require_GET
def broadcasts(request: Any) -> HttpResponse:
    """Show what customers were told of outages, and what became of it."""
    found = listing.SPEC.open(request, listing.read(queries.broadcasts(request.rights)))
    listing.dress(found.page.rows)
    may_look = request.rights.anywhere(Permission.OUTBOX_VIEW)
    return lists.render(request, "outagenotices/list.html", found, may_look=may_look)


@needs(Permission.CASE_VIEW)
@require_GET
def of(request: Any, pk: int) -> HttpResponse:
    """Lead to the page of an outage that something was told of."""
    for hook in orders.further_addresses:
        if url := hook(pk):
            return redirect(url)
    raise NotFound(_("There is no such case."))


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def calls(request: Any) -> HttpResponse:
    """Show who is to be called, those on life support first."""
    return _calls(request, {})


def _calls(request: Any, numbers: Mapping[int, str]) -> HttpResponse:
    """Show the phone list; ``numbers``: those in full, by the notice's id."""
    rows = list(queries.calls(request.rights)[: SHOWN + 1])
    clocks = limits.clocks({one.broadcast.case_id for one in rows})
    language, zone = (get_language() or "zh")[:2], timezone.get_current_timezone()
    found = [
        {
            "row": one, "outage": one.broadcast.told["number"],
            "say": telling.text(one.broadcast.what, Told.of(one.broadcast.told), language, zone, settings.HOTLINE),
            "call_by": _until(clocks.get(one.broadcast.case_id), request.now),
            "name": name_of({"name": one.customer.name, "kind": one.customer.kind}),
            "tags": tags(one.customer.tier, one.customer.importance, one.customer.protected),
            "phone": one.contact.value if one.contact else "", "number": numbers.get(one.pk, ""),
        }
        for one in rows[:SHOWN]
    ]  # fmt: skip
    return render(request, "outagenotices/calls.html", {
        "calls": found, "more": len(rows) > SHOWN,
        "may_reveal": request.rights.anywhere(Permission.PERSONAL_REVEAL),
    })  # fmt: skip


def _until(clock: CaseClock | None, now: datetime) -> Any:
    return marks.DASH if clock is None else marks.clock_bar(clock, now, "", compact=True)


@needs(Permission.CUSTOMER_VIEW)
@require_POST
def reached(request: Any, pk: int) -> HttpResponse:
    """Note that somebody was reached by telephone."""
    sending.reached(_seen(request, pk), _actor(request), request.now)
    messages.success(request, _("Done."))
    return redirect("outagenotices:calls")


@needs(Permission.CUSTOMER_VIEW)
@require_POST
def unanswered(request: Any, pk: int) -> HttpResponse:
    """Note that nobody answered: they are called again after the others."""
    sending.unanswered(_seen(request, pk), _actor(request), request.now)
    messages.success(request, _("Noted: they come up again after the others."))
    return redirect("outagenotices:calls")


@needs(Permission.PERSONAL_REVEAL)
@require_POST
def number(request: Any, pk: int) -> HttpResponse:
    """Show the list with one number in full, on record."""
    return _calls(request, {pk: sending.number_of(_seen(request, pk), _actor(request), request.now)})


def _seen(request: Any, pk: int) -> int:
    """Return a notice's id where the reader sees it on the phone list. Raises ``NotFound``."""
    if not queries.calls(request.rights).filter(pk=pk).exists():
        raise NotFound(_("There is no such notice."))
    return pk


def _actor(request: Any) -> Actor:
    return Actor.of(request.user, request.rights, "page")
