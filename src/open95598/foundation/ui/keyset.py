"""Keyset paging: pages that neither lose nor double a row, at the same cost however far one pages.

An order is a tuple of keys like ``("-opened_at", "-id")``; the last must be unique. ``"due_at?"`` marks a key that may
be null; nulls count as greater than every value, as PostgreSQL sorts them, so that plain indexes serve.
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
from django.db.models import Q, QuerySet
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
class Page:
    """A page of rows with the marks of the pages beside it ("" where there is none)."""

    rows: list[Any]
    previous: str = ""
    next: str = ""


def page(rows: QuerySet[Any], order: str, keys: tuple[str, ...], *, size: int, cursor: str = "") -> Page:
    """Return one page of ``rows`` in the order named ``order``. One query. Raises :class:`Invalid` for a bad cursor."""
    parsed = [Key.parse(k) for k in keys]
    values, backwards = decode(cursor, order, len(parsed)) if cursor else ([], False)
    terms = [f"{'-' if key.descending != backwards else ''}{key.field}" for key in parsed]
    try:
        if cursor:
            rows = rows.filter(_after(parsed, values, backwards=backwards))
        found = list(rows.order_by(*terms)[: size + 1])
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


def _after(keys: list[Key], values: list[Any], *, backwards: bool) -> Q:
    """Return the rows strictly after (before) the position: the lexicographic order, written out."""
    rule, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        beyond = key.beyond(value, backwards=backwards)
        if beyond is not None:
            rule |= equal & beyond
        equal &= key.at(value)
    head, value = keys[0], values[0]
    if not head.nullable:  # says the same again, so that the index on the first key bounds the scan
        way = "gte" if head.descending == backwards else "lte"
        rule &= Q(**{f"{head.field}__{way}": value})
    return rule
