"""Is it me, by map: areas of many supply points, what is dark in each; nobody's house, no line, no device.

What the map is made of changes with the grid only, and is kept for its version; what is dark is asked each time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from open95598.foundation import bulk
from open95598.foundation.rulebook import store
from open95598.registry.customers.models import Place
from open95598.registry.grid.models import GridDevice, GridVersion
from open95598.registry.grid.topology import Kind
from open95598.service.outagenotices import areas, sources
from open95598.service.outagenotices.areas import Area, Spot
from open95598.service.outagenotices.near import Answer
from open95598.service.outages.mapping import HEIGHT, WIDTH, Window
from open95598.service.planned import intervals
from open95598.service.planned.intervals import Span

_WHY = "areas of a public map, without saying whose"
#: an area is so wide in the drawing at most before it is taken apart; names are written into areas so wide
FINEST, NAMED = 60.0, 46.0
_PLACES = """SELECT device.lft, coalesce(location.community_id, location.road_id), count(*) FROM grid_gridpoint point
    JOIN grid_griddevice device ON device.id = point.device_id
    JOIN customers_usagepoint supplied ON supplied.id = point.usage_point_id
    JOIN customers_servicelocation location ON location.id = supplied.location_id
    WHERE coalesce(location.community_id, location.road_id) IS NOT NULL GROUP BY 1, 2"""


@dataclass(frozen=True)
class Ground:
    """What does not change with outages: the areas, the span of each transformer, the places that it supplies."""

    root: Area | None
    spans: tuple[Span, ...]
    places: tuple[Counter[int], ...]


@dataclass(frozen=True)
class Cell:
    """An area in the drawing: ``dark`` is "", "part" or "all" of it; ``url`` comes nearer, or asks."""

    x: float
    y: float
    width: float
    height: float
    dark: str
    name: str
    url: str
    asks: bool
    chosen: bool
    named: bool


def ground(now: datetime) -> Ground:
    """Return the ground of the version of the grid in force."""
    version = GridVersion.objects.order_by("-pk").values_list("pk", "activated_at", "points").first()
    return _ground(version, store.current(now).planned.area_points)


@lru_cache(maxsize=2)
def _ground(version: Any, fewest: int) -> Ground:
    rows = GridDevice.objects.system(_WHY).filter(kind=Kind.TRANSFORMER, points__gt=0, x__isnull=False, y__isnull=False)
    found = list(rows.order_by("lft").values_list("x", "y", "points", "lft", "rgt"))
    spots = [Spot(x, y, points) for x, y, points, _lft, _rgt in found]
    spans = tuple((lft, rgt) for _x, _y, _points, lft, rgt in found)
    starts = [lft for lft, _rgt in spans]
    places: tuple[Counter[int], ...] = tuple(Counter() for _one in spans)
    for lft, place, count in bulk.fetch(_PLACES) if spans else ():
        at = bisect_right(starts, lft) - 1
        if at >= 0 and lft < spans[at][1]:
            places[at][place] += count
    return Ground(areas.build(spots, fewest), spans, places)


@dataclass
class PublicMap:
    """The page's content. ``asked``: the place that somebody points at."""

    now: datetime
    wanted: Window | None
    asked: tuple[float, float] | None

    @cached_property
    def ground(self) -> Ground:
        """What does not change with outages."""
        return ground(self.now)

    @cached_property
    def window(self) -> Window | None:
        """What is shown; None where nothing may be told apart."""
        root = self.ground.root
        if root is None or self.wanted is not None:
            return self.wanted if root is not None else None
        told = list(areas.leaves(root))
        left, bottom = min(one.left for one in told), min(one.bottom for one in told)
        return Window.around(
            left, bottom, max(one.left + one.width for one in told), max(one.bottom + one.width for one in told)
        )

    @cached_property
    def area(self) -> Area | None:
        """The area that is asked about."""
        root = self.ground.root
        return areas.at(root, *self.asked) if root is not None and self.asked is not None else None

    @cached_property
    def _dark(self) -> list[Span]:
        return intervals.merged(span for spans, _make in self._outages for span in spans)

    @cached_property
    def _outages(self) -> Sequence[sources.Spread]:
        return sources.spread(self.now)

    @cached_property
    def answer(self) -> Answer | None:
        """What concerns the area that is asked about, at least in part; None where nothing is asked."""
        if self.asked is None:
            return None
        if self.area is None:
            return Answer([])
        own = intervals.merged(self.ground.spans[at] for at in self.area.spots)
        found = [make() for spans, make in self._outages if intervals.meet(own, spans)]
        return Answer(sorted(found, key=lambda one: (one.told.starts_at, one.case_id)), self.name(self.area))

    @property
    def in_part(self) -> bool:
        """Whether only a part of the area asked about is concerned."""
        return self.area is not None and self.darkness(self.area) == "part"

    def darkness(self, area: Area) -> str:
        """Return "all" where every transformer of an area is concerned, "part" where some are, "" where none is."""
        met = [intervals.meet([self.ground.spans[at]], self._dark) for at in area.spots] if self._dark else [False]
        return "all" if all(met) else "part" if any(met) else ""

    def name(self, area: Area) -> str:
        """Return what the area is called: the road, estate or village that most of it is; "" where none is known."""
        return self._names.get(self._place(area) or 0, "")

    def _place(self, area: Area) -> int | None:
        counts: Counter[int] = Counter()
        for at in area.spots:
            counts.update(self.ground.places[at])
        common = counts.most_common(1)
        return common[0][0] if common else None

    @cached_property
    def _drawn(self) -> list[Area]:
        if self.window is None or self.ground.root is None:
            return []
        return list(areas.drawn(self.ground.root, self.window.box, self.window.width * FINEST / WIDTH))

    @cached_property
    def _names(self) -> dict[int, str]:
        shown = [*self._drawn, *([self.area] if self.area else [])]
        wanted = {pk for one in shown if (pk := self._place(one)) is not None}
        return dict(Place.objects.filter(pk__in=wanted).values_list("pk", "name"))

    @cached_property
    def cells(self) -> list[Cell]:
        """The areas in the drawing."""
        return [self._cell(one) for one in self._drawn]

    def _cell(self, area: Area) -> Cell:
        assert self.window is not None
        left, bottom = self.window.place(area.left, area.bottom)
        right, top = self.window.place(area.left + area.width, area.bottom + area.width)
        x, y = area.middle
        if area.parts:
            url = self._address(Window(x, y, area.width * 1.6))
        else:
            url = f"{self._address(self.window, at=f'{x:.6f},{y:.6f}')}#answer"
        width = round(right - left, 1)
        return Cell(
            left, top, width, round(bottom - top, 1), self.darkness(area), self.name(area), url, not area.parts,
            area is self.area, width >= NAMED,
        )  # fmt: skip

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the drawing."""
        return int(WIDTH), int(HEIGHT)

    @property
    def ways(self) -> list[tuple[Any, str, str]]:
        """How one moves on the map: label, sign, address."""
        here = self.window
        if here is None:
            return []
        steps = (
            (_("Nearer"), "+", here.zoomed(0.5)), (_("Farther"), "−", here.zoomed(2)),
            (_("Move left"), "←", here.moved(-0.4, 0)), (_("Move up"), "↑", here.moved(0, 0.4)),
            (_("Move down"), "↓", here.moved(0, -0.4)), (_("Move right"), "→", here.moved(0.4, 0)),
        )  # fmt: skip
        return [(label, sign, self._address(window)) for label, sign, window in steps]

    def _address(self, window: Window, **more: str) -> str:
        told = {"x": f"{window.x:.6f}", "y": f"{window.y:.6f}", "width": f"{window.width:.6g}"}
        return f"?{urlencode(told | more)}"


def place_of(text: str) -> tuple[float, float] | None:
    """Return the place that an address asks about, longitude and latitude; None for none, or nonsense."""
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        return None
    return (x, y) if abs(x) <= 1e7 and abs(y) <= 1e7 else None
