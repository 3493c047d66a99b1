"""The map of a unit: its own lines and devices without foreign tiles, what is dark, each outage.

At most ``MOST`` devices are drawn one by one, those nearest to the sources first: from far away lines and switches,
from near boxes too; what does not fit is gathered into clusters. With the pins of the layers it is 5,000 features.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max, Min, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.registry.grid import queries as grid
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.models import GridDevice
from open95598.service.outages import flows, maplayers, queries
from open95598.service.outages import wording as own
from open95598.service.outages.mapdrawing import Cluster, Dot, clusters, short, svg
from open95598.service.outages.maplayers import LAYERS, Pin
from open95598.service.outages.mapping import HEIGHT, WIDTH, Window
from open95598.service.outages.models import Outage
from open95598.service.workorders import directory, wording

#: devices that are drawn at most: most have a line as well, and pins come on top
MOST = 2200
#: the layers that are the map's own
GRID, OUTAGES = "grid", "outages"
_COLUMNS = ("pk", "lft", "rgt", "kind", "code", "name", "x", "y", "parent__x", "parent__y")
#: what moves the map from the keyboard
_KEYS = {
    "in": "alt+z", "out": "alt+x", "left": "alt+shift+arrowleft", "right": "alt+shift+arrowright",
    "up": "alt+shift+arrowup", "down": "alt+shift+arrowdown", "all": "alt+0",
}  # fmt: skip
_NAMES = {kind: kind.name.lower() for kind in DeviceKind}
#: radius of a dot by the kind of device, in units of the drawing
_SIZE = {
    DeviceKind.SUBSTATION: 6.0, DeviceKind.FEEDER: 3.5, DeviceKind.SECTION: 2.5, DeviceKind.TRANSFORMER: 2.5,
    DeviceKind.BOX: 1.5, DeviceKind.METER: 1.0,
}  # fmt: skip


@dataclass(frozen=True)
class Ring:
    """An outage in the drawing."""

    at: tuple[float, float]
    size: float
    row: Outage
    url: str
    state: Any
    tone: str


@dataclass(frozen=True)
class Placed:
    """A pin of a layer in the drawing."""

    at: tuple[float, float]
    pin: Pin


@dataclass(frozen=True)
class Gathered:
    """A cluster with the way nearer to it."""

    cluster: Cluster
    mark: str
    url: str


@dataclass
class MapPage:
    """The page's content for one reader. ``layers``: names of those that are switched on; None: all of them."""

    rights: Rights
    unit: UnitFacts
    wanted: Window | None
    now: datetime
    layers: Sequence[str] | None = None

    def on(self, name: str) -> bool:
        """Say whether a layer is switched on."""
        return self.layers is None or name in self.layers

    @property
    def switches(self) -> list[tuple[str, Any, bool]]:
        """The layers that can be switched: name, label, whether it is on."""
        own = ((GRID, _("Lines and devices")), (OUTAGES, _("Outages")))
        return [(name, label, self.on(name)) for name, label in (*own, *((one.name, one.label) for one in LAYERS))]

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
    def _devices(self) -> QuerySet[GridDevice]:
        return maplayers.devices(self.rights, self.unit)

    @cached_property
    def window(self) -> Window | None:
        """What is shown: what was asked for, else all of the unit; None where no device has a place.

        All is where its devices down to the boxes are: meters stand near those, and are many.
        """
        if self.wanted is not None:
            return self.wanted
        for rows in (self._devices.filter(kind__lte=DeviceKind.BOX), self._devices):
            ends = rows.aggregate(a=Min("x"), b=Min("y"), c=Max("x"), d=Max("y"))
            if ends["a"] is not None:
                return Window.around(*ends.values())
        return None

    @cached_property
    def open(self) -> list[Outage]:
        """The outages of the unit that somebody is dark by, the largest first."""
        rows = queries.outages(self.rights).filter(case__scope__contains=[self.unit.id], is_open=True)
        return list(rows.filter(case__state__in=flows.DARK).order_by("-original_customers_served", "pk"))

    @cached_property
    def _places(self) -> dict[str, tuple[int, int, float | None, float | None]]:
        rows = grid.devices(self.rights).filter(code__in=[row.device for row in self.open]) if self.open else None
        columns = ("lft", "rgt", "x", "y")
        return {} if rows is None else {code: tuple(rest) for code, *rest in rows.values_list("code", *columns)}

    @cached_property
    def _spans(self) -> tuple[list[int], list[int]]:
        """Where dark ranges of the numbering begin, and where each ends; none lies inside another."""
        starts: list[int] = []
        ends: list[int] = []
        for lft, rgt, _x, _y in sorted(self._places.values()):
            if not ends or lft >= ends[-1]:
                starts.append(lft)
                ends.append(rgt)
        return starts, ends

    def _dark(self, lft: int) -> bool:
        starts, ends = self._spans
        at = bisect_right(starts, lft) - 1
        return at >= 0 and lft < ends[at]

    @cached_property
    def _found(self) -> tuple[list[Dot], bool]:
        """The devices inside the window that are drawn, and whether others are gathered.

        Kind by kind from the sources down, as long as a whole kind fits into ``MOST``: each is one short range of the
        index by kind and place. One query a kind.
        """
        if self.window is None or not self.on(GRID):
            return [], False
        left, bottom, right, top = self.window.box
        inside = self._devices.filter(x__gte=left, x__lte=right, y__gte=bottom, y__lte=top)
        found: list[Dot] = []
        for kind in DeviceKind:
            room, mine = MOST - len(found), inside.filter(kind=kind)
            # whether they fit is asked in the index, before thousands of rows are fetched for nothing
            if kind == DeviceKind.METER and found and mine.order_by()[room : room + 1].values_list("pk"):
                return found[::-1], True
            rows = list(mine.values_list(*_COLUMNS)[: room + 1])
            if len(rows) > room:
                if not found:
                    found = [self._dot(row) for row in rows[:room]]
                return found[::-1], True
            found += [self._dot(row) for row in rows]
        return found[::-1], False

    @property
    def dots(self) -> list[Dot]:
        """The devices that are drawn one by one, those nearest to the sources last; at most ``MOST``."""
        return self._found[0]

    @property
    def drawing(self) -> SafeString:
        """The lines and dots; made without a template, as they are thousands."""
        return mark_safe(svg(self.dots))  # noqa: S308 (what people named is escaped in there)

    @cached_property
    def clusters(self) -> list[Gathered]:
        """What does not fit, gathered around what feeds it."""
        if self.window is None or not self.full:
            return []
        near = self.window.zoomed(0.25)
        found = []
        for one in clusters(self.dots):
            x, y = self.window.spot(*one.at)
            found.append(Gathered(one, short(one.number), self._address(Window(x, y, near.width))))
        return found

    @cached_property
    def _line_url(self) -> str:
        return reverse("outages:line", args=(0,))[: -len("0/")]

    def _dot(self, row: Sequence[Any]) -> Dot:
        pk, lft, rgt, kind, code, name, x, y, upper_x, upper_y = row
        assert self.window is not None
        line = self.window.place(upper_x, upper_y) if upper_x is not None and upper_y is not None else None
        return Dot(
            self.window.place(x, y), _SIZE[kind], line, _NAMES[kind], name or code, f"{self._line_url}{pk}/",
            self._dark(lft), lft, rgt,
        )  # fmt: skip

    @cached_property
    def pins(self) -> list[tuple[str, list[Placed]]]:
        """The pins of the further layers that are on, layer by layer."""
        if self.window is None:
            return []
        found = []
        for layer in LAYERS:
            if self.on(layer.name):
                pins = layer.load(self.rights, self.unit, self.window.box, self.now)
                found.append((layer.name, [Placed(self.window.place(pin.x, pin.y), pin) for pin in pins]))
        return found

    @cached_property
    def rings(self) -> list[Ring]:
        """The outages whose device has a place, the largest first, so that smaller ones are drawn over them."""
        found: list[Ring] = []
        for row in self.open if self.on(OUTAGES) else ():
            _lft, _rgt, x, y = self._places.get(row.device, (0, 0, None, None))
            if self.window is None or x is None or y is None:
                continue
            state = wording.state(flows.KIND, row.case.state, row.case.flow_version)
            size = min(8 + row.original_customers_served**0.5, 40)
            url = reverse("outages:case", args=(row.pk,))
            found.append(Ring(self.window.place(x, y), round(size, 1), row, url, state, own.TONES[row.case.state]))
        return found

    @property
    def full(self) -> bool:
        """Whether there is more in the window than is drawn one by one."""
        return self._found[1]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the drawing."""
        return int(WIDTH), int(HEIGHT)

    @property
    def ways(self) -> list[tuple[str, Any, str, str, str]]:
        """How one moves on the map: name, label, icon, address, key."""
        here = self.window
        if here is None:
            return []
        steps = [
            ("in", _("Nearer"), "plus", here.zoomed(0.5)), ("out", _("Farther"), "minus", here.zoomed(2)),
            ("left", _("Move left"), "arrow-left", here.moved(-0.4, 0)),
            ("up", _("Move up"), "arrow-up", here.moved(0, 0.4)),
            ("down", _("Move down"), "arrow-down", here.moved(0, -0.4)),
            ("right", _("Move right"), "arrow-right", here.moved(0.4, 0)),
        ]  # fmt: skip
        moves = [(name, label, icon, self._address(window), _KEYS[name]) for name, label, icon, window in steps]
        return [*moves, ("all", _("Show all"), "maximize", self._address(None), _KEYS["all"])]

    def _address(self, window: Window | None) -> str:
        told: dict[str, Any] = {"unit": self.unit.id}
        if window is not None:
            told |= {"x": f"{window.x:.6f}", "y": f"{window.y:.6f}", "width": f"{window.width:.6g}"}
        if self.layers is not None:
            told |= {"chosen": 1, "layer": list(self.layers)}
        return f"?{urlencode(told, doseq=True)}"

    def of(self, unit: UnitFacts) -> str:
        """Return the address of another unit's map, with the same layers."""
        return MapPage(self.rights, unit, None, self.now, self.layers)._address(None)  # noqa: SLF001

    @property
    def above(self) -> list[tuple[UnitFacts, str]]:
        """The units above with their addresses."""
        return [(unit, self.of(unit)) for unit in self.path]

    @property
    def under(self) -> list[tuple[UnitFacts, str]]:
        """The units below with their addresses."""
        return [(unit, self.of(unit)) for unit in self.below]
