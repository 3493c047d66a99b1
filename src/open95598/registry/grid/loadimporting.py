"""Load curves from tables (CSV, Excel, Parquet) and by the interface: a row a value. What is there already is compared:
the same file again changes nothing, a corrected one only what it corrects."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, Invalid, Refused
from open95598.foundation.people import rights
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook.reliability_rows import LoadRules
from open95598.foundation.transfer.importers import Change, Context, Field, Parsed
from open95598.foundation.units.models import Unit
from open95598.registry.grid import loadkeeping, loads, renumbering
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.loadkeeping import Key
from open95598.registry.grid.models import CODE, GridDevice

_WHY = "an import of loads, whose right is asked for each row"
#: what a load may be told in
UNITS = ("kw", "kva", "a")
#: kW, kVA or A: more is a slip; the first day that there are loads of
MOST, FIRST = 1_000_000, datetime(2000, 1, 1, tzinfo=UTC)
#: beside the right to import: measured values come from who tells of telemetry or looks after the register
_TELLING = (Permission.OUTAGE_REPORT, Permission.UNITS_MANAGE)
#: runs whose values are remembered, so that a time told twice is noticed
RUNS = 8


def _load(value: Any) -> Any:
    if abs(value) > MOST:
        raise ValueError(_("must be between -%(most)s and %(most)s") % {"most": MOST})
    return value


@dataclass(frozen=True)
class _Told:
    """Where a row belongs: the device's day, the slot in it, the value in the unit of the rating."""

    key: Key
    slot: int
    value: float


class LoadsImporter:
    """How lines and transformers were loaded: kW, kVA or A by the hour, the half hour or the quarter."""

    name = "grid-loads"
    label = gettext_lazy("Grid: load curves")
    #: rows a transaction: some three weeks of a line at 15 minutes
    batch = 2000
    fields: Sequence[Field] = (
        Field("device", gettext_lazy("Device code"), required=True, max_length=CODE,
              synonyms=("设备编号", "设备编码", "线路编号", "台区编号", "变压器编号", "编号", "device", "code")),
        Field("at", gettext_lazy("Time"), "datetime", required=True,
              synonyms=("时间", "采集时间", "数据时间", "时刻", "time", "at", "timestamp"),
              help=gettext_lazy("In the utility's zone; a value stands for the time from its moment on.")),
        Field("kw", gettext_lazy("Load, kW"), "decimal", check=_load,
              synonyms=("负荷", "负荷(kW)", "有功功率", "有功功率(kW)", "功率", "kW", "load")),
        Field("kva", gettext_lazy("Load, kVA"), "decimal", check=_load,
              synonyms=("视在功率", "视在功率(kVA)", "负荷(kVA)", "kVA")),
        Field("a", gettext_lazy("Current, A"), "decimal", check=_load,
              synonyms=("电流", "电流(A)", "负荷电流", "A", "amps")),
    )  # fmt: skip

    def __init__(self) -> None:
        #: run → what its rows said so far: (device, day) → slots, NaN where nothing
        self._seen: OrderedDict[int, dict[Key, Any]] = OrderedDict()

    def check_many(self, rows: Sequence[Parsed], context: Context) -> Mapping[int, Refused]:
        """Return refusals by row number: devices that are not here or not one's own, times off the quarters or ahead,
        rows with no load or several, and a time told twice with another load."""
        may = _may(context)
        devices = renumbering.by_code({row.values["device"] for row in rows}, _WHY)
        seen, placed = self._of_run(context.run_id), _Placing(context.now)
        refused: dict[int, Refused] = {}
        for row in rows:
            device = devices.get(row.values["device"])
            if device is not None and not may(device.unit):
                refused[row.number] = Forbidden(_("You may not do this at %(unit)s.") % {"unit": device.unit.name})
                continue
            problems = _problems(row.values, device, context.now)
            if device is not None and not problems:
                told = placed(row, device)
                day = seen.setdefault(told.key, np.full(100, np.nan, dtype=np.float32))
                before = day[told.slot]
                if not np.isnan(before) and before != np.float32(told.value):
                    problems["at"] = _("This time stands in the file twice, with another load.")
                else:
                    day[told.slot] = told.value
            if problems:
                refused[row.number] = Invalid(_("Some fields need your attention."), fields=problems)
        return refused

    def compare_many(self, rows: Sequence[Parsed], context: Context) -> Mapping[int, Sequence[Change]]:
        """Return which rows are kept already (no change) or bring another load than the one that is kept."""
        of = _where(rows, context.now)
        kept = loadkeeping.curves({told.key for told in of.values()})
        found: dict[int, Sequence[Change]] = {}
        for row in rows:
            told = of[row.number]
            before = kept[told.key][0][told.slot] if told.key in kept else None
            if before is not None:
                same = np.float32(before) == np.float32(told.value)
                name = next(one for one in UNITS if row.values.get(one) is not None)
                found[row.number] = [] if same else [Change(name, f"{before:g}", f"{told.value:g}")]
        return found

    def create_many(self, rows: Sequence[Parsed], context: Context) -> Sequence[str | Refused]:
        """Put the values into their days."""
        days: dict[Key, dict[int, float]] = defaultdict(dict)
        of = _where(rows, context.now)
        for told in of.values():
            days[told.key][told.slot] = told.value
        loadkeeping.keep(days, context.now)
        return [str(of[row.number].key[0]) for row in rows]

    def _of_run(self, run_id: int) -> dict[Key, Any]:
        found = self._seen.setdefault(run_id, {})
        while len(self._seen) > RUNS:
            self._seen.popitem(last=False)
        return found


