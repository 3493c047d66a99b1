"""Keyset paging: pages that neither lose nor double a row, at the same cost however far one pages.

An order is a tuple of keys like ``("-opened_at", "-id")``; the last must be unique. ``"due_at?"`` marks a key that may
be null; nulls count as greater than every value, as PostgreSQL sorts them, so that plain indexes serve.

A page of a filtered list can be found in two ways: by walking the order's index until enough rows pass, or by gathering
all rows that pass and sorting them. The database chooses by what it expects, and walks a million rows when it expects
many and there are few. A :class:`Walk` bounds that: look so far, then gather.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.db import DataError
from django.db.models import F, OrderBy, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from open95598.foundation.errors import Invalid


@dataclass(frozen=True)
class Key:
    """One key of an order."""

    field: str
    descending: bool = False
    nullable: bool = False

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read ``"-opened_at"``, ``"due_at?"``."""
        return cls(text.strip("-?"), text.startswith("-"), text.endswith("?"))

    def beyond(self, value: Any, *, backwards: bool) -> Q | None:
        """Return the rows strictly beyond ``value`` in reading direction; None when there can be none."""
        if self.descending == backwards:  # towards greater values
            if value is None:
                return None
            beyond = Q(**{f"{self.field}__gt": value})
            return beyond | Q(**{f"{self.field}__isnull": True}) if self.nullable else beyond
        if value is None:
            return Q(**{f"{self.field}__isnull": False})
        return Q(**{f"{self.field}__lt": value})

    def at(self, value: Any) -> Q:
        """Return the rows at ``value``."""
        return Q(**{f"{self.field}__isnull": True}) if value is None else Q(**{self.field: value})


def value_of(row: Any, path: str) -> Any:
    """Return ``a__b`` of an object, or of a dictionary from ``.values()``."""
    if isinstance(row, dict):
        return row[path]
    for name in path.split("__"):
        row = getattr(row, name)
    return row


_TAGS: dict[str, Any] = {"t": datetime.fromisoformat, "d": date.fromisoformat, "n": Decimal}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    return value


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        ((tag, text),) = value.items()
        return _TAGS[tag](text)
    if value is not None and not isinstance(value, (str, int, float)):
        raise TypeError(value)
    return value


