"""The API of outages: what is dark and why, the acts on it, and reports of other systems (meters, switches)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from open95598.casework import services as casework
from open95598.casework.inputs import in_zone
from open95598.foundation.errors import Invalid
from open95598.foundation.ui import keyset
from open95598.foundation.ui.wire import PROBLEMS, IfMatch, Key, answer
from open95598.foundation.units.models import Unit
from open95598.registry.grid.topology import Kind
from open95598.service.outages import flows, queries, reporting, weather
from open95598.service.outages.kinds import Weather
from open95598.service.outages.models import Outage, OutageReport
from open95598.service.outages.reporting import Told
from open95598.service.workorders import presenting
from open95598.service.workorders import queries as orders
from open95598.service.workorders.api import (
    ACTION_BODY,
    ActionName,
    Cursor,
    Instant,
    Limit,
    UnitCode,
    act_once,
    actor_of,
    unit_id_of,
)

router = Router(tags=["outages"])
OutageId = Annotated[int, Path(ge=1, le=2**63 - 1)]
STATES = f"^({'|'.join(state.name for state in flows.STATES)})?$"


class OutagePeriodOut(Schema):
    """A period of CIM's Outage; an end that is not known is null."""

    start: datetime | None
    end: datetime | None


class OutageOut(Schema):
    """An incident in the fields of CIM's Outage (IEC 61968-3). ``actual_period`` starts when it was estimated to from
    the reports; ``estimated_period`` is when supply will be back, at the earliest and the latest; ``parent``: the
    outage that this one is what is left of. ``status_kind`` is the flow's state."""

    id: int
    number: str
    status_kind: str
    open: bool
    version: int
    device: str
    device_kind: str
    device_name: str
    unit: str
    actual_period: OutagePeriodOut
    estimated_period: OutagePeriodOut
    cause_kind: str
    original_customers_served: int
    reports: int
    parent: int | None
    merged_into: int | None
    why: dict[str, Any] = {}
    possible_actions: list[str] = []


class OutagesOut(Schema):
    """Outages, newest first; ``next_cursor`` leads to the older ones, null at the end."""

    items: list[OutageOut]
    next_cursor: str | None


class OutageReportIn(Schema):
    """That it is dark, or light, somewhere. ``key``: the reporter's own id of it: sent twice, it is kept once. The
    place is a device of the grid, a point of the grid or a meter; ``source`` a code of the rulebook."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(pattern=r"^[!-~]{1,100}$", description="visible ASCII")
    source: str = Field(pattern=r"^[a-z_]{1,24}$")
    at: Instant
    device: str = Field("", max_length=120)
    point: str = Field("", max_length=120)
    meter: str = Field("", max_length=64)
    caller: str = Field("", max_length=32, description="a phone number; only a keyed digest of it is kept")


class OutageReportsIn(Schema):
    """Reports, at most a thousand at once."""

    model_config = ConfigDict(extra="forbid")

    reports: list[OutageReportIn] = Field(min_length=1, max_length=reporting.MOST)


class OutageReportOut(Schema):
    """A report as it was kept: ``known`` where in the grid it is; ``apart`` why it is no evidence, "" when it is."""

    key: str
    id: int
    known: bool
    apart: str


class OutageReportsOut(Schema):
    """The reports as they were kept, in the order given."""

    items: list[OutageReportOut]


class OutageWeatherHourIn(Schema):
    """The weather at a unit and all below it, from the hour ``at`` on."""

    model_config = ConfigDict(extra="forbid")

    unit: str = Field(min_length=1, max_length=40)
    at: Instant
    weather: Weather


class OutageWeatherIn(Schema):
    """Hours of weather, a thousand at once."""

    model_config = ConfigDict(extra="forbid")

    hours: list[OutageWeatherHourIn] = Field(min_length=1, max_length=1000)


class OutageWeatherOut(Schema):
    """How many hours were noted."""

    noted: int


@router.get("/outages", response={200: OutagesOut, **PROBLEMS}, summary="Outages, newest first")
def outages(
    request: Any,
    open: Annotated[bool | None, Query(description="only those not closed, or only closed ones")] = None,  # noqa: A002
    state: Annotated[str, Query(pattern=STATES, description="a state of the flow; empty: any")] = "",
    unit: UnitCode = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Return the outages that the account may see."""
    rows = queries.outages(request.rights)
    rows = rows if open is None else rows.filter(is_open=open)
    rows = rows.filter(case__state=state) if state else rows
    unit_id = unit_id_of(unit)
    rows = rows if unit_id is None else rows.filter(case__scope__contains=[unit_id])
    page = keyset.page(rows, "newest", ("-case_id",), size=limit, cursor=cursor)
    counts = queries.counts([row.pk for row in page.rows])
    items = [_brief(row, counts.get(row.pk, 0)) for row in page.rows]
    return answer({"items": items, "next_cursor": page.next or None})


