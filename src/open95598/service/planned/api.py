"""The API of announced outages: plans and outage information, their acts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from open95598.casework import services as casework
from open95598.casework.inputs import in_zone
from open95598.foundation.errors import Invalid
from open95598.foundation.idempotency.services import once
from open95598.foundation.ui import keyset
from open95598.foundation.ui.wire import PROBLEMS, IfMatch, Key, answer
from open95598.service.planned import queries, services
from open95598.service.planned import wording as own
from open95598.service.planned.kinds import Information, WorkKind
from open95598.service.planned.models import PlannedOutage
from open95598.service.workorders import presenting
from open95598.service.workorders import queries as orders
from open95598.service.workorders.api import ACTION_BODY, ActionName, Cursor, Limit, act_once, actor_of

router = Router(tags=["planned outages"])
PlanId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class PlannedPeriodOut(Schema):
    """A period; an end that is not known is null."""

    start: datetime | None
    end: datetime | None


class PlannedOutageOut(Schema):
    """An announced outage in the fields of CIM's Outage: ``planned_period`` as announced, ``actual_period`` as it was;
    ``information`` its kind, ``devices`` codes of the grid, ``revision`` counts what the public was told."""

    id: int
    number: str
    information: str
    state: str
    open: bool
    version: int
    revision: int
    cause: str
    line: str
    area: str
    devices: list[str]
    supplied_from_elsewhere: list[str]
    planned_period: PlannedPeriodOut
    actual_period: PlannedPeriodOut
    published_at: datetime | None
    change_reason: str
    usage_points: int
    customers: int
    important: int
    life_support: int
    to_be_told: int
    unit: str
    due_at: datetime | None
    possible_actions: list[str]


class PlannedOutagesOut(Schema):
    """Announced outages, the latest start first; ``next_cursor`` leads on, null at the end."""

    items: list[PlannedOutageOut]
    next_cursor: str | None


class PlannedOutageIn(Schema):
    """A plan, or outage information of another kind. ``devices``: codes of the grid; ``account``: only for arrears,
    theft and breach. ``work_kind`` and ``work``: of planned and temporary outages."""

    information: Information = Information.PLANNED
    devices: Annotated[list[Annotated[str, Field(max_length=120)]], Field(max_length=services.MOST_DEVICES)] = []
    account: Annotated[str, Field(max_length=32)] = ""
    starts_at: datetime
    ends_at: datetime
    cause: Annotated[str, Field(max_length=40)]
    area: Annotated[str, Field(max_length=500)] = ""
    work_kind: WorkKind | None = None
    work: Annotated[str, Field(max_length=500)] = ""


@router.get("/planned-outages", response={200: PlannedOutagesOut, **PROBLEMS}, summary="Planned outages")
def plans(
    request: Any,
    open: Annotated[bool | None, Query(description="only open ones, or only those that are over")] = None,  # noqa: A002
    information: Annotated[Information | None, Query(description="of one kind")] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Return the announced outages that the account may see."""
    rows = queries.plans(request.rights).prefetch_related("devices")
    rows = rows if open is None else rows.filter(is_open=open)
    rows = rows if information is None else rows.filter(information=information)
    page = keyset.page(rows, "latest", ("-starts_at", "-case_id"), size=limit, cursor=cursor)
    clocks = orders.running_clocks([row.pk for row in page.rows])
    items = [_one(request, row, clocks.get(row.pk, [])) for row in page.rows]
    return answer({"items": items, "next_cursor": page.next or None})


@router.post("/planned-outages", response={201: PlannedOutageOut, **PROBLEMS}, summary="Plan an outage")
def plan(request: Any, payload: PlannedOutageIn, idempotency_key: Key = "") -> HttpResponse:
    """Begin a plan; publish outage information of another kind."""

    def do() -> HttpResponse:
        told = payload.model_dump() | {"scope": payload.area, "starts_at": in_zone(payload.starts_at),
                                       "ends_at": in_zone(payload.ends_at)}  # fmt: skip
        try:
            made = services.plan(actor_of(request), told, request.now)
        except Invalid as refusal:  # by the names of this interface
            fields = {"area" if name == "scope" else name: why for name, why in refusal.fields.items()}
            raise Invalid(refusal.detail, fields=fields) from None
        row = queries.get(request.rights, made.pk)
        response = answer(_one(request, row), 201, version=row.case.version)
        response["Location"] = f"/api/v1/planned-outages/{row.pk}"
        return response

    return once(request.user.pk, idempotency_key.strip(), payload.model_dump(mode="json"), request.now, do)


@router.get("/planned-outages/{pk}", response={200: PlannedOutageOut, **PROBLEMS}, summary="A planned outage")
def outage(request: Any, pk: PlanId) -> HttpResponse:
    """Return an announced outage."""
    row = queries.get(request.rights, pk)
    return answer(_one(request, row), version=row.case.version)


@router.post("/planned-outages/{pk}/actions/{action}", response={200: PlannedOutageOut, **PROBLEMS},
             summary="Approve, announce, extend, restore …", openapi_extra=ACTION_BODY)  # fmt: skip
def act(
    request: Any, pk: PlanId, action: ActionName, if_match: IfMatch = "", idempotency_key: Key = ""
) -> HttpResponse:
    """Perform one of ``possible_actions``."""
    row = queries.get(request.rights, pk)
    return act_once(
        request, row.pk, {"planned_outage": row.pk, "action": action}, if_match, idempotency_key,
        lambda done: _one(request, queries.get(request.rights, done.pk)),
    )  # fmt: skip


def _one(request: Any, row: PlannedOutage, clocks: Any = None) -> dict[str, Any]:
    """Return an outage as the API tells of it. ``clocks``: those that run, when the caller has read them for many."""
    case = row.case
    if clocks is None:
        clocks = orders.running_clocks([row.pk]).get(row.pk, [])
    devices = sorted(row.devices.all(), key=lambda one: one.pk)
    return {
        "id": row.pk,
        "number": row.number,
        "information": row.information,
        "state": case.state,
        "open": case.is_open,
        "version": case.version,
        "revision": row.revision,
        "cause": own.in_language(own.cause(row)),
        "line": row.line,
        "area": row.scope,
        "devices": [one.device for one in devices if not one.kept],
        "supplied_from_elsewhere": [one.device for one in devices if one.kept],
        "planned_period": _period(row.starts_at, row.ends_at),
        "actual_period": _period(row.actual_start, row.actual_end),
        "published_at": presenting.instant(row.published_at),
        "change_reason": row.change_reason,
        "usage_points": row.points,
        "customers": row.customers,
        "important": row.important,
        "life_support": row.protected,
        "to_be_told": row.care_open,
        "unit": case.unit.code,
        "due_at": presenting.instant(case.due_at),
        "possible_actions": casework.possible_names(case, row, actor_of(request), request.now, clocks),
    }


def _period(start: datetime | None, end: datetime | None) -> dict[str, Any]:
    return {"start": presenting.instant(start), "end": presenting.instant(end)}
