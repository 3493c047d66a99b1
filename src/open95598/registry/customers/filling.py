"""Facts come in: whole documents of accounts from a billing system, thousands at a time, in any order, repeatedly.

A document is all that its source says of an account at one version. The newest version of an account wins, whatever
came before or comes after, so that lost, doubled and late documents do no harm once the newest has arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from open95598.foundation import bulk
from open95598.registry.customers.facts import Bill

#: the columns of the facts that a document fills, with their types
_FIELDS = {
    "balance": "numeric", "arrears": "numeric", "owed_since": "date", "credit": "numeric", "credit_unit": "varchar",
    "supply": "varchar", "supply_why": "varchar", "supply_since": "timestamptz", "bill_month": "varchar",
    "bill_amount": "numeric", "bill_kwh": "numeric", "bill_due": "date", "bill_paid": "numeric", "bill_paid_on": "date",
    "reading": "numeric", "read_kwh": "numeric", "read_at": "timestamptz", "as_of": "timestamptz", "sequence": "int8",
    "gone": "bool",
}  # fmt: skip
_BILL = {"month": "varchar", "kwh": "numeric", "amount": "numeric", "due": "date", "paid": "numeric", "paid_on": "date"}
_NAMES = ", ".join(_FIELDS)
_WRITE = f"""
    INSERT INTO customers_accountfacts AS kept (account_id, source, generation, received_at, {_NAMES})
    SELECT account.id, %s, %s, %s, {", ".join(f"told.{name}" for name in _FIELDS)}
    FROM jsonb_to_recordset(%s::jsonb) AS told(number varchar, {", ".join(f"{n} {t}" for n, t in _FIELDS.items())})
    JOIN customers_customeraccount account USING (number)
    ORDER BY account.id
    ON CONFLICT (account_id) DO UPDATE SET source = excluded.source, generation = excluded.generation,
        received_at = excluded.received_at, {", ".join(f"{name} = excluded.{name}" for name in _FIELDS)}
    WHERE kept.source <> excluded.source
        OR (excluded.generation, excluded.sequence) > (kept.generation, kept.sequence)
        OR (%s AND kept.gone AND NOT excluded.gone
            AND (excluded.generation, excluded.sequence) = (kept.generation, kept.sequence))
    RETURNING account_id, (SELECT number FROM customers_customeraccount WHERE id = account_id)
"""  # noqa: S608 (names of our own columns)
_BILLS = f"""
    WITH told AS (
        SELECT account_id, {", ".join(_BILL)}
        FROM jsonb_to_recordset(%s::jsonb) AS t(account_id int8, {", ".join(f"{n} {t}" for n, t in _BILL.items())})
    ), gone AS (
        DELETE FROM customers_accountbill bill WHERE account_id = ANY(%s::int8[])
            AND NOT EXISTS (SELECT FROM told WHERE (told.account_id, told.month) = (bill.account_id, bill.month))
    )
    INSERT INTO customers_accountbill AS bill (account_id, {", ".join(_BILL)}) SELECT * FROM told
    ON CONFLICT (account_id, month) DO UPDATE SET {", ".join(f"{n} = excluded.{n}" for n in _BILL if n != "month")}
    WHERE (bill.kwh, bill.amount, bill.due, bill.paid, bill.paid_on)
        IS DISTINCT FROM (excluded.kwh, excluded.amount, excluded.due, excluded.paid, excluded.paid_on)
"""  # noqa: S608


@dataclass(frozen=True)
class Told:
    """All that a source says of an account at one version (``sequence``, which only rises). Money in yuan, aware times.

    ``bills``: every month that the source wants known, in any order; the newest is the last bill. ``gone``: the source
    keeps the account no more.
    """

    number: str
    sequence: int
    as_of: datetime
    gone: bool = False
    balance: Decimal | None = None
    arrears: Decimal | None = None
    owed_since: date | None = None
    credit: Decimal | None = None
    credit_unit: str = ""
    supply: str = ""
    supply_why: str = ""
    supply_since: datetime | None = None
    reading: Decimal | None = None
    read_kwh: Decimal | None = None
    read_at: datetime | None = None
    bills: tuple[Bill, ...] = ()


@dataclass(frozen=True)
class Filled:
    """What became of documents: ``applied``, ``passed`` over (no newer than what is kept), of no account here."""

    applied: int
    passed: int
    unknown: tuple[Told, ...]


def fill(told: Iterable[Told], source: str, generation: int, now: datetime, *, confirmed: bool = False) -> Filled:
    """Bring documents of a source in: three statements, however many, in the caller's transaction.

    ``generation`` counts the lives of the source: after it began anew from a copy, its versions stand above all of the
    life before. ``confirmed``: the documents are of a full comparison, which also brings back what counted as gone.
    Concurrent calls lock accounts in one order.
    """
    newest = _newest(told)
    if not newest:
        return Filled(0, 0, ())
    rows = orjson.dumps([_row(one) for one in newest.values()], default=str).decode()
    written = bulk.fetch(_WRITE, [source, generation, now, rows, confirmed])
    if written:
        bills = [
            {"account_id": pk, **{name: getattr(bill, name) for name in _BILL}}
            for pk, number in written
            for bill in newest[number].bills
        ]
        bulk.execute(_BILLS, [orjson.dumps(bills, default=str).decode(), bulk.array(pk for pk, _number in written)])
    query = "SELECT number FROM customers_customeraccount WHERE number = ANY(%s)"
    known = {number for (number,) in bulk.fetch(query, [list(newest)])}
    unknown = tuple(one for number, one in newest.items() if number not in known)
    return Filled(len(written), len(known) - len(written), unknown)


def forget(numbers: Sequence[str], source: str) -> int:
    """Mark accounts as kept by their source no more; what it said last stays. Return how many were not so already."""
    query = """
        UPDATE customers_accountfacts kept SET gone = true FROM customers_customeraccount account
        WHERE account.id = kept.account_id AND account.number = ANY(%s) AND kept.source = %s AND NOT kept.gone
    """
    return bulk.execute(query, [list(numbers), source])


def _newest(told: Iterable[Told]) -> dict[str, Told]:
    """Keep the newest document of each account."""
    found: dict[str, Told] = {}
    for one in told:
        if one.number not in found or found[one.number].sequence < one.sequence:
            found[one.number] = one
    return found


def _row(one: Told) -> dict[str, Any]:
    last = max(one.bills, key=lambda bill: bill.month, default=None)
    own = {name: getattr(one, name) for name in ("number", *_FIELDS) if not name.startswith("bill_")}
    if last is None:
        return own | {"bill_month": ""}
    return own | {
        "bill_month": last.month, "bill_amount": last.amount, "bill_kwh": last.kwh, "bill_due": last.due,
        "bill_paid": last.paid, "bill_paid_on": last.paid_on,
    }  # fmt: skip
