"""What people call the area below devices: its estates, villages and roads, never a device's code or a door (B9).

Whoever is in the dark knows no feeder: a notice says where it is by the names that stand in their own addresses.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from django.db import connection

from open95598.foundation.words import Label
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.models import GridDevice, GridVersion

_DOOR = re.compile(r"^(.*?)[0-9]+(?:[-之][0-9]+)?号(?![楼院栋幢])")
#: names that are said; areas that are remembered in a process
NAMED, KEPT = 4, 1024
#: the estate or village of each point, else its road; those with the most points first
_NAMES = """SELECT place.district, place.name FROM grid_griddevice top
    JOIN grid_griddevice device ON device.lft >= top.lft AND device.lft < top.rgt
    JOIN grid_gridpoint point ON point.device_id = device.id
    JOIN customers_usagepoint supplied ON supplied.id = point.usage_point_id
    JOIN customers_servicelocation location ON location.id = supplied.location_id
    JOIN customers_place place ON place.id = coalesce(location.community_id, location.road_id)
    WHERE top.code = ANY(%s) GROUP BY place.id ORDER BY count(*) DESC, place.id"""


def named(codes: Collection[str]) -> Label | None:
    """Return the area below devices in words (望江区滨江壹、文昌路等6处); None where no address below is known.

    Computed once for a version of the grid; it reads the points below once.
    """
    rows = _rows(_version(), tuple(sorted(codes)))
    if not rows:
        return None
    wide = {district for district, _name in rows}  # the district is said once where it is one
    near = [name if len(wide) == 1 else f"{district}{name}" for district, name in rows[:NAMED]]
    if len(wide) == 1:
        near[0] = f"{rows[0][0]}{near[0]}"
    rest = len(rows) - len(near)
    return Label(
        "、".join(near) + (f"等{len(rows)}处" if rest else ""),
        ", ".join(near) + (f" and {rest} more" if rest else ""),
    )


def names(codes: Collection[str], most: int) -> list[str]:
    """Return the names of the estates, villages and roads below devices, those with the most points first."""
    return [name for _district, name in _rows(_version(), tuple(sorted(codes)))[:most]]


def of_device(code: str) -> Label:
    """Return the area of a device; where no address below it is known the name of its feeder, "" without one."""
    return named([code]) or Label(*[line_of(code)] * 2)


def line_of(code: str) -> str:
    """Return the name of the feeder above a device, which may be itself; "" where the grid knows none."""
    device = GridDevice.objects.system("the feeder that customers are told of").filter(code=code).first()
    if device is None:
        return ""
    rows = GridDevice.objects.system("the feeder that customers are told of").filter(kind=DeviceKind.FEEDER)
    return str(rows.filter(lft__lte=device.lft, rgt__gt=device.lft).order_by("-lft").first() or "")[:120]


def _version() -> int:
    return GridVersion.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@lru_cache(maxsize=KEPT)
def _rows(_version: int, codes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the places below devices: district and name, each once, also when two towns have one of that name."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [list(codes)])
        return tuple(dict.fromkeys((district, without_door(name)) for district, name in cursor.fetchall()))


def without_door(name: str) -> str:
    """Return the name of a place without a house number that was read into it (新村路155号翠庭苑 → 翠庭苑)."""
    door = _DOOR.match(name)
    if door is None:
        return name
    return name[door.end() :] or door[1] or name
