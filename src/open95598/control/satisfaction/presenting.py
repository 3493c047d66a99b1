"""Figures as the page, the spreadsheet, the paper and the API show them: the same numbers to the last digit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from open95598.control.satisfaction import indices, wording
from open95598.control.satisfaction.queries import Figures
from open95598.foundation.rulebook.routing import UnitFacts

#: in the place of a figure that there is not
NONE = "—"


@dataclass(frozen=True)
class Shown:
    """A line of an index in words. ``up_url``/``down_url`` lead to the cases behind numerator and denominator."""

    name: str
    formula: str
    numerator: str
    denominator: str
    points: str
    up_url: str = ""
    down_url: str = ""


def month_text(month: date) -> str:
    """Return a month as addresses and papers name it."""
    return f"{month:%Y-%m}"


def behind_url(unit: UnitFacts, month: date, what: str) -> str:
    """Return the address of the cases behind a number."""
    query = urlencode({"unit": unit.id, "month": month_text(month), "what": what})
    return f"{reverse('satisfaction:behind')}?{query}"


def value(index: indices.Index) -> str:
    """Return an index as it is shown; a dash when it cannot be computed."""
    return NONE if index.value is None else f"{indices.shown(index.value):f}"


def lines(found: Figures, index: indices.Index) -> list[Shown]:
    """Return the lines of an index in words."""
    return [_line(found, line) for line in index.lines]


def _line(found: Figures, line: indices.Line) -> Shown:
    up, down = wording.LEADS.get(line.code, ("", ""))
    points = "" if line.code == "against" else _points(indices.shown(line.points))
    return Shown(
        str(wording.LINES[line.code]),
        line.formula,
        _count(line.numerator),
        _count(line.denominator),
        points,
        behind_url(found.unit, found.month, up) if up else "",
        behind_url(found.unit, found.month, down) if down else "",
    )


def _points(number: Decimal) -> str:
    return f"{number:+f}".replace("-", "−") if number else f"{abs(number):f}"


def _count(number: Decimal | None) -> str:
    return "" if number is None else indices.plain(indices.shown(number))


def missing(index: indices.Index) -> list[str]:
    """Say what an index lacks."""
    return [str(wording.MISSING[name]) for name in index.missing]


def percent(share: Any) -> str:
    """Return a share as it is shown."""
    return "—" if share is None else f"{share:f}%"


def small(rate: Any) -> str:
    """Say that a figure is made of few."""
    return _("few ratings") if rate.small else ""
