"""What the process report counts of a unit's month, by clerk: set-based, from the tracks (B2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from django.db import connection

#: what is counted, in the order of the columns: of the orders received in the month, or ended in it, or open at its end
COLUMNS = (
    "received", "answered", "in_process", "in_time", "late", "terminated", "inquired", "withdrawn", "returned", "urged",
    "supervised", "reopened",
)  # fmt: skip
#: the two sides of a unit's work: customers whose promise its people keep, orders that it handles
FIRST_CONTACT, HANDLING = "first_contact", "handling"
SECTIONS = (FIRST_CONTACT, HANDLING)
NOBODY = 0

_COUNTED = """
  count(*) FILTER (WHERE t.month = %(month)s) AS received,
  count(*) FILTER (WHERE t.month = %(month)s AND t.answered) AS answered,
  count(*) FILTER (WHERE t.is_open OR t.ended_month > %(month)s) AS in_process,
  count(*) FILTER (WHERE t.ended_month = %(month)s AND t.ending = 'in_time') AS in_time,
  count(*) FILTER (WHERE t.ended_month = %(month)s AND t.ending = 'late') AS late,
  count(*) FILTER (WHERE t.ended_month = %(month)s AND t.ending = 'terminated') AS terminated,
  count(*) FILTER (WHERE t.ended_month = %(month)s AND t.ending = 'terminated' AND t.inquired) AS inquired,
  count(*) FILTER (WHERE t.ended_month = %(month)s AND t.ending = 'withdrawn') AS withdrawn,
  count(*) FILTER (WHERE t.month = %(month)s AND t.returns > 0) AS returned,
  count(*) FILTER (WHERE t.month = %(month)s AND t.urges > 0) AS urged,
  count(*) FILTER (WHERE t.month = %(month)s AND t.supervisions > 0) AS supervised,
  count(*) FILTER (WHERE t.month = %(month)s AND t.reopenings > 0) AS reopened
"""
#: bounded by the month, by what ended since, and by what is open: not by the archive
_OF_MONTH = """
  t.month <= %(month)s AND NOT t.confidential
  AND (t.month = %(month)s OR t.ended_month >= %(month)s OR t.is_open)
"""
_FIRST_CONTACT = f"""
SELECT t.keeper_id, {_COUNTED} FROM tracking_track t JOIN people_person p ON p.id = t.keeper_id
WHERE p.unit_id = ANY(%(units)s) AND {_OF_MONTH} GROUP BY t.keeper_id
"""  # noqa: S608 - the pieces are those above
_HANDLING = f"""
SELECT coalesce(t.handler_id, 0), {_COUNTED} FROM tracking_track t
WHERE t.unit_id = ANY(%(units)s) AND {_OF_MONTH} GROUP BY 1
"""  # noqa: S608
_BY_MONTH = {FIRST_CONTACT: _FIRST_CONTACT, HANDLING: _HANDLING}


@dataclass(frozen=True)
class Row:
    """A clerk's figures; ``person_id`` 0: orders that nobody has in hand."""

    person_id: int
    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Figures:
    """A report's figures: for each section the clerks in the order of their names."""

    sections: Mapping[str, tuple[Row, ...]]

    def total(self, section: str) -> tuple[int, ...]:
        """Return the sums of a section's columns."""
        return tuple(map(sum, zip(*(row.counts for row in self.sections[section]), strict=True))) or (0,) * len(COLUMNS)

    @property
    def empty(self) -> bool:
        """Whether nothing was counted at all."""
        return not any(self.sections.values())


def count(unit_ids: Sequence[int], month: date, person_id: int | None = None) -> Figures:
    """Count a month (its first day) of units' own people and orders; of one person only, when one is named.

    Two statements, and one for names. Confidential orders are counted nowhere.
    """
    from open95598.foundation.people.models import Person

    found: dict[str, list[tuple[int, tuple[int, ...]]]] = {}
    with connection.cursor() as cursor:
        for section, statement in _BY_MONTH.items():
            cursor.execute(statement, {"units": list(unit_ids), "month": month})
            rows = [(row[0], tuple(row[1:])) for row in cursor.fetchall()]
            found[section] = [r for r in rows if any(r[1]) and person_id in (None, r[0])]
    ids = {person for rows in found.values() for person, _counts in rows}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    return Figures(
        {
            section: tuple(
                sorted((Row(pk, names.get(pk, ""), counts) for pk, counts in rows), key=lambda r: (not r.name, r.name))
            )
            for section, rows in found.items()
        }
    )


def as_data(figures: Figures) -> dict[str, Any]:
    """Return figures as JSON values: what is frozen."""
    return {
        "columns": list(COLUMNS),
        "sections": {
            section: [[row.person_id, row.name, list(row.counts)] for row in rows]
            for section, rows in figures.sections.items()
        },
    }


def from_data(data: Mapping[str, Any]) -> Figures:
    """Return frozen figures. A column that they do not have counts nothing."""
    place = {name: index for index, name in enumerate(data["columns"])}

    def ordered(counts: Sequence[int]) -> tuple[int, ...]:
        return tuple(counts[place[name]] if name in place else 0 for name in COLUMNS)

    return Figures(
        {
            section: tuple(Row(pk, name, ordered(counts)) for pk, name, counts in data["sections"].get(section, ()))
            for section in SECTIONS
        }
    )


def freeze(figures: Figures, **about: Any) -> tuple[str, str]:
    """Return figures, and what they are of, as canonical JSON with its SHA-256."""
    text = orjson.dumps({**about, **as_data(figures)}, option=orjson.OPT_SORT_KEYS).decode()
    return text, hashlib.sha256(text.encode()).hexdigest()


def difference(old: Figures, new: Figures) -> Figures:
    """Return what changed from one count to another, clerk by clerk; those without a change are left out."""
    sections: dict[str, tuple[Row, ...]] = {}
    for section in SECTIONS:
        before = {row.person_id: row for row in old.sections[section]}
        after = {row.person_id: row for row in new.sections[section]}
        rows = []
        for pk in sorted({*before, *after}, key=lambda p: (after.get(p) or before[p]).name):
            nothing = (0,) * len(COLUMNS)
            was, is_ = (side[pk].counts if pk in side else nothing for side in (before, after))
            changed = tuple(b - a for a, b in zip(was, is_, strict=True))
            if any(changed):
                rows.append(Row(pk, (after.get(pk) or before[pk]).name, changed))
        sections[section] = tuple(rows)
    return Figures(sections)
