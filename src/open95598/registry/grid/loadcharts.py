"""A day's load as people look at it: its curve against what the device may carry."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.foundation.rulebook.reliability_rows import LoadRules
from open95598.registry.grid.loads import SLOT, filled
from open95598.registry.grid.models import GridDevice
from open95598.registry.grid.queries import LoadDay

HEAVY, OVERLOADED = "heavy", "overloaded"


def unit(device: GridDevice) -> str:
    """Return the unit of a device's loads: A or kVA."""
    return device.rated_unit


def grade(rate: float | None, rules: LoadRules) -> str:
    """Return what a load held long enough is called, in percent of the rating: ``overloaded``, ``heavy`` or ""."""
    if rate is None or rate < rules.heavy:
        return ""
    return OVERLOADED if rate > rules.overloaded else HEAVY


def curve(device: GridDevice, day: LoadDay, rules: LoadRules) -> dict[str, Any]:
    """Return the chart of a day: the load over the hours, and the rating with the limit of heavy load where known."""
    values = [None if value != value else round(float(value), 1) for value in filled(day.values)]  # noqa: PLR0124 (NaN)
    times = [f"{at * SLOT // 60:02d}:{at * SLOT % 60:02d}" for at in range(len(values))]
    line = {"type": "line", "showSymbol": False}
    series: list[dict[str, Any]] = [
        line | {"name": pgettext("grid", "Load"), "areaStyle": {"opacity": 0.12}, "itemStyle": {"color": "--accent"},
                "lineStyle": {"color": "--accent"}, "data": values},
    ]  # fmt: skip
    if day.rated:
        limits = ((pgettext("grid", "Rated"), day.rated, "--danger"),
                  (_("Heavy from"), day.rated * rules.heavy / 100, "--warning"))  # fmt: skip
        series += [
            line | {"name": name, "itemStyle": {"color": colour}, "data": [round(limit, 1)] * len(values),
                    "lineStyle": {"color": colour, "type": "dashed", "width": 1}}
            for name, limit, colour in limits
        ]  # fmt: skip
    return {
        "legend": {"show": True}, "tooltip": {"trigger": "axis"},
        "grid": {"left": 8, "right": 24, "top": 40, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "category", "data": times, "boundaryGap": False},
        "yAxis": {"type": "value", "name": unit(device), "min": 0, "nameTextStyle": {"align": "left"}},
        "series": series,
    }  # fmt: skip
