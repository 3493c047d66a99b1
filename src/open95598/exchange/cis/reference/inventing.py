"""Made-up accounts and what happens to them in a billing system: bills, payments, readings, stops. Pure, seeded."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

Document = dict[str, Any]
_CENT = Decimal("0.01")
_PRICE = Decimal("0.588")
#: bills that are told, at most
BILLS = 13
PREPAID = 0.15


def account(dice: random.Random, number: str, now: datetime) -> Document:
    """Return the first document of an account: a year of bills, all but perhaps the last one paid."""
    start = Decimal(dice.randint(100, 60_000))
    made: Document = {
        "account": number, "as_of": now.isoformat(), "balance": "0.00", "arrears": "0.00", "owed_since": None,
        "prepaid": {"credit": str(dice.randint(0, 200)), "unit": "kwh"} if dice.random() < PREPAID else None,
        "supply": {"state": "on", "reason": "", "since": None},
        "reading": {"value": str(start), "kwh": None, "at": now.isoformat()}, "bills": [],
    }  # fmt: skip
    for back in range(12, 0, -1):
        made = bill(dice, made, _months_before(now, back))
        if back > 1 or dice.random() < 0.9:
            made = pay(made, _months_before(now, back) + timedelta(days=9))
    return made | {"as_of": now.isoformat()}


def happens(dice: random.Random, before: Document, now: datetime) -> Document:
    """Return what an account is after something happened to it."""
    owes = Decimal(before["arrears"] or 0) > 0
    stopped = before["supply"]["state"] == "stopped"
    if stopped:
        return connect(pay(before, now), now)
    if owes:
        return pay(before, now) if dice.random() < 0.7 else stop(before, now)
    chance = dice.random()
    if before.get("prepaid") and chance < 0.5:
        credit = max(Decimal(before["prepaid"]["credit"]) + dice.randint(-30, 60), Decimal(0))
        return before | {"as_of": now.isoformat(), "prepaid": before["prepaid"] | {"credit": str(credit)}}
    return bill(dice, before, now) if chance < 0.4 else read(dice, before, now)


def bill(dice: random.Random, before: Document, now: datetime) -> Document:
    """Return the account with the month's bill, which it owes from now on."""
    month, kwh = f"{now:%Y-%m}", Decimal(dice.randint(20, 900))
    amount, due = (kwh * _PRICE).quantize(_CENT), (now + timedelta(days=20)).date().isoformat()
    new = {"month": month, "kwh": str(kwh), "amount": str(amount), "due": due, "paid": "0.00", "paid_on": None}
    bills = [new, *(one for one in before["bills"] if one["month"] != month)][:BILLS]
    return _settled(read(dice, before, now) | {"bills": bills})


def pay(before: Document, now: datetime) -> Document:
    """Return the account with everything paid."""
    day = now.date().isoformat()
    bills = [
        one if one["paid"] == one["amount"] else one | {"paid": one["amount"], "paid_on": day}
        for one in before["bills"]
    ]
    return _settled(before | {"bills": bills, "as_of": now.isoformat()})


def read(dice: random.Random, before: Document, now: datetime) -> Document:
    """Return the account with its meter read."""
    used = Decimal(dice.randint(5, 400))
    value = Decimal(before["reading"]["value"]) + used
    return before | {
        "as_of": now.isoformat(),
        "reading": {"value": str(value), "kwh": str(used), "at": now.isoformat()},
    }


def stop(before: Document, now: datetime) -> Document:
    """Return the account without current, for its arrears."""
    supply = {"state": "stopped", "reason": "arrears", "since": now.isoformat()}
    return before | {"as_of": now.isoformat(), "supply": supply}


def connect(before: Document, now: datetime) -> Document:
    """Return the account with current again."""
    return before | {"as_of": now.isoformat(), "supply": {"state": "on", "reason": "", "since": now.isoformat()}}


def close(before: Document, now: datetime) -> Document:
    """Return the last document of an account that is kept no more."""
    return before | {"as_of": now.isoformat(), "closed": True}


def _settled(document: Document) -> Document:
    open_ = [one for one in document["bills"] if one["paid"] != one["amount"]]
    owed = sum((Decimal(one["amount"]) - Decimal(one["paid"]) for one in open_), Decimal(0))
    since = min((one["due"] for one in open_), default=None)
    return document | {"arrears": str(owed), "balance": str(-owed), "owed_since": since}


def _months_before(now: datetime, back: int) -> datetime:
    months = now.year * 12 + now.month - 1 - back
    return now.replace(year=months // 12, month=months % 12 + 1, day=min(now.day, 28))
