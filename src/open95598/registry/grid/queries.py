"""Reads of the grid: a device, what is above and below it, who hangs on it, what is dark. All are ranges of numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from open95598.foundation import bulk
from open95598.foundation.errors import NotFound
from open95598.foundation.people.policy import Permission, Rights
from open95598.registry.customers.models import AccountParty, Customer
from open95598.registry.grid.loadkeeping import zone
from open95598.registry.grid.loads import SLOT
from open95598.registry.grid.models import GridDevice, GridFinding, GridPoint, SwitchState

#: what a page or an answer shows at most of a list
MOST = 500


def devices(rights: Rights) -> QuerySet[GridDevice]:
    """The devices that one may see: those of units where one may see customers."""
    found: QuerySet[GridDevice] = GridDevice.objects.restrict(rights, Permission.CUSTOMER_VIEW)
    return found


def get(rights: Rights, code: str) -> GridDevice:
    """The device of a code. Raises `NotFound`, also for one of a unit that one may not see."""
    found = devices(rights).filter(code=code).select_related("unit", "parent").first()
    if found is None:
        raise NotFound(_("There is no such device."))
    return found


def find(rights: Rights, text: str, limit: int = 20) -> list[GridDevice]:
    """Devices whose code or name begins with ``text``, those nearest to a source first."""
    text = text.strip()
    if not text:
        return []
    hits = devices(rights).filter(Q(code__startswith=text) | Q(name__startswith=text))
    return list(hits.order_by("kind", "code")[:limit])


def way_up(rights: Rights, device: GridDevice) -> list[GridDevice]:
    """The way from a device up to its root, itself first. One query."""
    above = devices(rights).filter(lft__lte=device.lft, rgt__gt=device.lft)
    return list(above.order_by("-lft"))


def children(rights: Rights, device: GridDevice, limit: int = MOST) -> list[GridDevice]:
    """What hangs directly below a device, in order."""
    return list(devices(rights).filter(parent=device.pk).order_by("lft")[:limit])


def subtree(rights: Rights, device: GridDevice) -> QuerySet[GridDevice]:
    """A device with all that stands below it on the normal topology, in depth-first order."""
    return devices(rights).filter(lft__gte=device.lft, lft__lt=device.rgt).order_by("lft")


def common(rights: Rights, given: Sequence[GridDevice]) -> GridDevice | None:
    """The lowest device that holds all of these (it may be one of them); None when none does."""
    if not given:
        return None
    first, last = min(one.lft for one in given), max(one.lft for one in given)
    return devices(rights).filter(lft__lte=first, rgt__gt=last).order_by("-lft").first()


def points(rights: Rights, device: GridDevice) -> QuerySet[GridPoint]:
    """The usage points on and below a device."""
    found: QuerySet[GridPoint] = GridPoint.objects.restrict(rights, Permission.CUSTOMER_VIEW)
    return found.filter(device__lft__gte=device.lft, device__lft__lt=device.rgt)


def customers(rights: Rights, device: GridDevice) -> QuerySet[Customer]:
    """The customers whose supply hangs on a device, that one may see; important and protected ones first."""
    hanging = points(rights, device).filter(usage_point__isnull=False).values("usage_point__account_id")
    seen: QuerySet[Customer] = Customer.objects.restrict(rights).filter(
        pk__in=_parties(hanging), merged_into=None, closed_at=None
    )
    return seen.order_by("-protected", "-importance", "pk")


def _parties(accounts: Any) -> Any:
    parties = AccountParty.objects.system("of usage points that one may see; the customers are restricted themselves")
    return parties.filter(account__in=accounts, valid_to=None).values("customer_id")


@dataclass(frozen=True)
class Hanging:
    """How many hang on a device: usage points, customers known here, of them important and protected (life support)."""

    points: int
    customers: int
    important: int
    protected: int


def hanging(rights: Rights, device: GridDevice) -> Hanging:
    """Count who hangs on a device. One query."""
    counts = customers(rights, device).order_by().aggregate(
        customers=Count("pk"), important=Count("pk", filter=~Q(importance="")),
        protected=Count("pk", filter=Q(protected=True)),
    )  # fmt: skip
    return Hanging(device.points, **counts)


def switched(rights: Rights) -> QuerySet[SwitchState]:
    """The devices that stand otherwise than normal now."""
    found: QuerySet[SwitchState] = SwitchState.objects.restrict(rights, Permission.CUSTOMER_VIEW)
    return found.filter(until=None).select_related("device")


def opened(rights: Rights) -> QuerySet[SwitchState]:
    """The devices that are open now and normally are not, none of them below another: each darkens its subtree."""
    now = switched(rights).filter(open=True, device__normal_open=False)
    above = SwitchState.objects.system("which of those one may see stands below another").filter(
        until=None, open=True, device__normal_open=False,
        device__lft__lt=OuterRef("device__lft"), device__rgt__gt=OuterRef("device__lft"),
    )  # fmt: skip
    return now.filter(~Exists(above))


def is_dark(device: GridDevice) -> bool:
    """Whether a device or one above it is open now, by the normal topology (no back-feed)."""
    states = SwitchState.objects.system("whether a device that one may see is dark")
    above = states.filter(until=None, open=True, device__lft__lte=device.lft, device__rgt__gt=device.lft)
    return above.filter(device__normal_open=False).exists()


@dataclass(frozen=True)
class LoadDay:
    """A day of a device's load: ``values`` every quarter of an hour from ``at`` on, None where none was told, in A for
    a line and kVA for anything else; ``rate``: percent of ``rated`` that was held as long as the rulebook says."""

    at: datetime
    values: list[float | None]
    peak: float
    peak_at: datetime
    held: float | None
    rated: float | None
    rate: float | None


def loads(device: GridDevice, start: date, days: int) -> list[LoadDay]:
    """The days of a device's load from a day of the utility's zone on, in order. One query; the caller may see it."""
    here = zone()
    first, last = (datetime.combine(day, time(), here) for day in (start, start + timedelta(days=days)))
    return load_days([device.pk], first, last)[device.pk]


def load_days(device_ids: Sequence[int], start: datetime, end: datetime) -> Mapping[int, list[LoadDay]]:
    """The days of devices' loads that begin between two moments, in order. One query; the caller may see them."""
    query = (
        "SELECT device_id, at, curve, peak, peak_slot, held, rated, rate FROM grid_load"
        " WHERE device_id = ANY(%s) AND at >= %s AND at < %s ORDER BY device_id, at"
    )
    found: dict[int, list[LoadDay]] = {pk: [] for pk in device_ids}
    for pk, at, curve, peak, slot, *rest in bulk.fetch(query, [list(device_ids), start, end]):
        found[pk].append(LoadDay(at, curve, peak, at + timedelta(minutes=SLOT * slot), *rest))
    return found


