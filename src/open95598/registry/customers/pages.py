"""What a customer's page shows."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from open95598.foundation.errors import NotFound, Refused
from open95598.foundation.journal import hooks as journal
from open95598.foundation.journal.models import Entry
from open95598.foundation.people.forms import HouseForm
from open95598.foundation.people.policy import Rights
from open95598.registry.customers import forms as room_forms
from open95598.registry.customers import hooks, kinds, listing, queries
from open95598.registry.customers.models import ContactPoint, Customer, CustomerMerge
from open95598.registry.customers.queries import Card

#: how much of the history is shown
ENTRIES = 40
_ICONS = {
    "customer.created": "user-plus", "customer.merged": "arrows-join", "customer.shown": "eye",
    "customer.account_opened": "bolt", "customer.account_closed": "bolt-off", "customer.contact_added": "phone-plus",
    "customer.meter_changed": "dashboard",
}  # fmt: skip


def form(act: str, rights: Rights, customer: Customer, data: Any = None) -> HouseForm:
    """Return the form of an act, empty or with what was posted."""
    if act == "change":
        return room_forms.CustomerForm(rights, data, customer=customer)
    if act == "open-account":
        return room_forms.AccountForm(rights, data)
    if act == "add-party":
        card = queries.card(customer, rights, customer.created_at)
        return room_forms.PartyForm([a.number for a in card.accounts if not a.closed], data)
    return room_forms.ContactForm(data) if act == "add-contact" else room_forms.MergeForm(data)


def must_be_of(customer: Customer, contact_id: int) -> None:
    """Raise ``NotFound`` when a contact is not this customer's."""
    rows = ContactPoint.objects.system("of a customer whom one may see").filter(pk=contact_id, customer=customer)
    if not rows.exists():
        raise NotFound(_("There is no such contact."))


def must_be_merged_into(customer: Customer, merge_id: int) -> None:
    """Raise ``NotFound`` when a merger was not into this customer."""
    if not CustomerMerge.objects.filter(pk=merge_id, kept=customer).exists():
        raise NotFound(_("There is no such merger."))


def context(
    customer: Customer,
    rights: Rights,
    now: datetime,
    *,
    plain: bool = False,
    problem: Refused | None = None,
    forms: dict[str, HouseForm] | None = None,
    opened: str = "",
    other: str = "",
) -> dict[str, Any]:
    """Return what the template draws. ``plain``: the reveal was written down just now.

    ``opened``: the act whose form stands open; ``other``: the id that the form of a merger begins with.
    """
    card = queries.card(customer, rights, now, plain=plain)
    # the form of a change holds the name in full: it is offered to whoever looks on record only
    acts = ("add-contact", "open-account", "add-party", "merge") if card.may_edit else ()
    acts = (*acts, "change") if card.may_edit and (plain or "change" in (forms or {}) or not _masked(card)) else acts
    made = {act: form(act, rights, customer) for act in acts}
    if other.isdecimal() and "merge" in made:
        made["merge"] = room_forms.MergeForm(initial={"other": other})
    made |= forms or {}
    drawn = [panel for make in hooks.panels if (panel := make(customer, rights))]
    return {
        "customer": customer,
        "card": card,
        "tags": listing.tags(card.tier, card.importance, card.protected),
        "kind": kinds.PartyKind(card.kind).label,
        "contacts": [(c, kinds.ContactKind(c.kind).label, _purposes(c.consents)) for c in card.contacts],
        "accounts": [_account(a) for a in card.accounts],
        "panels": drawn,
        "entries": history(customer),
        "merges": list(CustomerMerge.objects.filter(kept=customer, undone_at=None).order_by("-pk")[:5]),
        "forms": {act.replace("-", "_"): one for act, one in made.items()},
        "opened": opened,
        "problem": problem,
    }


def history(customer: Customer, account: str = "") -> list[dict[str, Any]]:
    """Return the newest entries of a customer's stream (about one account), without personal content."""
    found: list[dict[str, Any]] = []
    for entry in Entry.objects.filter(stream=customer.stream).order_by("-seq")[:ENTRIES]:
        body = json.loads(entry.body)
        data = body.get("data") or {}
        if account and data.get("account") != account:
            continue
        found.append(
            {
                "at": entry.at,
                "who": body["actor"][1],
                "title": journal.names.get(entry.kind, entry.kind),
                "icon": _ICONS.get(entry.kind, "point"),
                "body": " · ".join(str(data[name]) for name in ("account", "why", "reason") if data.get(name)),
            }
        )
    return found


def _masked(card: Card) -> bool:
    return card.kind == kinds.PartyKind.PERSON


def _purposes(given: tuple[str, ...]) -> list[tuple[str, Any, bool]]:
    return [(code, label, code in given) for code, label in kinds.Purpose.choices]


def _account(one: queries.AccountCard) -> dict[str, Any]:
    agreement, words = one.agreement, []
    if agreement:
        words = [
            kinds.PriceClass(agreement.price_class).label, kinds.SupplySource(agreement.source).label,
            kinds.SupplyRelation(agreement.relation).label, kinds.SupplyNature(agreement.nature).label,
            kinds.LoadGrade(agreement.load_grade).label,
        ]  # fmt: skip
    return {
        "account": one,
        "role": kinds.PartyRole(one.role).label,
        "classes": words,
        "expires": agreement.expires_on if agreement else None,
        "facts": one.facts,
    }
