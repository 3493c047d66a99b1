"""Customers as values: for the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from open95598.registry.customers.facts import Facts
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
    agreement = one.agreement
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
        "facts": facts(one.facts) if one.facts.known else None,
    }


def facts(told: Facts) -> dict[str, Any]:
    """Return what is known of an account; money as text, in yuan."""
    bill, reading = told.bill, told.reading
    return {
        "known": told.known,
        "money_shown": told.money,
        "balance": _money(told.balance),
        "arrears": _money(told.arrears),
        "owed_since": told.owed_since,
        "days_owed": told.days_owed,
        "credit": _money(told.credit),
        "credit_unit": told.credit_unit,
        "supply": told.supply,
        "supply_reason": told.supply_why,
        "supply_since": told.supply_since,
        "bill": None if bill is None else {
            "month": bill.month,
            "kwh": _money(bill.kwh),
            "amount": _money(bill.amount),
            "due": bill.due,
            "paid": _money(bill.paid),
            "paid_on": bill.paid_on,
        },
        "reading": None if reading is None else {
            "value": _money(reading.value), "kwh": _money(reading.kwh), "at": reading.at,
        },
        "source": told.source,
        "as_of": told.as_of,
        "current_at": told.current_at,
        "age_seconds": None if told.age is None else int(told.age.total_seconds()),
        "stale": told.stale,
        "gone": told.gone,
        "away_since": told.away_since,
    }  # fmt: skip


def _money(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
