"""Lines that came onto a list: each night the managers of the unit that looks after them are told, once for a line,
what it is (heavy, overloaded, out so often that it is an alert) and a month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from open95598.control.reliability import bad, loaded, loadpages
from open95598.control.reliability.models import LineTold
from open95598.foundation import months
from open95598.foundation.notices.services import notify
from open95598.foundation.people.models import RoleAssignment
from open95598.foundation.people.policy import Role
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.foundation.words import Label
from open95598.registry.grid.loadcharts import HEAVY, OVERLOADED, grade
from open95598.registry.grid.models import GridDevice
from open95598.service.workorders import directory

FREQUENT = "frequent"
#: what a line is told of as, the worst first
WHAT = (OVERLOADED, HEAVY, FREQUENT)
#: lines that a message names
NAMED = 5
#: device's id, what, month
Found = tuple[int, str, date]


@transaction.atomic
def tell(now: datetime) -> int:
    """Tell of lines that are new on the lists; return how many were. As often as one likes: each is told once."""
    units = {unit.id: unit for unit in directory.units()}
    found = [*_by_load(units.values(), now), *_by_outages(units.values(), now)]
    known = set(LineTold.objects.filter(month__in={month for _pk, _what, month in found})
                .values_list("device_id", "what", "month"))  # fmt: skip
    new = sorted(set(found) - known)
    LineTold.objects.bulk_create([LineTold(device_id=pk, what=what, month=month, at=now) for pk, what, month in new])
    devices = GridDevice.objects.system("lines that somebody is told of").in_bulk([pk for pk, _what, _month in new])
    by_unit: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for pk, what, _month in new:
        by_unit[devices[pk].unit_id][what].append(str(devices[pk]))
    for unit_id, lines in by_unit.items():
        people = _managers(units[unit_id], now)
        key = f"lines/{unit_id}/{now.isoformat()}"
        notify(people, "reliability.lines", _said(lines, named=False), _said(lines, named=True), now=now, key=key)
    return len(new)


def _by_load(units: Iterable[UnitFacts], now: datetime) -> Iterable[Found]:
    """Yield the lines that were heavy or overloaded lately, by the months in which they were."""
    rules = {unit.id: store.current(now, unit.lineage).reliability.load for unit in units}
    if not rules:
        return
    start = loaded.back(now, max(one.days for one in rules.values()))
    days = loaded.bad_days(rules, start, now)
    rows = GridDevice.objects.system("lines that somebody is told of").filter(pk__in=days)
    unit_of = dict(rows.values_list("pk", "unit_id"))
    for pk, mine in days.items():
        own = rules[unit_of[pk]]
        since = loaded.back(now, own.days)
        most: dict[date, float] = {}
        for at, rate in mine:
            if at >= since:
                month = months.of(at)
                most[month] = max(rate, most.get(month, 0))
        for month, rate in most.items():
            yield pk, grade(rate, own), month


def _by_outages(units: Iterable[UnitFacts], now: datetime) -> Iterable[Found]:
    """Yield the lines that were out so often that it is an alert, by the month in which they were out last."""
    for top in (unit for unit in units if len(unit.lineage) == 1):
        rules = store.current(now, top.lineage).reliability.frequent
        for one in bad.frequent(None, top.id, rules, now):
            if one.alert:
                yield one.pk, FREQUENT, months.of(one.last)


def _said(lines: dict[str, list[str]], *, named: bool) -> Label:
    """Return how many lines are new of what, or which."""
    texts = []
    for language in ("zh-hans", "en"):
        with override(language):
            names = {**loadpages.GRADES, FREQUENT: _("out frequently")}
            parts = []
            for what in WHAT:
                mine = lines.get(what, [])
                if mine and named:
                    more = len(mine) - NAMED
                    told = _(", ").join(mine[:NAMED]) + (_(" and %(n)s more") % {"n": more} if more > 0 else "")
                    parts.append(_("%(what)s: %(lines)s") % {"what": names[what], "lines": told})
                elif mine:
                    parts.append(_("%(n)s %(what)s") % {"n": len(mine), "what": names[what]})
            said = _("; ").join(parts)
            texts.append(said if named else _("Lines and transformers: %(what)s") % {"what": said})
    return Label(*texts)


def _managers(unit: UnitFacts, now: datetime) -> list[int]:
    """Return who manages a unit; when nobody does, who manages the nearest one above."""
    held = RoleAssignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=now), role=Role.UNIT_MANAGER, unit__in=unit.lineage, valid_from__lte=now,
        person__is_active=True,
    )  # fmt: skip
    at: dict[int, list[int]] = defaultdict(list)
    for unit_id, person in held.values_list("unit_id", "person_id"):
        at[unit_id].append(person)
    return next((at[one] for one in reversed(unit.lineage) if one in at), [])