def encode(order: str, values: list[Any], *, backwards: bool) -> str:
    """Return an opaque cursor: the name of the order, the direction, and the values of the row it stands at."""
    raw = json.dumps([order, int(backwards), [_plain(v) for v in values]], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode(cursor: str, order: str, count: int) -> tuple[list[Any], bool]:
    """Return the values and whether it reads backwards. Raises :class:`Invalid` for a cursor of another order."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        name, backwards, values = json.loads(raw)
        typed = [_typed(v) for v in values]
        if name != order or len(typed) != count:
            raise ValueError(name)
    except (ValueError, TypeError, KeyError, ArithmeticError, binascii.Error):
        detail = gettext("This page mark does not belong to this list. Start at the first page.")
        raise Invalid(detail, fields={"cursor": detail}) from None
    return typed, bool(backwards)


@dataclass(frozen=True)
class Walk:
    """An index in a list's order: ``rows`` is all that it holds, unfiltered; ``keys`` are the order's, as named there.

    ``reach``: so many rows are walked (some milliseconds) before the filters' own indexes are asked instead;
    ``further`` times as many where what was found on the way promises a full page.
    """

    rows: QuerySet[Any]
    keys: tuple[str, ...]
    reach: int = 4_000
    further: int = 8


@dataclass(frozen=True)
class Page:
    """A page of rows with the marks of the pages beside it ("" where there is none)."""

    rows: list[Any]
    previous: str = ""
    next: str = ""


def page(
    rows: QuerySet[Any], order: str, keys: tuple[str, ...], *, size: int, cursor: str = "",
    walk: Walk | None = None, gather: Q = Q(),  # noqa: B008 (never changed)
) -> Page:  # fmt: skip
    """Return one page of ``rows`` in the order named ``order``. Raises :class:`Invalid` for a bad cursor.

    One query; two where values end and nulls begin; with a ``walk`` up to four more (see :func:`read`).
    """
    parsed = [Key.parse(k) for k in keys]
    values, backwards = decode(cursor, order, len(parsed)) if cursor else (None, False)
    try:
        found = read(rows, keys, values, size + 1, backwards=backwards, walk=walk, gather=gather)
    except (ValueError, TypeError, ValidationError, FieldError, DataError) as wrong:  # values of the wrong kind
        detail = gettext("This page mark does not belong to this list. Start at the first page.")
        raise Invalid(detail, fields={"cursor": detail}) from wrong
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([])
    first = [value_of(found[0], key.field) for key in parsed]
    last = [value_of(found[-1], key.field) for key in parsed]
    has_previous = more if backwards else bool(cursor)
    has_next = True if backwards else more
    return Page(
        found,
        previous=encode(order, first, backwards=True) if has_previous else "",
        next=encode(order, last, backwards=False) if has_next else "",
    )


def read(
    rows: QuerySet[Any], keys: tuple[str, ...], values: list[Any] | None, count: int, *,
    backwards: bool = False, walk: Walk | None = None, gather: Q = Q(),  # noqa: B008 (never changed)
) -> list[Any]:  # fmt: skip
    """Return the first ``count`` rows strictly beyond ``values`` (None: from the start) in reading direction.

    With a ``walk``, rows are first looked for within its reach, and if those are too few, gathered by other indexes and
    sorted; ``gather`` says the same as the filters in words that an index serves (a condition, or nothing).
    """
    parsed = [Key.parse(k) for k in keys]
    terms = _terms(parsed, backwards)
    found: list[Any] = []
    for number, part in enumerate(_beyond(parsed, values, backwards=backwards)):
        wanted = count - len(found)
        some = _walked(rows.filter(part).order_by(*terms), wanted, walk, parsed, values, number, backwards)
        if some is None:
            some = list(rows.filter(part & gather).order_by(*_gathered(parsed, terms))[:wanted])
        found += some
        if len(found) == count:
            break
    return found


def ordered(rows: QuerySet[Any], keys: tuple[str, ...]) -> QuerySet[Any]:
    """Return the rows in the order of the keys."""
    return rows.order_by(*_terms([Key.parse(k) for k in keys], backwards=False))


def count(
    rows: QuerySet[Any], walk: Walk, keys: tuple[str, ...], *, most: int, page: int, gather: Q
) -> tuple[int, bool]:
    """Return how many rows there are, at most ``most``, and whether there may be more.

    Found within the walk's reach, more than a ``page`` of them are said to be so many and more; fewer are counted.
    """
    parsed = [Key.parse(k) for k in keys]
    near = _near(walk, walk.reach, parsed, None, 0, backwards=False)
    number = rows.filter(near or Q()).order_by()[: most + 1].count()
    if number > most:
        return most, True
    if near is not None and number <= page:
        number, near = rows.filter(gather).order_by()[: most + 1].count(), None
    return min(number, most), near is not None or number > most


def _walked(
    rows: QuerySet[Any], wanted: int, walk: Walk | None, keys: list[Key], values: list[Any] | None, number: int,
    backwards: bool,
) -> list[Any] | None:  # fmt: skip
    """Return the rows that a walk meets; None when they are too few and there may be more further on."""
    if walk is None:
        return list(rows[:wanted])
    for reach in (walk.reach, walk.reach * walk.further):
        near = _near(walk, reach, keys, values, number, backwards=backwards)
        found = list((rows if near is None else rows.filter(near))[:wanted])
        if near is None or len(found) == wanted:
            return found
        if len(found) * walk.further < wanted:
            return None
    return None


def _terms(keys: list[Key], backwards: bool) -> list[str]:
    return [f"{'-' if key.descending != backwards else ''}{key.field}" for key in keys]


def _gathered(keys: list[Key], terms: list[str]) -> list[Any]:
    """Return the same order, said so that no index has it: the database must gather and sort."""
    head = keys[0].field
    return [OrderBy(Coalesce(F(head), F(head)), descending=terms[0].startswith("-")), *terms[1:]]


def _near(
    walk: Walk, reach: int, keys: list[Key], values: list[Any] | None, number: int, *, backwards: bool
) -> Q | None:
    """Return the rows before the end of the walk's reach; None when the index ends earlier, or among nulls."""
    named = [Key.parse(k) for k in walk.keys]
    part = _beyond(named, values, backwards=backwards)[number]
    ahead = walk.rows.filter(part).order_by(*_terms(named, backwards)).values_list(*(k.field for k in named))
    edge = next(iter(ahead[reach : reach + 1]), None)
    if edge is None or edge[0] is None:
        return None
    if values is None and keys[0].nullable and keys[0].descending != backwards:  # nulls lie before it
        return None
    return _beyond(keys, list(edge), backwards=not backwards)[0]


def _beyond(keys: list[Key], values: list[Any] | None, *, backwards: bool) -> list[Q]:
    """Return the rows strictly beyond a position (None: all), as parts in reading order.

    Each part says a range of the first key that an index serves; nulls are a part of their own.
    """
    if values is None:
        return [Q()]
    head, value = keys[0], values[0]
    upwards = head.descending == backwards
    later = _later(keys[1:], values[1:], backwards=backwards)
    null = Q(**{f"{head.field}__isnull": True})
    if value is None:
        return [null & later] if upwards else [null & later, ~null]
    further = Q(**{f"{head.field}__{'gt' if upwards else 'lt'}": value}) | (head.at(value) & later)
    bounded = Q(**{f"{head.field}__{'gte' if upwards else 'lte'}": value}) & further
    return [bounded, null] if upwards and head.nullable else [bounded]


def _later(keys: list[Key], values: list[Any], *, backwards: bool) -> Q:
    """Return the rows beyond the position by the keys after the first: the lexicographic order, written out."""
    rule, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        beyond = key.beyond(value, backwards=backwards)
        if beyond is not None:
            rule |= equal & beyond
        equal &= key.at(value)
    return rule
