"""What the page of promises and peers shows, for screen, spreadsheet and interface alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.control.indicators import counting, measures, wording
from open95598.control.indicators.comparing import MEASURES, SUBSTANTIATED, Compared, Count, compare
from open95598.foundation import months
from open95598.foundation.errors import Forbidden
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.foundation.rulebook.tracking_rows import Promise
from open95598.foundation.units.models import UnitLevel
from open95598.service.workorders import directory

MONTHS = 12
KEPT, BROKEN, PENDING = "kept", "broken", "pending"
#: levels of which units are compared
LEVELS = (UnitLevel.PROVINCE, UnitLevel.CITY, UnitLevel.COUNTY, UnitLevel.TEAM)
#: the sparkline's box
_WIDTH, _HEIGHT = 96, 24


@dataclass(frozen=True)
class Shown:
    """A promise with its counts: of the month, of the one before, of the twelve months up to it (oldest first)."""

    promise: Promise
    now: Count
    before: Count
    year: tuple[Count, ...]
    urls: Mapping[str, str]
    url: str
    #: decimals of its share; what a room counts has the address of that room's figures and is in no comparison
    places: int = 2
    figures: str = ""

    @property
    def measured(self) -> bool:
        """Whether orders tell of it, or a room counts it."""
        return bool(self.promise.clock or self.promise.measure)

    @property
    def change(self) -> float | None:
        """By how many points the share changed from the month before."""
        if self.now.share is None or self.before.share is None:
            return None
        return self.now.share - self.before.share

    @property
    def points(self) -> list[str]:
        """The sparkline: lines in a box of 96 × 24 from 80 to 100 per cent, broken where a month tells nothing."""
        lines: list[list[str]] = [[]]
        step = _WIDTH / (MONTHS - 1)
        for index, count in enumerate(self.year):
            if count.share is None:
                lines.append([])
            else:
                height = (max(count.share, 80.0) - 80.0) / 20.0
                lines[-1].append(f"{index * step:.1f},{_HEIGHT - 2 - height * (_HEIGHT - 4):.1f}")
        return [" ".join(line if len(line) > 1 else [*line, *line]) for line in lines if line]


@dataclass(frozen=True)
class Peer:
    """A unit among its peers, with its cells in the order of the columns."""

    unit: UnitFacts
    cells: tuple[Any, ...]


@dataclass
class Page:
    """A unit's month for one reader."""

    rights: Rights
    unit: UnitFacts
    month: date
    level: str
    chosen: str
    now: datetime

    @cached_property
    def rules(self) -> Any:
        """The rulebook in force for the unit: it says which promises there are."""
        return store.current(self.now, self.unit.lineage)

    @cached_property
    def months(self) -> list[date]:
        """The month and the eleven before it, the oldest first."""
        return [months.moved(self.month, -back) for back in range(MONTHS - 1, -1, -1)]

    @cached_property
    def counted(self) -> datetime | None:
        """As of when the month was counted; None: nothing is known of it."""
        return counting.refresh(self.months, self.now).get(self.month)

    @cached_property
    def _by_month(self) -> dict[str, dict[date, Count]]:
        _ = self.counted
        return counting.by_month([u.id for u in directory.units() if self.unit.id in u.lineage], self.months)

    @cached_property
    def promises(self) -> list[Shown]:
        """The promises, each with its counts."""
        return [self._shown(promise) for promise in self.rules.tracking.promises]

    def _shown(self, promise: Promise) -> Shown:
        if promise.measure:
            return self._counted(promise)
        counts = self._by_month.get(promise.code, {})
        year = tuple(counts.get(month, Count()) for month in self.months)
        urls = {says: self._cases(promise.code, says) for says in (KEPT, BROKEN, PENDING)}
        return Shown(promise, year[-1], year[-2], year, urls, self.address(chosen=promise.code))

    def _counted(self, promise: Promise) -> Shown:
        """Return a promise that a room counts by itself."""
        measure = measures.MEASURES[promise.measure]
        counts = measure.count(self.rights, self.unit, self.months, self.now)
        year = tuple(counts.get(month, Count()) for month in self.months)
        url = measure.url(self.unit.id, self.month)
        return Shown(promise, year[-1], year[-2], year, {}, url, measure.places, url)

    @cached_property
    def substantiated(self) -> list[Count]:
        """Complaints found substantiated (``bad``), in the order of the months."""
        counts = self._by_month.get(SUBSTANTIATED, {})
        return [counts.get(month, Count()) for month in self.months]

    @property
    def substantiated_url(self) -> str:
        """The complaints behind the number of the month."""
        return self._cases(SUBSTANTIATED, BROKEN)

    def _cases(self, code: str, says: str) -> str:
        query = {"promise": code, "says": says, "month": self.month.strftime("%Y-%m"), "unit": self.unit.id}
        return f"{reverse('indicators:cases')}?{urlencode(query)}"

    def address(self, **changes: Any) -> str:
        """Return this page's address with something changed."""
        now = {"unit": self.unit.id, "month": self.month.strftime("%Y-%m"), "level": self.level, "chosen": self.chosen}
        query = {k: v for k, v in {**now, **changes}.items() if v not in ("", None)}
        return f"{reverse('indicators:promises')}?{urlencode(query)}"

    # peers --------------------------------------------------------------------------------------------------------

    @cached_property
    def _groups(self) -> dict[int, list[int]]:
        """Every unit of the level in the utility, with all below it."""
        units = directory.units()
        return {top.id: [u.id for u in units if top.id in u.lineage] for top in units if top.level == self.level}

    @cached_property
    def compared(self) -> dict[str, Compared]:
        """Each measure over all units of the level."""
        _ = self.counted
        found = counting.by_unit(self.month, self._groups)
        return {
            code: compare({unit: found.get(code, {}).get(unit, Count()) for unit in self._groups})
            for code in self.columns
        }

    @cached_property
    def columns(self) -> dict[str, tuple[str, str]]:
        """The columns of the comparison, code → (name, meaning): the measures, then the measured promises."""
        language = get_language()
        found = {code: (str(wording.MEASURES[code][0]), str(wording.MEASURES[code][1])) for code in MEASURES}
        for promise in self.rules.tracking.promises:
            if promise.clock:
                found[promise.code] = (promise.label.in_(language), promise.text.in_(language))
        return found

    @cached_property
    def peers(self) -> list[Peer]:
        """The units of the level that the reader may look at, by their rank in the chosen measure."""
        units = [u for u in directory.units() if u.level == self.level and self._in_reach(u)]
        rows = [Peer(u, tuple(self.compared[code].cells[u.id] for code in self.columns)) for u in units]
        place = list(self.columns).index(self.sorted_by)
        return sorted(rows, key=lambda peer: (peer.cells[place].rank or 10**6, peer.unit.lineage))

    def _in_reach(self, unit: UnitFacts) -> bool:
        return self.rights.at(Permission.OVERVIEW_VIEW, unit.lineage)

    @property
    def sorted_by(self) -> str:
        """The measure by which peers are sorted."""
        return self.chosen if self.chosen in self.columns else MEASURES[0]

    @property
    def sorted_name(self) -> str:
        """Its name."""
        return self.columns[self.sorted_by][0]

    @property
    def heads(self) -> list[tuple[str, str, str, bool, Compared]]:
        """The columns' heads: name, meaning, the address that sorts by it, whether it does, median and best."""
        return [
            (name, meaning, self.address(chosen=code), code == self.sorted_by, self.compared[code])
            for code, (name, meaning) in self.columns.items()
        ]

    def chart(self) -> dict[str, Any]:
        """Return the peers' bars by the chosen measure, the best on top, with the median."""
        compared = self.compared[self.sorted_by]
        place = list(self.columns).index(self.sorted_by)
        shown = [p for p in self.peers if p.cells[place].count.told][:20][::-1]
        shares = [(peer, peer.cells[place].count.share or 0.0) for peer in shown]
        lowest = min((share for _peer, share in shares), default=0.0)

        def bars(*, few: bool) -> list[dict[str, Any]]:
            return [
                {"value": round(share, 2) if peer.cells[place].few == few else None,
                 "url": self.address(unit=peer.unit.id)}
                for peer, share in shares
            ]  # fmt: skip

        line: dict[str, Any] = {"symbol": "none", "data": []}
        if compared.median is not None:
            mark = {"xAxis": round(compared.median, 2)}
            line = {"symbol": "none", "label": {"formatter": _("median")}, "data": [mark]}
        return {
            "tooltip": {"trigger": "item"},
            "grid": {"left": 8, "right": 40, "top": 24, "bottom": 8, "containLabel": True},
            "xAxis": {"type": "value", "name": "%", "nameLocation": "end", "max": 100, "min": int(lowest // 10 * 10)},
            "yAxis": {"type": "category", "data": [peer.unit.name for peer in shown]},
            "series": [
                {"type": "bar", "stack": "all", "barMaxWidth": 18, "itemStyle": {"color": "--accent-2"},
                 "data": bars(few=False), "markLine": line},
                {"type": "bar", "stack": "all", "barMaxWidth": 18, "itemStyle": {"color": "--line"},
                 "data": bars(few=True)},
            ],
        }  # fmt: skip


def open_page(rights: Rights, now: datetime, params: Mapping[str, Any]) -> Page:
    """Return the page that an address asks for: ``unit`` (id or code), ``month``, ``level``, ``chosen``.

    Raises ``Forbidden`` for a unit out of reach.
    """
    reach = [u for u in directory.units() if rights.at(Permission.OVERVIEW_VIEW, u.lineage)]
    if not reach:
        raise Forbidden(_("Your roles do not include this page. Ask your unit's administrator if you need it."))
    wanted = str(params.get("unit") or "")
    unit = next((u for u in reach if wanted in (str(u.id), u.code)), None)
    if wanted and unit is None:
        raise Forbidden(_("This unit is not yours to look at."))
    unit = unit or min(reach, key=lambda u: len(u.lineage))
    try:
        month = min(date.fromisoformat(f"{params.get('month', '')}-01"), months.of(now))
    except ValueError:
        month = months.of(now)
    levels = [level for level in LEVELS if any(u.level == level for u in directory.units())]
    asked = str(params.get("level") or "")
    level = asked if asked in levels else (UnitLevel.COUNTY if UnitLevel.COUNTY in levels else str(unit.level))
    return Page(rights, unit, month, str(level), str(params.get("chosen") or "")[:64], now)
