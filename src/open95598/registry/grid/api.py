"""The API of the grid: devices, the way up, what is below, the lowest common device, GeoJSON, switches."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from pydantic import AwareDatetime, ConfigDict, Field

from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, NotFound
from open95598.foundation.people.policy import Permission
from open95598.foundation.transfer.importers import Context
from open95598.foundation.ui.wire import PROBLEMS, answer
from open95598.registry.grid import loadimporting, queries, services
from open95598.registry.grid.models import GridDevice
from open95598.registry.grid.topology import Kind

router = Router(tags=["grid"])
DeviceId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Limit = Annotated[int, Query(ge=1, le=queries.MOST)]
#: loads in one request
LOADS = 10_000


class GridDeviceOut(Schema):
    """A device; those with ``left`` in ``left .. right - 1`` are its subtree; ``points``: on it and below."""

    id: int
    code: str
    name: str
    kind: str
    parent: int | None
    owner: str
    normal_open: bool
    x: float | None
    y: float | None
    rated: float | None = Field(description="what it may carry: a line in A, anything else in kVA")
    left: int
    right: int
    points: int


class GridHangingOut(Schema):
    """Who hangs on a device: usage points, customers known here, of them important and with life support."""

    points: int
    customers: int
    important: int
    protected: int
    dark: bool


class SwitchIn(Schema):
    """What a switch was found to be: open or closed."""

    model_config = ConfigDict(extra="forbid")

    open: bool = Field(strict=True)


class SwitchOut(Schema):
    """A device's state; ``since`` is null when it stands as it normally does."""

    open: bool
    since: datetime | None


class LoadIn(Schema):
    """A load of a device: exactly one of ``kw``, ``kva`` and ``a``. ``at``: with its offset; a quarter of an hour."""

    model_config = ConfigDict(extra="forbid")

    device: str = Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]+$")
    at: AwareDatetime
    kw: float | None = Field(default=None, ge=-loadimporting.MOST, le=loadimporting.MOST)
    kva: float | None = Field(default=None, ge=-loadimporting.MOST, le=loadimporting.MOST)
    a: float | None = Field(default=None, ge=-loadimporting.MOST, le=loadimporting.MOST)


class LoadsIn(Schema):
    """Loads, in any order. ``all_or_nothing``: with one refused none is taken."""

    model_config = ConfigDict(extra="forbid")

    rows: list[LoadIn] = Field(min_length=1, max_length=LOADS)
    all_or_nothing: bool = Field(default=False, strict=True)


class LoadRefusedOut(Schema):
    """A row that was not taken: its place, from 0, and why."""

    row: int
    reason: str
    fields: dict[str, str]


class LoadsOut(Schema):
    """What became of the rows: ``same`` were kept already; with ``taken`` false nothing was written."""

    taken: bool
    new: int
    changed: int
    same: int
    refused: list[LoadRefusedOut]


class LoadDayOut(Schema):
    """A day of a device's load: ``values`` every quarter of an hour from ``at`` on, in the unit of the rating; null
    where nothing was told. ``held``: the most that lasted as long as the rulebook says; ``percent`` of ``rated``."""

    at: datetime
    peak: float
    peak_at: datetime
    held: float | None
    rated: float | None
    percent: float | None
    values: list[float | None]


def told(device: GridDevice) -> dict[str, Any]:
    """A device as the API tells it."""
    return {
        "id": device.pk, "code": device.code, "name": device.name, "kind": Kind(device.kind).name.lower(),
        "parent": device.parent_id, "owner": device.owner, "normal_open": device.normal_open, "x": device.x,
        "y": device.y, "rated": device.rated, "left": device.lft, "right": device.rgt, "points": device.points,
    }  # fmt: skip


@router.get("/grid/devices", response={200: list[GridDeviceOut], **PROBLEMS})
def find_devices(request: Any, q: Annotated[str, Query(max_length=120)], limit: Limit = 20) -> HttpResponse:
    """Devices whose code or name begins with ``q``, those nearest to a source first."""
    _may(request)
    return answer([told(one) for one in queries.find(request.rights, q.replace("\0", ""), limit)])


@router.get("/grid/common", response={200: GridDeviceOut, **PROBLEMS})
def common_device(request: Any, id: Annotated[list[int], Query(min_length=1, max_length=500)]) -> HttpResponse:  # noqa: A002
    """The lowest device that holds all of these."""
    _may(request)
    asked = [one for one in id if 0 < one < 2**63]
    found = list(queries.devices(request.rights).filter(pk__in=asked))
    holds = queries.common(request.rights, found) if len(found) == len(set(id)) else None
    if holds is None:
        raise NotFound(_("There is no such device."))
    return answer(told(holds))


