"""Layers of the map besides the grid itself: reports, hotspots of repeated outages, and what rooms above add (C8).

A layer gives pins inside the window. What customers said stands at their transformer, never at their box or meter: the
map shows where, and nobody's home.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from open95598.foundation import months
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.registry.grid import queries as grid
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.models import GridDevice
from open95598.service.outages.kinds import Apart
from open95598.service.outages.models import Outage, OutageReport
from open95598.service.workorders import directory

#: pins of a layer at most; how far back reports are shown
MOST = 300
REPORTS = timedelta(hours=12)
#: upward from a device that is somebody's home
_UP = ("", "parent__", "parent__parent__", "parent__parent__parent__")


@dataclass(frozen=True)
class Pin:
    """Something at a place, in the grid's coordinates; ``size`` in units of the drawing, ``mark`` a short text."""

    x: float
    y: float
    size: float
    title: str
    url: str
    mark: str = ""


#: pins for a reader, a unit with all below it, a box (left, bottom, right, top), now; the most important first
Load = Callable[[Rights, UnitFacts, tuple[float, float, float, float], datetime], Iterable[Pin]]


@dataclass(frozen=True)
class Layer:
    """A layer that can be switched: ``name`` stands in the address and in the style of its pins."""

    name: str
    label: Any
    load: Load


def devices(rights: Rights, unit: UnitFacts) -> QuerySet[GridDevice]:
    """Return the devices of a unit with all below it that the reader may see, and that have a place."""
    found = grid.devices(rights).filter(x__isnull=False, y__isnull=False)
    if len(unit.lineage) == 1:
        return found
    return found.filter(unit__in=[u.id for u in directory.units() if unit.id in u.lineage])


def _spots(rights: Rights, unit: UnitFacts, codes: Iterable[str]) -> dict[str, tuple[int, str, str, float, float]]:
    """Return where things at devices are shown: code → (id, code, name, x, y) of it or of the transformer above."""
    columns = [f"{up}{name}" for up in _UP for name in ("pk", "kind", "code", "name", "x", "y")]
    rows = grid.devices(rights).filter(code__in=list(codes))
    if len(unit.lineage) > 1:
        rows = rows.filter(unit__in=[u.id for u in directory.units() if unit.id in u.lineage])
    found = {}
    for own, *values in rows.values_list("code", *columns):
        for first in range(0, len(values), 6):
            pk, kind, code, name, x, y = values[first : first + 6]
            if pk is None:
                break
            if kind <= DeviceKind.TRANSFORMER and x is not None and y is not None:
                found[own] = (pk, code, name or code, x, y)
                break
    return found


def _inside(x: float, y: float, box: Sequence[float]) -> bool:
    left, bottom, right, top = box
    return left <= x <= right and bottom <= y <= top


def reports(rights: Rights, unit: UnitFacts, box: tuple[float, float, float, float], now: datetime) -> Iterable[Pin]:
    """Return where it was reported dark lately, by transformer with how many; two queries."""
    rows: Any = OutageReport.objects.restrict(rights, Permission.OVERVIEW_VIEW)
    rows = rows.filter(received_at__gt=now - REPORTS, received_at__lte=now, apart=Apart.NONE).exclude(device="")
    counted = dict(rows.order_by().values_list("device").annotate(n=Count("pk")))
    if not counted:
        return []
    places: dict[tuple[int, str, str, float, float], int] = defaultdict(int)
    for code, spot in _spots(rights, unit, counted).items():
        if _inside(spot[3], spot[4], box):
            places[spot] += counted[code]
    largest = sorted(places.items(), key=lambda one: (-one[1], one[0][0]))[:MOST]
    return [
        Pin(x, y, min(5 + n**0.5, 12), _("%(place)s: %(n)s reports in the last 12 hours") % {"place": name, "n": n},
            reverse("outages:line", args=(pk,)), str(n) if n > 1 else "")
        for (pk, _code, name, x, y), n in largest
    ]  # fmt: skip


def repeated(rights: Rights, unit: UnitFacts, since: datetime, now: datetime, times: int) -> list[tuple[str, int]]:
    """Return the devices that were out so many ``times`` since then, the most often first: code, how often."""
    rows: Any = Outage.objects.restrict(rights, Permission.OVERVIEW_VIEW)
    rows = rows.filter(case__scope__contains=[unit.id], actual_start__gte=since, actual_start__lte=now)
    rows = rows.exclude(case__state__in=("unconfirmed", "probable", "merged", "withdrawn"))
    counted = rows.order_by().values_list("device").annotate(n=Count("pk")).filter(n__gte=times)
    return sorted(counted, key=lambda one: (-one[1], one[0]))


def hotspots(rights: Rights, unit: UnitFacts, box: tuple[float, float, float, float], now: datetime) -> Iterable[Pin]:
    """Return the devices that were out again and again, by the rulebook's number of times and months (C8)."""
    rules = store.current(now, unit.lineage).reliability.hotspots
    since = months.bounds(months.moved(months.of(now), -rules.months))[0]
    often = dict(repeated(rights, unit, since, now, rules.times))
    spots = _spots(rights, unit, often) if often else {}
    found = []
    for own, n in often.items():
        spot = spots.get(own)
        if spot is None or not _inside(spot[3], spot[4], box):
            continue
        told = {"place": spot[2], "n": n, "months": rules.months}
        title = _("%(place)s: %(n)s outages in %(months)s months") % told
        url = f"{reverse('outages:list')}?{urlencode({'words': own})}"
        found.append(Pin(spot[3], spot[4], min(9 + n, 18), title, url, str(n)))
    return found[:MOST]


#: layers in the order of the drawing; rooms above add theirs when Django starts
LAYERS: list[Layer] = [
    Layer("hotspots", gettext_lazy("Hotspots of repeated outages"), hotspots),
    Layer("reports", pgettext_lazy("map", "Reports"), reports),
]
