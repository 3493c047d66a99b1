"""A feeder on a page: its tree with what is dark, through the reader's rights on the grid and on outages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from open95598.foundation.errors import NotFound
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.registry.grid import queries as grid
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.listing import ICONS
from open95598.registry.grid.models import GridDevice
from open95598.service.outages import flows, queries
from open95598.service.outages import wording as own
from open95598.service.outages.kinds import Apart
from open95598.service.outages.models import OutageReport
from open95598.service.outages.oneline import Device, Line, lines
from open95598.service.workorders import wording

#: lines that are drawn at most; the others are counted
MOST = 400
_WHY = "reports of devices that the reader sees"


@dataclass(frozen=True)
class Drawn:
    """A line with its words: icon and kind of the device, the outage's state with a tone and address."""

    line: Line
    icon: str
    kind: Any
    url: str
    state: Any = ""
    tone: str = ""
    outage_url: str = ""


@dataclass(frozen=True)
class LinePage:
    """The page's content. ``more``: lines that are not drawn; ``since``: reports are counted from then."""

    feeder: GridDevice
    lines: list[Drawn]
    more: int
    since: datetime
    dark: int


def load(rights: Rights, pk: int, now: datetime) -> LinePage:
    """Return the page of the feeder of a device (id); of what feeds it where there is no feeder above. Raises
    ``NotFound`` for a device that one may not see. Six queries."""
    device = grid.devices(rights).filter(pk=pk).first()
    if device is None:
        raise NotFound(_("There is no such device."))
    way = grid.way_up(rights, device)
    feeder = next((one for one in way if one.kind == DeviceKind.FEEDER), device)
    below = grid.subtree(rights, feeder)
    outages = queries.outages(rights).filter(is_open=True, case__state__in=(*flows.DARK, "partly_restored"))
    by_code = {row.device: row for row in outages.filter(device__in=below.order_by().values("code")).order_by("-pk")}
    since = now - timedelta(minutes=store.current(now).outages.window)
    reports = _reports(below, since)
    columns = ("pk", "lft", "rgt", "kind", "code", "name", "points")
    devices = [Device(*row) for row in below.values_list(*columns)]
    at = {one.lft: by_code[one.code] for one in devices if one.code in by_code}
    dark = {lft for lft, row in at.items() if row.case.state in flows.DARK}
    tree = lines(devices, at, dark, reports)
    darkened = sum(one.device.points for one in tree if one.dark and one.device.lft in dark)
    return LinePage(feeder, [_drawn(one) for one in tree[:MOST]], max(len(tree) - MOST, 0), since, darkened)


def _reports(below: QuerySet[GridDevice], since: datetime) -> list[int]:
    """Return the numbers of the places of the reports since then, sorted; those that are no evidence are left out."""
    rows: Any = OutageReport.objects.system(_WHY).filter(apart=Apart.NONE, at__gte=since)
    told = list(rows.filter(device__in=below.order_by().values("code")).values_list("device", flat=True))
    place = dict(GridDevice.objects.system(_WHY).filter(code__in=set(told)).values_list("code", "lft")) if told else {}
    return sorted(place[code] for code in told if code in place)


def _drawn(line: Line) -> Drawn:
    kind = DeviceKind(line.device.kind)
    url = reverse("grid:device", args=(line.device.pk,))
    if line.outage is None:
        return Drawn(line, ICONS[kind], kind.label, url)
    case = line.outage.case
    state = wording.state(case.kind, case.state, case.flow_version)
    return Drawn(
        line, ICONS[kind], kind.label, url, state, own.TONES[case.state], reverse("outages:case", args=(case.pk,))
    )