@router.get("/grid/devices/{pk}", response={200: GridDeviceOut, **PROBLEMS})
def get_device(request: Any, pk: DeviceId) -> HttpResponse:
    """A device."""
    return answer(told(_device(request, pk)))


@router.get("/grid/devices/{pk}/hanging", response={200: GridHangingOut, **PROBLEMS})
def device_hanging(request: Any, pk: DeviceId) -> HttpResponse:
    """Who hangs on a device, and whether it is dark now."""
    device = _device(request, pk)
    return answer(vars(queries.hanging(request.rights, device)) | {"dark": queries.is_dark(device)})


@router.get("/grid/devices/{pk}/way-up", response={200: list[GridDeviceOut], **PROBLEMS})
def device_way_up(request: Any, pk: DeviceId) -> HttpResponse:
    """The way from a device up to its source, itself first."""
    return answer([told(one) for one in queries.way_up(request.rights, _device(request, pk))])


@router.get("/grid/devices/{pk}/subtree", response={200: list[GridDeviceOut], **PROBLEMS})
def device_subtree(
    request: Any, pk: DeviceId, after: Annotated[int, Query(ge=-1, le=2**31 - 1)] = -1, limit: Limit = 100
) -> HttpResponse:
    """A device with what stands below it, depth first; the next page begins after the last ``left``."""
    below = queries.subtree(request.rights, _device(request, pk)).filter(lft__gt=after)
    return answer([told(one) for one in below[:limit]])


@router.get("/grid/devices/{pk}/geojson", response={200: dict[str, Any], **PROBLEMS})
def device_geojson(request: Any, pk: DeviceId) -> HttpResponse | StreamingHttpResponse:
    """A device with what stands below it as a GeoJSON FeatureCollection: those that have coordinates."""
    pieces = queries.geojson(queries.subtree(request.rights, _device(request, pk)))
    return HttpResponse("".join(pieces), content_type="application/json")


@router.post("/grid/devices/{pk}/switch", response={200: SwitchOut, **PROBLEMS})
def switch_device(request: Any, pk: DeviceId, given: SwitchIn) -> HttpResponse:
    """Note that a device is open or closed now; told twice, the second changes nothing."""
    device = _device(request, pk)
    actor = Actor.of(request.user, request.rights, "api")
    state = services.switch(device.pk, given.open, "api", actor, request.now)
    return answer({"open": given.open, "since": state.since if state else None})


@router.post("/grid/loads", response={200: LoadsOut, **PROBLEMS}, summary="Bring load curves in")
def bring_loads(request: Any, given: LoadsIn) -> HttpResponse:
    """Take loads: those that are kept already change nothing; each row that is refused is told with its reason."""
    if not loadimporting.may_anywhere(request.rights):
        raise Forbidden(_("Your roles do not include this import."), permission=Permission.IMPORT.value)
    rows = [one.model_dump() for one in given.rows]
    found = loadimporting.take(rows, Context(request.user, request.now, 0), whole=given.all_or_nothing)
    refused = [
        {"row": number - 1, "reason": str(why), "fields": {name: str(said) for name, said in why.fields.items()}}
        for number, why in sorted(found["refused"].items())
    ]
    return answer({**found, "refused": refused, "taken": not (given.all_or_nothing and refused)})


@router.get("/grid/devices/{pk}/loads", response={200: list[LoadDayOut], **PROBLEMS}, summary="Load of a device")
def device_loads(
    request: Any, pk: DeviceId, start: Annotated[date, Query()], days: Annotated[int, Query(ge=1, le=366)] = 31
) -> HttpResponse:
    """The days of a device's load from ``start`` on (of the utility's zone), those without any left out."""
    return answer([vars(one) | {"percent": one.rate} for one in queries.loads(_device(request, pk), start, days)])


def _may(request: Any) -> None:
    if not request.rights.anywhere(Permission.CUSTOMER_VIEW):
        raise Forbidden(_("You may not see customers."), permission=Permission.CUSTOMER_VIEW.value)


def _device(request: Any, pk: int) -> GridDevice:
    _may(request)
    found = queries.devices(request.rights).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such device."))
    return found
