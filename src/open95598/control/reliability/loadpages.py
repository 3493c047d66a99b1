"""What the page of heavy and overloaded lines shows, for screen, spreadsheet and interface alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import IO, Any
from urllib.parse import urlencode

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from open95598.control.reliability import improvements, loaded
from open95598.control.reliability.loaded import Loaded, Period
from open95598.control.reliability.models import Ground
from open95598.foundation import months
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.reliability_rows import LoadRules
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.foundation.transfer.writing import Column, Watermark, workbook
from open95598.registry.grid import loads
from open95598.registry.grid.kinds import LINES, DeviceKind
from open95598.registry.grid.loadcharts import HEAVY, OVERLOADED
from open95598.service.workorders import directory, overview

GRADES: Mapping[str, Any] = {
    OVERLOADED: pgettext_lazy("load", "overloaded"), HEAVY: pgettext_lazy("load", "heavy"),
}  # fmt: skip
KINDS: Mapping[str, tuple[Any, tuple[int, ...]]] = {
    "line": (pgettext_lazy("grid", "Lines"), tuple(LINES)),
    "area": (gettext_lazy("Transformers"), (DeviceKind.TRANSFORMER, DeviceKind.SUBSTATION)),
}
#: rows on the page, and in a spreadsheet
MOST, SHEET = 100, 5000
#: a small picture of a day: its size in its own units, the highest load that it shows in percent
WIDE, HIGH = 96, 36


@dataclass(frozen=True)
class Small:
    """A day's load as lines of a small picture: the load itself (pieces), the heights of the rating and of heavy."""

    pieces: tuple[str, ...]
    rated: float
    heavy: float


@dataclass
class Page:
    """The list of a unit with everything below it, ``most`` rows of it."""

    rights: Rights
    unit: UnitFacts
    rules: LoadRules
    when: Period
    now: datetime
    grade: str
    kind: str
    most: int

    @cached_property
    def path(self) -> list[UnitFacts]:
        """The units above that the reader may look at, from the top."""
        near = [u for u in directory.units() if u.id in self.unit.lineage]
        return [u for u in near if self.rights.at(Permission.OVERVIEW_VIEW, u.lineage)]

    @cached_property
    def below(self) -> list[UnitFacts]:
        """The units directly below."""
        return [u for u in directory.units() if u.lineage[:-1] == self.unit.lineage]

    @cached_property
    def all(self) -> list[Loaded]:
        """All that are on the list, of either grade."""
        kinds = KINDS[self.kind][1] if self.kind else ()
        return loaded.loaded(self.rights, self.unit.id, self.rules, self.when, kinds=kinds)

    @cached_property
    def rows(self) -> list[Loaded]:
        """Those that are shown, with durations and worst days."""
        found = [one for one in self.all if self.grade in ("", one.grade)][: self.most]
        loaded.look_into(found, self.rules, self.when)
        return found

    @property
    def total(self) -> int:
        """How many there are of the grade asked for."""
        return sum(self.grade in ("", one.grade) for one in self.all)

    @cached_property
    def going(self) -> dict[str, int]:
        """The open improvements of the rows because of their load: code → id of the case."""
        return improvements.open_of([one.device.code for one in self.rows], Ground.LOAD)

    @property
    def lines(self) -> list[tuple[Loaded, Any, Small | None, int | None, str]]:
        """The rows with what their grade is called, a small picture, their open improvement and the worst day."""
        return [
            (one, GRADES[one.grade], small(one, self.rules), self.going.get(one.device.code),
             months.local_day(one.worst.at).isoformat() if one.worst else "")
            for one in self.rows
        ]  # fmt: skip

    @property
    def tabs(self) -> list[tuple[str, Any, int, str, bool]]:
        """What may be chosen by grade: code, name, number, address, whether it is."""
        names = {"": pgettext("loads", "All"), **GRADES}
        counts = {code: sum(code in ("", one.grade) for one in self.all) for code in names}
        return [(code, name, counts[code], self.address(grade=code), code == self.grade) for code, name in
                names.items()]  # fmt: skip

    @property
    def kinds(self) -> list[tuple[Any, str, bool]]:
        """What may be chosen by kind: name, address, whether it is."""
        names = {"": pgettext("kinds", "All"), **{code: name for code, (name, _kinds) in KINDS.items()}}
        return [(name, self.address(kind=code), code == self.kind) for code, name in names.items()]

    @property
    def month(self) -> str:
        """The month as in addresses; "" for the last days."""
        return f"{self.when.month:%Y-%m}" if self.when.month else ""

    @property
    def label(self) -> str:
        """The time as a word in names of files: the month or the last day."""
        return self.month or f"{months.local_day(self.now)}"

    @property
    def leaves(self) -> dict[str, str]:
        """What the month is turned by; the last days lie after the present month."""
        today = months.local_day(self.now)
        if self.when.month is None:
            return {"previous": f"{months.of(today):%Y-%m}", "following": ""}
        return months.leaves(self.when.month, today)

    def address(self, **changes: Any) -> str:
        """Return this page's address with something changed; "" leaves a part out."""
        given = {"unit": self.unit.id, "month": self.month, "grade": self.grade, "kind": self.kind, **changes}
        return "?" + urlencode({name: value for name, value in given.items() if value != ""})

    @property
    def sheet_url(self) -> str:
        """The address of the same list as a spreadsheet."""
        return reverse("reliability:load_sheet") + self.address()


