"""What the page of reliability shows, for screen, spreadsheet and interface alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.control.reliability import reading, serving
from open95598.control.reliability.arithmetic import Base, Indices, Sums, rounded
from open95598.control.reliability.reading import Interruption
from open95598.foundation import months
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.service.workorders import directory, overview

MONTHS = 12
#: decimals of each figure on every screen, paper and interface
PLACES = {"saidi": 3, "saifi": 5, "caidi": 3, "aihc": 4, "rs1": 6, "rs2": 6, "rs3": 6}
#: what of the outages behind a month is listed
PARTS = ("all", "fault", "planned", "external", "rationing")


@dataclass(frozen=True)
class Line:
    """A month, or a unit, with its figures; ``url`` leads on, ``behind`` to the outages that made it."""

    name: str
    month: date
    customers: int
    indices: Indices
    url: str
    behind: str

    def __getattr__(self, name: str) -> Decimal | None:
        """Return a figure as it is shown: ``saidi`` … ``rs3``, with the decimals of ``PLACES``."""
        if name not in PLACES:
            raise AttributeError(name)
        return rounded(getattr(self.indices, name), PLACES[name])

    @property
    def sums(self) -> Sums:
        """What the figures are made of."""
        return self.indices.sums

    @property
    def customer_hours(self) -> Decimal | None:
        """The customers' time in the dark, in hours."""
        return rounded(self.sums.minutes / 60, 1)


@dataclass(frozen=True)
class Behind:
    """An outage behind a month's figures: what it cost in that month."""

    row: Interruption
    sums: Sums
    url: str

    @property
    def customer_minutes(self) -> Decimal | None:
        """The customers' minutes in the dark that it cost."""
        return rounded(self.sums.minutes, 0)