def take(rows: Sequence[Mapping[str, Any]], context: Context, *, whole: bool = False) -> dict[str, Any]:
    """Take rows that came by the interface (``device``, ``at`` and one of ``kw``, ``kva``, ``a``): return ``new``,
    ``changed``, ``same`` and ``refused`` (row, from 1 → refusal). ``whole``: with one refused none is taken."""
    importer = LoadsImporter()
    parsed = [Parsed(number, str(number), "", row) for number, row in enumerate(rows, 1)]
    refused = importer.check_many(parsed, context)
    good = [row for row in parsed if row.number not in refused]
    compared = importer.compare_many(good, context)
    if not (whole and refused):
        importer.create_many([row for row in good if compared.get(row.number) != []], context)
    changed = sum(1 for changes in compared.values() if changes)
    return {
        "new": len(good) - len(compared), "changed": changed, "same": len(compared) - changed, "refused": refused,
    }  # fmt: skip


def _problems(values: Mapping[str, Any], device: GridDevice | None, now: datetime) -> dict[str, str]:
    problems: dict[str, str] = {}
    if device is None:
        problems["device"] = _("There is no such device.")
    elif device.kind >= DeviceKind.BOX:
        problems["device"] = _("Loads are kept of substations, lines and transformers.")
    told = [unit for unit in UNITS if values.get(unit) is not None]
    if not told:
        problems["kw"] = _("The load is missing: in kW, kVA or A.")
    elif len(told) > 1:
        problems[told[1]] = _("One load only: in kW, kVA or A.")
    if not FIRST <= values["at"] <= now + timedelta(minutes=loads.SLOT):
        problems["at"] = _("The time lies ahead.") if values["at"] > now else _("The time lies too far back.")
    elif loads.place(values["at"], loadkeeping.zone()) is None:
        problems["at"] = _("The time is no quarter of an hour.")
    return problems


class _Placing:
    """Says where rows belong, by the rules of each device's unit, which are asked for once."""

    def __init__(self, now: datetime) -> None:
        self._now, self._zone = now, loadkeeping.zone()
        self._rules: dict[int, LoadRules] = {}

    def __call__(self, row: Parsed, device: GridDevice) -> _Told:
        placed = loads.place(row.values["at"], self._zone)
        assert placed is not None  # checked before
        unit = next(one for one in UNITS if row.values.get(one) is not None)
        if device.unit_id not in self._rules:
            self._rules[device.unit_id] = loadkeeping.rules_of(device.unit.lineage, self._now)
        rules = self._rules[device.unit_id]
        value = loads.in_rated_unit(float(row.values[unit]), unit, rules, line=device.is_line)
        return _Told((device.pk, placed[0]), placed[1], value)


def _where(rows: Sequence[Parsed], now: datetime) -> dict[int, _Told]:
    devices, placed = renumbering.by_code({row.values["device"] for row in rows}, _WHY), _Placing(now)
    return {row.number: placed(row, devices[row.values["device"]]) for row in rows}


def may_anywhere(own: Rights) -> bool:
    """Whether somebody may bring loads in at all: who imports, and may tell of telemetry or manages units."""
    telling = any(map(own.anywhere, _TELLING))
    return own.anywhere(Permission.IMPORT) and telling


def _may(context: Context) -> Callable[[Unit], bool]:
    """Return what says whether loads of a unit may be brought in. Raises `Forbidden` when that is nowhere."""
    if context.person is None:
        return lambda _unit: True
    own = Actor.of(context.person, rights.load(context.person, context.now), "import").rights
    assert own is not None
    if not may_anywhere(own):
        raise Forbidden(_("Your roles do not include this import."))

    def may(unit: Unit) -> bool:
        return own.at(Permission.IMPORT, unit.lineage) and any(own.at(one, unit.lineage) for one in _TELLING)

    return may