def open_page(rights: Rights, now: datetime, params: Mapping[str, Any], most: int = MOST) -> Page:
    """Return the page that an address asks for: ``unit`` (id), ``month`` (2026-03; the last days without), ``grade``,
    ``kind`` (line, area). Raises ``Forbidden`` for a unit out of reach."""
    unit = overview.choose(rights, str(params.get("unit") or ""))
    rules = store.current(now, unit.lineage).reliability.load
    grade, kind = str(params.get("grade") or ""), str(params.get("kind") or "")
    when = loaded.period(str(params.get("month") or ""), rules, now)
    return Page(rights, unit, rules, when, now, grade if grade in GRADES else "", kind if kind in KINDS else "", most)


def small(one: Loaded, rules: LoadRules) -> Small | None:
    """Return the worst day of a line as a small picture; None without one."""
    day = one.worst
    if day is None or not day.rated:
        return None
    values = loads.filled(day.values) * 100 / day.rated
    top = max(float(np.nanmax(values)), 100.0) * 1.05
    pieces, run = [], list[str]()
    for slot, value in enumerate(values):
        if np.isnan(value):
            pieces.append(run)
            run = []
            continue
        run.append(f"{slot * WIDE / len(values):.1f},{HIGH - value * HIGH / top:.1f}")
    pieces.append(run)
    return Small(tuple(" ".join(piece) for piece in pieces if len(piece) > 1),
                 round(HIGH - 100 * HIGH / top, 1), round(HIGH - rules.heavy * HIGH / top, 1))  # fmt: skip


def sheet(page: Page, name: str, now: datetime) -> IO[bytes]:
    """Return the list as a spreadsheet."""
    columns = [
        Column("device", _("Device code")), Column("name", _("Line or device"), width=24),
        Column("kind", _("Kind of device")), Column("unit", _("Unit")),
        Column("grade", pgettext("load", "Grade")), Column("rated", pgettext("grid", "Rated"), kind="number"),
        Column("in", _("A or kVA")), Column("rate", _("Load, % of the rating"), kind="number"),
        Column("peak", pgettext("load", "Peak"), kind="number"), Column("peak_at", _("When"), kind="datetime"),
        Column("days", pgettext("load", "Days"), kind="number"),
        Column("over_days", _("Days overloaded"), kind="number"),
        Column("hours", _("Hours heavy or overloaded"), kind="number"),
        Column("over_hours", _("Hours overloaded"), kind="number"),
        Column("points", _("Usage points"), kind="number"),
    ]  # fmt: skip
    records = []
    for one in page.rows:
        day, device = one.worst, one.device
        records.append([
            device.code, str(device), str(DeviceKind(device.kind).label), device.unit.name, str(GRADES[one.grade]),
            day.rated if day else None, device.rated_unit, round(one.rate, 1), round(day.peak, 1) if day else None,
            day.peak_at if day else None, one.days, one.over_days, one.minutes / 60, one.over_minutes / 60,
            device.points,
        ])  # fmt: skip
    title = f"{_('Heavy and overloaded')} {page.unit.name} {page.label}"
    return workbook(columns, records, sheet=page.label, watermark=Watermark(name, now, title), meta={"title": title})