@dataclass
class Page:
    """The figures of a unit with everything below it, twelve months up to ``month``. Eight queries."""

    rights: Rights
    unit: UnitFacts
    month: date
    now: datetime

    @cached_property
    def months(self) -> list[date]:
        """The twelve months, the oldest first."""
        return [months.moved(self.month, -back) for back in range(MONTHS - 1, -1, -1)]

    @cached_property
    def path(self) -> list[UnitFacts]:
        """The units above that the reader may look at, from the top."""
        near = [u for u in directory.units() if u.id in self.unit.lineage]
        return [u for u in near if self.rights.at(Permission.OVERVIEW_VIEW, u.lineage)]

    @cached_property
    def _units(self) -> list[UnitFacts]:
        return [u for u in directory.units() if self.unit.id in u.lineage]

    @cached_property
    def rows(self) -> list[Interruption]:
        """Everything that interrupted supply in the twelve months."""
        start, end = months.bounds(self.months[0])[0], months.bounds(self.month)[1]
        return reading.load(self.rights, self.unit.id, start, end, self.now)

    @cached_property
    def _served(self) -> Mapping[date, Mapping[int, int]]:
        return serving.by_month([u.id for u in self._units], self.months)

    def _base(self, month: date, unit_ids: Collection[int]) -> tuple[int, Base]:
        """Return the customers of units in a month and what supply they were owed in it, until now."""
        start, end = months.bounds(month)
        customers = sum(n for unit, n in self._served[month].items() if unit in unit_ids)
        return customers, Base.of(customers, max(min(end, self.now), start) - start)

    def _line(self, name: str, month: date, unit: UnitFacts, url: str) -> Line:
        start, end = months.bounds(month)
        mine = [row for row in self.rows if unit.id in row.scope]
        sums = sum((row.sums(start, end) for row in mine), Sums())
        customers, base = self._base(month, {u.id for u in self._units if unit.id in u.lineage})
        return Line(name, month, customers, Indices(sums, base), url, self._behind(unit.id, month))

    @cached_property
    def year(self) -> list[Line]:
        """The twelve months, the oldest first."""
        return [self._line(f"{m:%Y-%m}", m, self.unit, self.address(month=f"{m:%Y-%m}")) for m in self.months]

    @property
    def here(self) -> Line:
        """The month itself."""
        return self.year[-1]

    @cached_property
    def to_date(self) -> Line:
        """The calendar year up to the month, by the mean of the months' customers."""
        lines = [line for line in self.year if line.month.year == self.month.year]
        sums = sum((line.sums for line in lines), Sums())
        base = sum((line.indices.base for line in lines), Base())
        return Line(f"{self.month:%Y}", self.month, int(base.customers or 0), Indices(sums, base), "", "")

    @cached_property
    def below(self) -> list[Line]:
        """The units directly below in the month, the one with the longest interruptions first."""
        under = [u for u in self._units if u.lineage[:-1] == self.unit.lineage]
        lines = [self._line(u.name, self.month, u, self.address(unit=u.id)) for u in under]
        return sorted(lines, key=lambda line: (-(line.indices.saidi or 0), line.name))

    def behind(self, part: str = "all") -> list[Behind]:
        """Return the outages that made the month's figures, the most costly first; ``part``: one of ``PARTS``."""
        start, end = months.bounds(self.month)
        found = []
        for row in self.rows:
            wanted = {
                "all": True, "fault": not row.planned, "planned": row.planned, "external": row.external,
                "rationing": row.rationing,
            }[part]  # fmt: skip
            sums = row.sums(start, end) if wanted else Sums()
            if sums.events or sums.interrupted:
                name = "planned:case" if row.planned else "outages:case"
                found.append(Behind(row, sums, reverse(name, args=(row.pk,))))
        return sorted(found, key=lambda one: (-one.sums.lost, one.row.planned, one.row.pk))

    def address(self, **changes: Any) -> str:
        """Return this page's address with something changed."""
        return self._url("reliability:figures", **changes)

    def _behind(self, unit_id: int, month: date) -> str:
        return self._url("reliability:behind", unit=unit_id, month=f"{month:%Y-%m}")

    def _url(self, name: str, **changes: Any) -> str:
        query = {"unit": self.unit.id, "month": f"{self.month:%Y-%m}", **changes}
        return f"{reverse(name)}?{urlencode(query)}"

    def chart(self) -> dict[str, Any]:
        """Return the chart of SAIDI by month, faults and announced outages apart; a click shows the month's outages."""

        def bars(name: str) -> list[dict[str, Any]]:
            values = [(line, rounded(getattr(line.indices, name), 3)) for line in self.year]
            return [{"value": None if v is None else float(v), "url": line.behind} for line, v in values]

        bar = {"type": "bar", "stack": "all", "barMaxWidth": 28}
        return {
            "legend": {"show": True},
            "tooltip": {"trigger": "axis"},
            "grid": {"left": 8, "right": 24, "top": 40, "bottom": 8, "containLabel": True},
            "xAxis": {"type": "category", "data": [line.name for line in self.year]},
            "yAxis": {"type": "value", "name": pgettext("axis", "minutes a customer"),
                      "nameTextStyle": {"align": "left"}},
            "series": [
                bar | {"name": pgettext("interruptions", "Faults"), "itemStyle": {"color": "--danger"},
                       "data": bars("fault_saidi")},
                bar | {"name": pgettext("interruptions", "Announced"), "itemStyle": {"color": "--accent-2"},
                       "data": bars("planned_saidi")},
            ],
        }  # fmt: skip

    @property
    def named_parts(self) -> list[tuple[str, str]]:
        """The parts of the outages behind a month, with what they are called."""
        names = (
            pgettext("interruptions", "All"), pgettext("interruptions", "Faults"),
            pgettext("interruptions", "Announced"), _("From outside"), _("Rationing"),
        )  # fmt: skip
        return list(zip(PARTS, names, strict=True))


def open_page(rights: Rights, now: datetime, params: Mapping[str, Any]) -> Page:
    """Return the page that an address asks for: ``unit`` (id), ``month`` (2026-03; not later than this one).

    Raises ``Forbidden`` for a unit out of reach.
    """
    unit = overview.choose(rights, str(params.get("unit") or ""))
    return Page(rights, unit, months.asked(str(params.get("month") or ""), months.local_day(now)), now)
