"""What this room tells the rooms below: names of journal entries, the seat's form filled from a contact and linked with
it, what erasure must reach."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.casework.actors import Actor
from open95598.foundation.errors import NotFound
from open95598.foundation.journal import hooks as journal
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.service.contacts import queries, services
from open95598.service.contacts.kinds import Link
from open95598.service.contacts.models import Contact, ContactOrder
from open95598.service.workorders import hooks as orders
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.redaction import Identity

#: rooms above say where one goes on with a conversation in hand (the desk); else to its page
in_hand: list[Callable[[Contact], str]] = []
#: panels on the left of the desk (one's chats): (request, the contact in hand or None) → panel; None: nothing to show
desk_panels: list[Callable[[Any, Contact | None], orders.Panel | None]] = []
#: panels of rooms above on a contact's page: (row, rights, now) → panel; None when there is nothing to show
further_panels: list[Callable[[Contact, Rights, datetime], orders.Panel | None]] = []


def address_of(row: Contact) -> str:
    """Return where one goes on with a contact: to the desk while it is in hand, else to its page."""
    if row.done_at is None:
        for further in in_hand:
            return further(row)
    return reverse("contacts:contact", args=(row.code,))


def bar(person_id: int, now: datetime) -> dict[str, Any]:
    """Return what the bar of somebody shows: what is in hand, with until when one works up at most. One query."""
    rows = queries.current(person_id)
    minutes = store.current(now).desk.after_contact_minutes if rows else None
    most = timedelta(minutes=minutes) if minutes else None
    shown = [
        {"row": row, "url": address_of(row), "due_at": row.ended_at + most if row.ended_at and most else None}
        for row in rows
    ]
    return {"takes": True, "contacts": shown}


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    journal.names |= {
        "contact.began": _("Contact begun"),
        "contact.passed": _("Contact passed on"),
        "contact.linked": _("Contact linked with an order"),
        "contact.ended": pgettext_lazy("contact", "Contact ended"),
        "contact.recorded": pgettext_lazy("contact", "Contact written down afterwards"),
        "contact.done": _("After-contact work finished"),
        "contact.shown": _("Personal data shown"),
    }
    orders.seat_values.append(seat_values)
    orders.seat_registered.append(seat_registered)
    orders.further_words.append(orders.Kept(words_about, forget_words))


def _contact_of(request: Any, code: str) -> Contact | None:
    """Return the contact that the seat's form is filled in for: one's own, not finished."""
    try:
        row = queries.get(request.rights, code) if code else None
    except NotFound:
        return None
    return row if row is not None and row.owner_id == request.user.pk and not row.done_at else None


def seat_values(request: Any) -> Mapping[str, str]:
    """Return what the contact (``?contact=CODE``) says of the fields of the seat's form."""
    row = _contact_of(request, request.GET.get("contact", "")[:20])
    if row is None:
        return {}
    channel = {"chat": "web", "webhook": ""}.get(row.channel, row.channel)
    told = {
        "contact": row.code, "contact_phone": row.phone, "contact_name": row.name, "description": row.words,
        "kind": row.kind, "category": row.category, "channel": channel,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def seat_registered(request: Any, order: WorkOrder) -> None:
    """Link an order that the seat registered with the contact that it was registered in."""
    row = _contact_of(request, request.POST.get("contact", "")[:20])
    if row is not None:
        services.link(row, order, Link.MADE, Actor.of(request.user, request.rights, "page"), request.now)


def _about(case_ids: Collection[int], who: Identity) -> Any:
    """Return the contacts that hold words about orders of somebody to be forgotten."""
    linked = ContactOrder.objects.filter(case_id__in=list(case_ids)).values("contact_id")
    return Contact.objects.system("erasure").filter(pk__in=linked, hushed=False)


def words_about(case_ids: Collection[int], who: Identity) -> int:
    """Return how many contacts hold words about these orders."""
    return int(_about(case_ids, who).count())


def forget_words(case_ids: Collection[int], who: Identity) -> None:
    """Take who it was, and the words, out of the contacts about these orders; the figures stay."""
    _about(case_ids, who).update(name="", phone="", words="", party="", customer=None, account=None, source_ref="")
