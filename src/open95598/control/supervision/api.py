"""The API of supervision: what is supervised, and the acts on it; its flow is in ``/flows``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from open95598.casework import services as casework
from open95598.control.supervision import flows, listing, pages
from open95598.control.supervision.models import Supervision
from open95598.foundation.masking import mask_text
from open95598.foundation.ui import keyset
from open95598.service.workorders import presenting, queries
from open95598.service.workorders.api import (
    ACTION_BODY,
    PROBLEMS,
    ActionName,
    Cursor,
    IfMatch,
    Key,
    Limit,
    Number,
    UnitCode,
    act_once,
    actor_of,
    answer,
    unit_id_of,
)
from open95598.service.workorders.api_schemas import ClockOut

router = Router(tags=["supervision"])
SupervisionId = Annotated[int, Path(ge=1, le=2**63 - 1)]
STATES = f"^({'|'.join(state.name for state in flows.STATES)})?$"


class SupervisionOut(Schema):
    """A supervision (督办) of an order. Texts are masked; ``trigger`` is the rulebook's code, or ``by_hand``."""

    id: int
    number: str
    trigger: str
    reason: str
    serious: bool
    level: int = Field(description="levels above the unit at which it is supervised; one more each time it was raised")
    state: str
    version: int
    unit: str
    demand: str
    wanted_by: datetime | None
    measures: str
    promised_at: datetime | None
    decision: str
    rejections: int
    opened_at: datetime
    closed_at: datetime | None
    breached: bool
    clocks: list[ClockOut] = []
    possible_actions: list[str] = []


class SupervisionsOut(Schema):
    """Supervisions; ``next_cursor`` leads on, null at the end."""

    items: list[SupervisionOut]
    next_cursor: str | None = None


@router.get("/supervisions", response={200: SupervisionsOut, **PROBLEMS}, summary="What is supervised")
def supervisions(
    request: Any,
    mine: Annotated[bool, Query(description="those that wait for the account")] = False,
    show: Annotated[Literal["open", "closed", "all"], Query()] = "open",
    state: Annotated[str, Query(pattern=STATES, description="a state of the flow; empty: any that is shown")] = "",
    unit: UnitCode = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Return the supervisions that the account may see: open ones by what is due first, else newest first."""
    found = listing.show(pages.visible(request.rights), "" if show == "open" else show)
    found = found.filter(listing.waiting_for(request.rights)) if mine else found
    found = found.filter(case__state=state) if state else found
    unit_id = unit_id_of(unit)
    found = found if unit_id is None else found.filter(case__scope__contains=[unit_id])
    name, keys = ("due", listing.DUE) if show == "open" else ("newest", listing.NEWEST)
    page = keyset.page(found, name, keys, size=limit, cursor=cursor)
    return answer({"items": [_brief(row) for row in page.rows], "next_cursor": page.next or None})


@router.get(
    "/work-orders/{number}/supervisions", response={200: SupervisionsOut, **PROBLEMS}, summary="An order's supervisions"
)
def of_order(request: Any, number: Number) -> HttpResponse:
    """Return the supervisions of an order that the account may see."""
    order = queries.get(request.rights, number)
    rows = pages.visible(request.rights).filter(order_id=order.pk).order_by("-case__is_open", "case_id")
    return answer({"items": [_brief(row) for row in rows]})


@router.get("/supervisions/{pk}", response={200: SupervisionOut, **PROBLEMS}, summary="One supervision")
def supervision(request: Any, pk: SupervisionId) -> HttpResponse:
    """Return a supervision with its clocks and what can be done with it now."""
    row = pages.get(request.rights, pk)
    return answer(_full(request, row), version=row.case.version)


@router.post(
    "/supervisions/{pk}/actions/{action}",
    response={200: SupervisionOut, **PROBLEMS},
    summary="Do something with a supervision",
    openapi_extra=ACTION_BODY,
)
def act(
    request: Any, pk: SupervisionId, action: ActionName, if_match: IfMatch = "", idempotency_key: Key = ""
) -> HttpResponse:
    """Perform an action of the supervision's own flow. One is asked for with ``supervise`` on the order."""
    row = pages.get(request.rights, pk)
    return act_once(
        request,
        row.pk,
        {"supervision": row.pk, "action": action},
        if_match,
        idempotency_key,
        lambda done: _full(request, done),
    )


def _brief(row: Supervision) -> dict[str, Any]:
    case = row.case
    return {
        "id": row.pk,
        "number": row.number,
        "trigger": row.trigger,
        "reason": row.reason,
        "serious": row.serious,
        "level": case.review_level,
        "state": case.state,
        "version": case.version,
        "unit": case.unit.code,
        "demand": mask_text(row.demand),
        "wanted_by": presenting.instant(row.wanted_by),
        "measures": mask_text(row.measures),
        "promised_at": presenting.instant(row.promised_at),
        "decision": mask_text(row.decision),
        "rejections": row.rejections,
        "opened_at": presenting.instant(case.opened_at),
        "closed_at": presenting.instant(case.closed_at),
        "breached": case.breached,
    }


def _full(request: Any, row: Supervision) -> dict[str, Any]:
    clocks = queries.all_clocks(row.pk)
    actor = actor_of(request)
    return _brief(row) | {
        "clocks": [presenting.clock(c) for c in clocks],
        "possible_actions": casework.possible_names(row.case, row, actor, request.now, clocks),
    }