def findings(rights: Rights) -> QuerySet[GridFinding]:
    """What is wrong with the grid: of devices that one may see; of files only where one sees everything."""
    seen = devices(rights).values("pk")
    return GridFinding.objects.filter(Q(device__in=seen) | Q(device=None)).select_related("device").order_by("pk")


def geojson(found: QuerySet[GridDevice]) -> Iterator[str]:
    """Devices with coordinates as a GeoJSON FeatureCollection, piece by piece: points, and lines to what feeds them.

    Coordinates as they were loaded: longitude and latitude, where the source said so.
    """
    yield '{"type":"FeatureCollection","features":['
    comma = ""
    columns = ("code", "name", "kind", "points", "normal_open", "x", "y", "parent__code", "parent__x", "parent__y")
    for row in found.filter(x__isnull=False, y__isnull=False).values(*columns).iterator(chunk_size=2000):
        own = [row["x"], row["y"]]
        line = row["parent__x"] is not None and row["parent__y"] is not None
        geometry: dict[str, Any] = {"type": "Point", "coordinates": own}
        if line:
            geometry = {"type": "LineString", "coordinates": [[row["parent__x"], row["parent__y"]], own]}
        told = {name: row[name] for name in ("code", "name", "kind", "points", "normal_open")}
        told["parent"] = row["parent__code"]
        yield comma + json.dumps({"type": "Feature", "geometry": geometry, "properties": told}, ensure_ascii=False)
        comma = ","
    yield "]}"
