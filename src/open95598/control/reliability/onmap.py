"""Heavy and overloaded lines as a layer of the outage map."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from open95598.control.reliability import loaded, loadpages
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.registry.grid.loadcharts import OVERLOADED
from open95598.service.outages import maplayers

#: how large pins are drawn
LARGE, SMALL = 11.0, 8.0


def pins(
    rights: Rights, unit: UnitFacts, box: tuple[float, float, float, float], now: datetime
) -> Iterable[maplayers.Pin]:
    """Return the lines and transformers of a window (left, bottom, right, top) that were heavily loaded or overloaded
    lately, the worst first; each leads to the device with its load. Two queries."""
    rules = store.current(now, unit.lineage).reliability.load
    found = loaded.loaded(rights, unit.id, rules, loaded.period("", rules, now))
    left, bottom, right, top = box
    shown = []
    for one in found:
        x, y = one.device.x, one.device.y
        if x is None or y is None or not (left <= x <= right and bottom <= y <= top):
            continue
        if rights.at(Permission.CUSTOMER_VIEW, one.device.unit.lineage):  # as every device of the map
            shown.append((one, x, y))
    return [
        maplayers.Pin(
            x, y, LARGE if one.grade == OVERLOADED else SMALL,
            _("%(place)s: %(grade)s, %(rate)s %% of the rating")
            % {"place": one.device, "grade": loadpages.GRADES[one.grade], "rate": round(one.rate)},
            reverse("grid:device", args=(one.device.pk,)),
        )
        for one, x, y in shown[: maplayers.MOST]
    ]  # fmt: skip
