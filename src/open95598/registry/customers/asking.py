# ruff: noqa: S608 - statements are put together from the pieces of this module; what people type goes in as values
"""The statements by which the one box finds: each way bounded, in one round trip, within the rights it is given.

A vague text (four digits, a surname) means tens of thousands of rows; nobody reads them, so none of these statements
walks through more than ``MOST_CANDIDATES`` to find those that the reader may see. Texts that mean one account have a
handful of candidates and are always found. ``units``: ids that ``scoping.reach`` gave; None: everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

#: rows that a vague text is compared with before the reader's units are looked at
MOST_CANDIDATES = 1000
#: people of a name who are followed to their addresses
MOST_OF_A_NAME = 1000
#: names of places that are compared with what was said
MOST_PLACES = 60
#: of these, the nearest whose people are gone through one by one for a name that very many have
MOST_WALKED = 15

Units = Sequence[int] | None

#: a customer (c) is seen where they belong, and where they have an account; the second way is for few (``spread``)
_AT_HOME = "c.unit_id = ANY(%(units)s)"
_SPREAD = (
    "c.spread AND c.unit_id <> ALL(%(units)s) AND EXISTS (SELECT FROM customers_accountparty y"
    " JOIN customers_customeraccount a ON a.id = y.account_id"
    " WHERE y.customer_id = c.id AND a.unit_id = ANY(%(units)s))"
)
#: columns by which a customer is named
_HEARD = frozenset({"name", "sounds", "initials"})


def _fetch(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def beginning(text: str) -> str:
    """Return a pattern for what begins with a text."""
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, "\\" + sign)
    return text + "%"


def by_number(digits: str, units: Units, limit: int) -> list[tuple[str, int]]:
    """Return ("phone", customer), ("account", account), ("meter", account): each whose number begins so."""
    customer = (
        "" if units is None else f"JOIN customers_customer c ON c.id = k.customer_id WHERE {_AT_HOME} OR {_SPREAD}"
    )
    mine = "" if units is None else "WHERE a.unit_id = ANY(%(units)s)"
    statement = f"""
        (SELECT 'phone', k.customer_id FROM (SELECT customer_id FROM customers_contactpoint
            WHERE value LIKE %(begins)s AND valid_to IS NULL LIMIT %(most)s) k {customer} LIMIT %(limit)s)
        UNION ALL
        (SELECT 'account', a.id FROM (SELECT id, unit_id FROM customers_customeraccount
            WHERE number LIKE %(begins)s LIMIT %(most)s) a {mine} LIMIT %(limit)s)
        UNION ALL
        (SELECT 'meter', p.account_id FROM (SELECT point_id FROM customers_meter
            WHERE number LIKE %(begins)s AND removed_on IS NULL LIMIT %(most)s) m
            JOIN customers_usagepoint p ON p.id = m.point_id
            {"" if units is None else f"JOIN customers_customeraccount a ON a.id = p.account_id {mine}"}
            LIMIT %(limit)s)"""
    values = {"begins": beginning(digits), "units": units, "limit": limit, "most": max(limit, MOST_CANDIDATES)}
    return [(how, pk) for how, pk in _fetch(statement, values)]


def customers(ways: Sequence[tuple[str, Any]], units: Units, limit: int) -> list[int]:
    """Return ids of open customers, those of the first way before those of the next, each once.

    A way is a condition on the customer ``c`` with one place (``%s``) for its value.
    """
    parts, values = [], {"units": units, "limit": limit, "most": max(limit, MOST_CANDIDATES)}
    for at, (condition, value) in enumerate(ways):
        values[f"value{at}"] = value
        where = f"{condition % f'%(value{at})s'} AND c.closed_at IS NULL"
        if units is None:
            parts.append(f"(SELECT {at} AS way, c.id FROM customers_customer c WHERE {where} LIMIT %(limit)s)")
            continue
        parts.append(
            f"(SELECT {at} AS way, c.id FROM customers_customer c WHERE {where} AND {_AT_HOME} LIMIT %(limit)s)"
        )
        parts.append(
            f"(SELECT {at} AS way, c.id FROM (SELECT id, unit_id, spread FROM customers_customer c"
            f" WHERE {where} AND c.spread LIMIT %(most)s) c WHERE {_SPREAD} LIMIT %(limit)s)"
        )
    if not parts:
        return []
    rows = _fetch(" UNION ALL ".join(parts), values)
    return list(dict.fromkeys(pk for _way, pk in sorted(rows, key=lambda row: int(row[0]))))[:limit]


def places(keys: Sequence[Sequence[int]], kind: str, said: Mapping[str, str], units: Units) -> list[tuple[int, str]]:
    """Return ids and names of places with all keys of the first of these sets; where there is none, of any other set.

    Most questions are without a slip, and then one small part of the index answers. Those who share most come first;
    places at which none of the units has an account are left out. ``said``: city, district and town as far as they
    were said; a place that says another one is left out too.
    """
    return _places(keys[:1], keys[0], kind, said, units) or _places(keys[1:], keys[0], kind, said, units)


def _places(
    sets: Sequence[Sequence[int]], wanted: Sequence[int], kind: str, said: Mapping[str, str], units: Units
) -> list[tuple[int, str]]:
    """Return places with all keys of one of the sets (there may be no set), those that have most first."""
    if not sets:
        return []
    values: dict[str, Any] = {"kind": kind, "most": MOST_PLACES, "units": units}
    values |= {f"set{at}": list(its) for at, its in enumerate(sets)}
    values |= {f"key{at}": [key] for at, key in enumerate(wanted)}
    fits = " OR ".join(f"n.keys @> %(set{at})s::int[]" for at in range(len(sets)))
    shared = " + ".join(f"(n.keys @> %(key{at})s::int[])::int" for at in range(len(wanted)))
    area = "" if units is None else " AND p.units && %(units)s::bigint[]"
    for column in sorted(set(said) & {"city", "district", "town"}):
        values[column] = said[column]
        area += f" AND p.{column} IN (%({column})s, '')"
    statement = f"""
        SELECT n.place_id, n.name FROM customers_placename n JOIN customers_place p ON p.id = n.place_id
        WHERE ({fits}) AND p.kind = %(kind)s {area}
        ORDER BY {shared} DESC, cardinality(n.keys), n.id LIMIT %(most)s"""
    return [(pk, name) for pk, name in _fetch(statement, values)]


def behind(found: Sequence[int], kind: str, door: Mapping[str, str], units: Units, limit: int) -> list[int]:
    """Return open accounts behind a door at these places, those of the first place first.

    A door says columns of a location (building, entrance, room, road_number) and what stands in them.
    """
    statement = f"""
        SELECT x.account_id FROM unnest(%(places)s::bigint[]) WITH ORDINALITY f(place, at) CROSS JOIN LATERAL (
            SELECT p.account_id FROM customers_servicelocation l
            JOIN customers_usagepoint p ON p.location_id = l.id
            JOIN customers_customeraccount a ON a.id = p.account_id AND {_seen(units)}
            WHERE l.{_COLUMN[kind]} = f.place {_at(door)} LIMIT %(limit)s) x
        ORDER BY f.at LIMIT %(limit)s"""
    values = {"places": list(found), "units": units, "limit": limit, **door}
    return list(dict.fromkeys(pk for (pk,) in _fetch(statement, values)))


def named(
    found: Sequence[int], kind: str, door: Mapping[str, str], begins: Mapping[str, str], units: Units, limit: int
) -> list[tuple[int, int]]:
    """Return (customer, account) of open accounts behind a door at these places, by how their parties' names begin.

    ``begins``: beginnings by column (name, sounds, initials), of which one must fit. Few of that name: from the names
    to their addresses; many: from the places to the names there, which soon gives enough.
    """
    columns = sorted(_HEARD & set(begins))
    values: dict[str, Any] = {
        "places": list(found),
        "units": units,
        "limit": limit,
        "most": MOST_OF_A_NAME + 1,
        **door,
    }
    values |= {f"like_{column}": beginning(begins[column]) for column in columns}
    at_home = [""] if units is None else [f"AND {_AT_HOME}", "AND c.spread"]
    statement = " UNION ".join(
        f"(SELECT c.id FROM customers_customer c WHERE c.{column} LIKE %(like_{column})s {where} LIMIT %(most)s)"
        for column in columns
        for where in at_home
    )
    them = [pk for (pk,) in _fetch(statement, values)]
    if len(them) <= MOST_OF_A_NAME:  # all of it by indexes alone
        values["them"] = them
        found_at = f"SELECT l.id FROM customers_servicelocation l WHERE {_place(kind)} {_at(door)}"
        there = f"WITH there AS MATERIALIZED ({found_at})"
        source = (
            "unnest(%(them)s::bigint[]) c(id)"
            " JOIN customers_accountparty y ON y.customer_id = c.id AND y.valid_to IS NULL"
            " JOIN customers_usagepoint p ON p.account_id = y.account_id JOIN there l ON l.id = p.location_id"
        )
    else:
        # no LIKE here: the server must go from the few at the place to their names, not through all of that name
        values |= {column: begins[column] for column in columns} | {"places": list(found)[:MOST_WALKED]}
        ways = " OR ".join(f"left(c.{column}, length(%({column})s)) = %({column})s" for column in columns)
        there = ""
        source = (
            f"customers_servicelocation l JOIN customers_usagepoint p ON {_place(kind)} {_at(door)}"
            " AND p.location_id = l.id"
            " JOIN customers_accountparty y ON y.account_id = p.account_id AND y.valid_to IS NULL"
            f" JOIN customers_customer c ON c.id = y.customer_id AND ({ways})"
        )
    statement = f"""
        {there} SELECT y.customer_id, y.account_id FROM {source}
        JOIN customers_customeraccount a ON a.id = y.account_id AND {_seen(units)} LIMIT %(limit)s"""
    return list(dict.fromkeys((customer, account) for customer, account in _fetch(statement, values))) if them else []


_COLUMN = {"road": "road_id", "community": "community_id"}


def _seen(units: Units) -> str:
    return "a.closed_on IS NULL" + ("" if units is None else " AND a.unit_id = ANY(%(units)s)")


def _place(kind: str) -> str:
    return f"l.{_COLUMN[kind]} = ANY(%(places)s::bigint[])"


def _at(door: Mapping[str, str]) -> str:
    return "".join(f" AND l.{name} = %({name})s" for name in sorted(door))


#: columns of a row of ``dressed``
SHOWN = (
    "at", "customer_id", "name", "kind", "tier", "importance", "protected", "account_id", "number", "unit", "address",
)  # fmt: skip


def dressed(found: Sequence[tuple[int | None, int | None]], units: Units, limit: int) -> list[dict[str, Any]]:
    """Return what is shown of customers, of accounts, or of both, in their order (``at``), within the units.

    A customer comes with each of their accounts, the open ones first; an account with its owner, the last one when
    it is closed. A customer without an account that one may see comes alone. One statement.
    """
    mine = "" if units is None else "AND a.unit_id = ANY(%(units)s)"
    statement = f"""
        SELECT f.at, c.id, c.name, c.kind, c.tier, c.importance, c.protected, y.account_id, y.number, u.name, l.text
        FROM unnest(%(customers)s::bigint[], %(accounts)s::bigint[]) WITH ORDINALITY f(customer, account, at)
        LEFT JOIN LATERAL (
            (SELECT y.customer_id, y.account_id, a.number, a.unit_id, row_number() OVER () AS nth
             FROM (SELECT y.customer_id, y.account_id FROM customers_accountparty y
                   JOIN customers_customeraccount a ON a.id = y.account_id
                   WHERE f.account IS NULL AND y.customer_id = f.customer AND y.valid_to IS NULL {mine}
                   ORDER BY a.closed_on IS NOT NULL, y.account_id, y.role LIMIT %(limit)s) y
             JOIN customers_customeraccount a ON a.id = y.account_id)
            UNION ALL
            (SELECT y.customer_id, y.account_id, a.number, a.unit_id, 0
             FROM customers_accountparty y JOIN customers_customeraccount a ON a.id = y.account_id
             WHERE y.account_id = f.account AND (y.valid_to IS NULL OR y.valid_to = a.closed_on)
                AND (f.customer IS NULL OR y.customer_id = f.customer) {mine}
             ORDER BY y.role <> 'owner', y.valid_to IS NOT NULL, y.id LIMIT 1)
        ) y ON TRUE
        JOIN customers_customer c ON c.id = COALESCE(y.customer_id, CASE WHEN f.account IS NULL THEN f.customer END)
        LEFT JOIN units_unit u ON u.id = y.unit_id
        LEFT JOIN LATERAL (
            SELECT l.text FROM customers_customeragreement g JOIN customers_usagepoint p ON p.agreement_id = g.id
            JOIN customers_servicelocation l ON l.id = p.location_id
            WHERE g.account_id = y.account_id ORDER BY g.ended_on IS NOT NULL, g.id DESC, p.id LIMIT 1
        ) l ON TRUE
        ORDER BY f.at, y.nth"""
    values = {
        "customers": [customer for customer, _account in found],
        "accounts": [account for _customer, account in found],
        "units": units,
        "limit": limit,
    }
    return [dict(zip(SHOWN, row, strict=True)) for row in _fetch(statement, values)]
