"""Rows of the registry by COPY, thousands at a time: for imports, for made-up registries.

The caller holds the transaction. Ids are taken from the tables' sequences, so that rows made otherwise do not collide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from open95598.foundation import bulk

_T, _I, _B, _D, _W, _N, _A = "varchar", "int8", "bool", "date", "timestamptz", "numeric", "int4[]"

TABLES: Mapping[str, Mapping[str, str]] = {
    "customer": {
        "id": _I, "kind": _T, "name": _T, "sounds": _T, "initials": _T, "keys": _A, "unit_id": _I, "spread": _B,
        "importance": _T, "protected": _B, "tier": _T, "created_at": _W, "version": "int4", "journal_seq": "int4",
        "journal_head": "bytea",
    },
    "contactpoint": {
        "id": _I, "customer_id": _I, "kind": _T, "value": _T, "label": _T, "preferred": _B, "valid_from": _W,
    },
    "customeraccount": {"id": _I, "number": _T, "unit_id": _I, "opened_on": _D, "version": "int4"},
    "accountparty": {"id": _I, "account_id": _I, "customer_id": _I, "role": _T, "valid_from": _D},
    "customeragreement": {
        "id": _I, "account_id": _I, "relation": _T, "price_class": _T, "source": _T, "nature": _T, "load_grade": _T,
        "capacity_kva": _N, "valid_from": _D, "expires_on": _D,
    },
    "servicelocation": {
        "id": _I, "text": _T, "road_id": _I, "road_number": _T, "community_id": _I, "building": _T, "entrance": _T,
        "room": _T,
    },
    "usagepoint": {"id": _I, "agreement_id": _I, "location_id": _I, "area": _T, "account_id": _I},
    "meter": {"id": _I, "number": _T, "point_id": _I, "multiplier": _N, "installed_on": _D},
    "accountfacts": {
        "account_id": _I, "balance": _N, "arrears": _N, "supply": _T, "bill_month": _T, "bill_amount": _N,
        "bill_kwh": _N, "reading": _N, "read_at": _W, "as_of": _W, "source": _T, "sequence": _I,
    },
}  # fmt: skip


def table(name: str) -> str:
    """Return a table's name in the database."""
    return f"customers_{name}"


def refresh_statistics() -> None:
    """Let the planner know how much there is, before a batch is looked up among what batches before it wrote."""
    bulk.refresh_statistics([table(name) for name in TABLES])


def ids(name: str, count: int) -> list[int]:
    """Return so many fresh ids of a table."""
    if not count:
        return []
    query = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    return [pk for (pk,) in bulk.fetch(query, [table(name), count])]


def copy(name: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows into a table, in the order of its columns in ``TABLES``."""
    bulk.copy(table(name), TABLES[name], rows)
