"""The map of a unit: its own lines and devices without foreign tiles, what is dark, each outage.

At most ``MOST`` devices are drawn, those nearest to the sources first: from far away lines and switches, from near
boxes too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.registry.grid import queries as grid
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.models import GridDevice
from open95598.service.outages import flows, queries
from open95598.service.outages import wording as own
from open95598.service.outages.mapping import HEIGHT, WIDTH, Window
from open95598.service.outages.models import Outage
from open95598.service.workorders import directory, wording

#: devices that are drawn at most
MOST = 5000
#: radius of a dot by the kind of device, in units of the drawing
_SIZE = {
    DeviceKind.SUBSTATION: 6.0, DeviceKind.FEEDER: 3.5, DeviceKind.SECTION: 2.5, DeviceKind.TRANSFORMER: 2.5,
    DeviceKind.BOX: 1.5, DeviceKind.METER: 1.0,
}  # fmt: skip


@dataclass(frozen=True)
class Dot:
    """A device in the drawing, with the line to what feeds it where that has a place."""

    at: tuple[float, float]
    size: float
    line: tuple[float, float] | None
    kind: str
    name: str
    url: str
    dark: bool


@dataclass(frozen=True)
class Ring:
    """An outage in the drawing."""

    at: tuple[float, float]
    size: float
    row: Outage
    url: str
    state: Any
    tone: str


@dataclass
class MapPage:
    """The page's content for one reader."""

    rights: Rights
    unit: UnitFacts
    wanted: Window | None

    @cached_property
    def path(self) -> list[UnitFacts]:
        """The units above that the reader may look at, from the top."""
        near = [u for u in directory.units() if u.id in self.unit.lineage]
        return [u for u in near if self.rights.at(Permission.OVERVIEW_VIEW, u.lineage)]

    @cached_property
    def below(self) -> list[UnitFacts]:
        """The units directly below."""
        return [u for u in directory.units() if u.lineage[:-1] == self.unit.lineage]

    def _devices(self) -> QuerySet[GridDevice]:
        there = grid.devices(self.rights).filter(unit__lineage__contains=[self.unit.id])
        return there.filter(x__isnull=False, y__isnull=False)

    @cached_property
    def window(self) -> Window | None:
        """What is shown: what was asked for, else all of the unit; None where no device has a place."""
        if self.wanted is not None:
            return self.wanted
        ends = self._devices().aggregate(a=Min("x"), b=Min("y"), c=Max("x"), d=Max("y"))
        return Window.around(*ends.values()) if ends["a"] is not None else None

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
    def dots(self) -> list[Dot]:
        """The devices inside the window, those nearest to the sources first; at most ``MOST``. One query."""
        if self.window is None:
            return []
        left, bottom, right, top = self.window.box
        inside = self._devices().filter(x__gte=left, x__lte=right, y__gte=bottom, y__lte=top).order_by("kind", "pk")
        columns = ("pk", "lft", "kind", "code", "name", "x", "y", "parent__x", "parent__y")
        return [self._dot(row) for row in inside.values_list(*columns)[:MOST]][::-1]

    def _dot(self, row: Sequence[Any]) -> Dot:
        pk, lft, kind, code, name, x, y, upper_x, upper_y = row
        assert self.window is not None
        line = self.window.place(upper_x, upper_y) if upper_x is not None and upper_y is not None else None
        known = DeviceKind(kind)
        return Dot(
            self.window.place(x, y), _SIZE[known], line, known.name.lower(), name or code,
            reverse("outages:line", args=(pk,)), self._dark(lft),
        )  # fmt: skip

    @cached_property
    def rings(self) -> list[Ring]:
        """The outages whose device has a place, the largest first, so that smaller ones are drawn over them."""
        found = []
        for row in self.open:
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
        """Whether there is more in the window than is drawn."""
        return len(self.dots) >= MOST

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the drawing."""
        return int(WIDTH), int(HEIGHT)

    @property
    def ways(self) -> list[tuple[str, Any, str, str]]:
        """How one moves on the map: name, label, icon, address."""
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
        moves = [(name, label, icon, self._address(window)) for name, label, icon, window in steps]
        return [*moves, ("all", _("Show all"), "maximize", f"?unit={self.unit.id}")]

    def _address(self, window: Window) -> str:
        told = {"unit": self.unit.id, "x": f"{window.x:.6f}", "y": f"{window.y:.6f}", "width": f"{window.width:.6g}"}
        return f"?{urlencode(told)}"
