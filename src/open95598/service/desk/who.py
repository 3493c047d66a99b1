"""The customer's card at the desk: who they are, what is open, what they came with before, who else has them now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from open95598.casework.inputs import phone_if_whole
from open95598.foundation.errors import NotFound
from open95598.foundation.masking import mask_name
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.registry.customers import listing, queries
from open95598.registry.customers.models import AccountParty, Customer
from open95598.registry.standing import queries as standings
from open95598.service.contacts import queries as contacts
from open95598.service.contacts.kinds import State
from open95598.service.contacts.models import Contact
from open95598.service.contacts.services import party_of
from open95598.service.workorders import accountpages, wording
from open95598.service.workorders import queries as orders
from open95598.service.workorders.models import WorkOrder

#: customers of one number that one chooses from; accounts on a card; open orders; earlier contacts
CANDIDATES, ACCOUNTS, ORDERS, EARLIER = 6, 4, 6, 5


@dataclass
class Who:
    """What the desk shows of whoever speaks. ``candidates``: (masked name, unit, account numbers) when it is not
    clear who."""

    contact: Contact | None = None
    card: queries.Card | None = None
    tags: Any = ""
    standing: standings.Standing | None = None
    candidates: list[tuple[str, str, list[str]]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    earlier: list[dict[str, Any]] = field(default_factory=list)
    colleagues: list[tuple[str, datetime]] = field(default_factory=list)
    asked: bool = False


def find(
    rights: Rights, reader: Person, contact: Contact | None, phone: str, account: str, now: datetime, rules: Any
) -> Who:
    """Return what is known of whoever speaks: by the account that was typed, else by the contact, else by the number.

    A constant number of queries, whatever the customer has.
    """
    plain = phone_if_whole(phone) if phone else (contact.phone if contact else "")
    found = Who(contact, asked=bool(plain or account or contact))
    customer = None
    if rights.anywhere(Permission.CUSTOMER_VIEW) and not (contact is not None and contact.hushed):
        customer = _customer(rights, contact, plain, account, found)
    if customer is not None:
        found.card = queries.card(customer, rights, now, most=ACCOUNTS)
        found.tags = listing.tags(found.card.tier, found.card.importance, found.card.protected)
        found.standing = standings.standing(customer, now)
    rows: Sequence[WorkOrder] = accountpages.open_orders(customer, rights, ORDERS) if customer else _of(rights, plain)
    found.orders = [_order(row) for row in rows]
    probe = contact or Contact(phone=plain, customer=customer, began_at=now)
    probe.party = party_of(probe) or (f"c{customer.pk}" if customer else "")
    found.earlier = [_contact(row, rules) for row in contacts.earlier(probe, rights)[:EARLIER]]
    found.colleagues = _colleagues(probe, reader)
    return found


def _customer(rights: Rights, contact: Contact | None, plain: str, account: str, found: Who) -> Customer | None:
    if account:
        try:
            row = queries.account(rights, account)
        except NotFound:
            row = None
        if row is not None:
            parties = AccountParty.objects.restrict(rights).filter(account=row, valid_to=None)
            first = parties.select_related("customer__unit", "customer__manager").order_by("role", "pk").first()
            return first.customer if first else None
    if contact is not None and contact.customer_id and (not plain or plain == contact.phone):
        rows = queries.customers(rights).select_related("unit", "manager")
        known: Customer | None = rows.filter(pk=contact.customer_id).first()
        return known
    several = queries.by_phone(rights, plain)[:CANDIDATES] if plain else []
    if len(several) == 1:
        return several[0]
    numbers: dict[int, list[str]] = {}
    held = AccountParty.objects.restrict(rights).filter(customer__in=several, valid_to=None, account__closed_on=None)
    for customer_id, number in held.order_by("account_id").values_list("customer_id", "account__number")[:60]:
        numbers.setdefault(customer_id, []).append(number)
    found.candidates = [(mask_name(one.name), one.unit.name, numbers.get(one.pk, [])[:ACCOUNTS]) for one in several]
    return None


def _of(rights: Rights, plain: str) -> Sequence[WorkOrder]:
    """Return the open orders of a number that belongs to nobody known."""
    if not plain:
        return ()
    rows = orders.orders(rights).filter(contact_phone=plain, case__is_open=True, confidential=False, sealed=False)
    return list(rows.order_by("-pk")[:ORDERS])


def _order(row: WorkOrder) -> dict[str, Any]:
    case = row.case
    return {
        "number": row.number,
        "kind": wording.kind(case.kind),
        "state": wording.state(case.kind, case.state, case.flow_version),
        "tone": wording.STATE_TONES.get(case.state, "accent"),
        "at": case.opened_at,
    }


def _contact(row: Contact, rules: Any) -> dict[str, Any]:
    return {
        "row": row,
        "channel": row.get_channel_display(),
        "matter": wording.category_path(rules, row.category) if row.category else "",
        "outcome": row.get_outcome_display() if row.outcome else row.get_state_display(),
    }


def _colleagues(probe: Contact, reader: Person) -> list[tuple[str, datetime]]:
    """Return who else speaks with the same customer just now (a name and since when: not what about)."""
    if not probe.party:
        return []
    rows = Contact.objects.system("who else has the same customer open").filter(party=probe.party, state=State.OPEN)
    found = rows.exclude(owner=reader).exclude(owner=None).order_by("began_at")
    return [(name, at) for name, at in found.values_list("owner__name", "began_at")[:3]]