@router.post("/outages/reports", response={200: OutageReportsOut, **PROBLEMS}, summary="Tell where it is dark")
def report(request: Any, given: OutageReportsIn) -> HttpResponse:
    """Keep reports of meters, switches and other systems; a key that was sent before is answered as it was kept."""
    whose = f"api/{request.user.pk}/"
    told = [
        Told(whose + one.key, one.source, _moment(one.at), device=_clean(one.device), point=_clean(one.point),
             meter=_clean(one.meter), caller=one.caller)
        for one in given.reports
    ]  # fmt: skip
    kept = reporting.take(told, actor_of(request), request.now)
    items = [_kept(one.key, row) for one, row in zip(given.reports, kept, strict=True)]
    return answer({"items": items})


@router.post("/outages/weather", response={200: OutageWeatherOut, **PROBLEMS}, summary="Note the weather")
def note_weather(request: Any, given: OutageWeatherIn) -> HttpResponse:
    """Note the weather of units by the hour, the last word for an hour: what estimates of restorations compare."""
    codes = {_clean(one.unit) for one in given.hours}
    units = {one.code: one for one in Unit.objects.filter(code__in=codes, closed_on=None)}
    if lost := next((code for one in given.hours if (code := one.unit) not in units), None):
        reason = _("There is no unit %(code)s.") % {"code": lost}
        raise Invalid(_("Some fields need your attention."), fields={"unit": reason})
    seen = [weather.Seen(units[one.unit], _moment(one.at), one.weather) for one in given.hours]
    return answer({"noted": weather.note(seen, "api", actor_of(request), request.now)})


@router.get("/outages/{pk}", response={200: OutageOut, **PROBLEMS}, summary="One outage")
def outage(request: Any, pk: OutageId) -> HttpResponse:
    """Return an outage with why it is where it is, and what can be done with it now."""
    row = queries.get(request.rights, pk)
    return answer(_full(request, row), version=row.case.version)


@router.post(
    "/outages/{pk}/actions/{action}",
    response={200: OutageOut, **PROBLEMS},
    summary="Do something with an outage",
    openapi_extra=ACTION_BODY,
)
def act(
    request: Any, pk: OutageId, action: ActionName, if_match: IfMatch = "", idempotency_key: Key = ""
) -> HttpResponse:
    """Perform an action of the outage's flow: confirm, send the crew, estimate, tell, restore, close, split, merge."""
    row = queries.get(request.rights, pk)
    return act_once(
        request, row.pk, {"outage": row.pk, "action": action}, if_match, idempotency_key,
        lambda done: _full(request, queries.get(request.rights, done.pk)),
    )  # fmt: skip


def _moment(at: datetime) -> datetime:
    """Return an aware time; one without zone is meant in the utility's. Raises ``Invalid``."""
    try:
        return in_zone(at)
    except (OverflowError, ValueError):
        raise Invalid(_("This time is out of range.")) from None


def _clean(code: str) -> str:
    return code.replace("\0", "").strip()


def _kept(key: str, row: OutageReport) -> dict[str, Any]:
    return {"key": key, "id": row.pk, "known": bool(row.device), "apart": row.apart}


def _period(start: datetime | None, end: datetime | None) -> dict[str, str | None]:
    return {"start": presenting.instant(start), "end": presenting.instant(end)}


def _brief(row: Outage, reports: int) -> dict[str, Any]:
    case = row.case
    return {
        "id": row.pk,
        "number": row.number,
        "status_kind": case.state,
        "open": case.is_open,
        "version": case.version,
        "device": row.device,
        "device_kind": Kind(row.device_kind).name.lower(),
        "device_name": row.device_name,
        "unit": case.unit.code,
        "actual_period": _period(row.actual_start, row.actual_end),
        "estimated_period": _period(row.estimated_from, row.estimated_to),
        "cause_kind": row.cause_kind,
        "original_customers_served": row.original_customers_served,
        "reports": reports,
        "parent": case.parent_id,
        "merged_into": row.merged_into_id,
    }


def _full(request: Any, row: Outage) -> dict[str, Any]:
    clocks = orders.all_clocks(row.pk)
    return _brief(row, queries.counts([row.pk]).get(row.pk, 0)) | {
        "why": row.why,
        "possible_actions": casework.possible_names(row.case, row, actor_of(request), request.now, clocks),
    }
