"""What this room tells the rooms below: drafts in the seat's form, the way to the desk, the script on a contact."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from open95598.casework.inputs import phone_if_whole
from open95598.foundation.people.policy import Rights
from open95598.service.contacts import hooks as contacts
from open95598.service.contacts.models import Contact
from open95598.service.desk import drafts, running
from open95598.service.desk.models import Draft
from open95598.service.workorders import hooks as orders
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.redaction import Identity

#: what an address says of the matter: then a draft of another one does not come back
SAYS = ("description", "kind", "category", "account")


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    orders.seat_values.append(seat_values)
    orders.seat_drafts.append(seat_draft)
    orders.seat_registered.append(seat_registered)
    orders.seat_leads.append(seat_leads)
    orders.further_words.append(orders.Kept(words_about, forget_words))
    contacts.in_hand.append(address_of)
    contacts.further_panels.append(script_panel)


def address_of(row: Contact) -> str:
    """Return the desk with a contact in hand."""
    return f"{reverse('desk:desk')}?{urlencode({'contact': row.code})}"


def key_of(code: str) -> str:
    """Return the key of the draft that goes with a contact's code ("" without one)."""
    return code.strip().upper()[:20].replace("\x00", "")


def seat_values(request: Any) -> Mapping[str, str]:
    """Return what was typed before; nothing when the address says what it is about."""
    given = request.GET
    if any(given.get(name) for name in SAYS):
        return {}
    return drafts.values(drafts.of(request.user.pk, key_of(given.get("contact", "")), request.now))


def seat_draft(request: Any) -> drafts.Kept:
    """Return where the form's words are kept."""
    given = request.GET if request.method == "GET" else request.POST
    key = key_of(given.get("contact", ""))
    row = drafts.of(request.user.pk, key, request.now)
    back = row is not None and bool(row.content) and not any(given.get(name) for name in SAYS)
    return drafts.Kept(reverse("desk:draft"), row.version if row else 0, row.saved_at if row and back else None)


def seat_registered(request: Any, order: WorkOrder) -> None:
    """Throw the draft of what is an order now away."""
    key, form_key = key_of(request.POST.get("contact", "")), request.POST.get("form_key", "")
    drafts.drop(request.user.pk, key, request.now, form_key)


def seat_leads(request: Any, order: WorkOrder) -> str | None:
    """Lead back to the desk with the order's number, when it was registered there and may be seen."""
    if "desk" not in request.POST:
        return None
    told = {"contact": key_of(request.POST.get("contact", "")), "made": order.number}
    return f"{reverse('desk:desk')}?{urlencode(told)}"


def script_panel(row: Contact, rights: Rights, now: datetime) -> orders.Panel | None:
    """Return the guided scripts of a contact, with the ways they took."""
    found = running.of_contact(row)
    return orders.Panel("desk/_scripts_of_contact.html", found) if found else None


def _about(who: Identity) -> list[Draft]:
    """Return the drafts that hold who is to be forgotten."""
    plain = phone_if_whole(who.phone) if who.phone else ""
    if not plain:
        return []
    typed = Draft.objects.filter(content__has_key="contact_phone")
    return [row for row in typed if phone_if_whole(row.content["contact_phone"]) == plain]


def words_about(case_ids: Collection[int], who: Identity) -> int:
    """Return how many drafts hold the telephone number of who is to be forgotten."""
    return len(_about(who))


def forget_words(case_ids: Collection[int], who: Identity) -> None:
    """Delete the drafts that hold the telephone number of who is to be forgotten."""
    Draft.objects.filter(pk__in=[row.pk for row in _about(who)]).delete()
