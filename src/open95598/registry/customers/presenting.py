"""Customers as values: for the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from open95598.registry.customers.queries import AccountCard, Card, Hit


def hit(found: Hit) -> dict[str, Any]:
    """Return a customer found."""
    return {
        "id": found.customer_id,
        "name": found.name,
        "organisation": found.organisation,
        "tier": found.tier,
        "importance": found.importance,
        "protected": found.protected,
        "account": found.account or None,
        "address": found.address,
        "unit": found.unit,
        "found_by": found.how,
    }


def card(shown: Card) -> dict[str, Any]:
    """Return a customer's card."""
    names = ("kind", "name", "tier", "importance", "protected", "manager", "unit", "closed", "merged_into", "version",
             "plain")  # fmt: skip
    return {
        "id": shown.pk,
        **{name: getattr(shown, name) for name in names},
        "contacts": [
            {"id": c.pk, "kind": c.kind, "value": c.value, "label": c.label, "preferred": c.preferred,
             "consents": list(c.consents)}
            for c in shown.contacts
        ],
        "accounts": [_account(a) for a in shown.accounts],
    }  # fmt: skip


def _account(one: AccountCard) -> dict[str, Any]:
    agreement, facts = one.agreement, one.facts
    return {
        "number": one.number,
        "role": one.role,
        "unit": one.unit,
        "address": one.address,
        "closed": one.closed,
        "price_class": agreement.price_class if agreement else None,
        "nature": agreement.nature if agreement else None,
        "source": agreement.source if agreement else None,
        "load_grade": agreement.load_grade if agreement else None,
        "expires_on": agreement.expires_on if agreement else None,
        "meters": [meter.number for meter in one.meters],
        "facts": None if facts is None else {
            "balance": _money(facts.balance),
            "arrears": _money(facts.arrears),
            "supply": facts.supply,
            "bill_month": facts.bill_month,
            "bill_amount": _money(facts.bill_amount),
            "bill_kwh": _money(facts.bill_kwh),
            "reading": _money(facts.reading),
            "read_at": facts.read_at,
            "as_of": facts.as_of,
            "source": facts.source,
            "old": one.old,
        },
    }  # fmt: skip


def _money(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
