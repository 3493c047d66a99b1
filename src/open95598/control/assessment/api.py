"""The API of the assessment: the ledger as far as one may see it, appeals against its entries."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from open95598.casework import services as casework
from open95598.control.assessment import appeals as appealing
from open95598.control.assessment import queries
from open95598.control.assessment.flows import APPEAL
from open95598.control.assessment.models import Appeal
from open95598.foundation.idempotency.services import once
from open95598.foundation.ui import keyset
from open95598.service.workorders import presenting
from open95598.service.workorders import queries as orders
from open95598.service.workorders.api import (
    ACTION_BODY,
    PROBLEMS,
    ActionName,
    Cursor,
    IfMatch,
    Key,
    Limit,
    Month,
    UnitCode,
    act_once,
    actor_of,
    answer,
    unit_id_of,
)
from open95598.service.workorders.api_schemas import ClockOut

router = Router(tags=["assessment"])
STATES = f"^({'|'.join(state.name for state in APPEAL.states)})?$"
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]


class LedgerEntryOut(Schema):
    """An entry of the ledger. ``number`` is null when the account may not see the order; a reversal's points are
    negative and ``reverses`` names the entry."""

    id: int
    at: datetime
    period: str
    unit: str
    person: str | None
    number: str | None
    charge: str
    rule: str
    points: str
    reason: str
    facts: dict[str, Any]
    by: str
    reverses: int | None
    appeal: int | None


class LedgerOut(Schema):
    """Entries, newest first; ``next_before`` leads to the older ones, null at the end."""

    items: list[LedgerEntryOut]
    next_before: int | None


class GroundsIn(Schema):
    """Why one appeals."""

    model_config = ConfigDict(extra="forbid")

    grounds: str = Field(min_length=1, max_length=4000)


class AppealBrief(Schema):
    """An appeal: against which entry, how it stands, what was said."""

    id: int
    number: str
    entry: int
    state: str
    open: bool
    version: int
    by: str
    grounds: str
    decision: str | None
    grounds_again: str | None
    decision_again: str | None
    opened_at: datetime


class AppealOut(AppealBrief):
    """An appeal with its clocks and what can be done with it now."""

    clocks: list[ClockOut]
    possible_actions: list[str]


class AppealsOut(Schema):
    """Appeals, newest first; ``next_cursor`` leads to the older ones, null at the end."""

    items: list[AppealBrief]
    next_cursor: str | None


@router.get("/assessment/entries", response={200: LedgerOut, **PROBLEMS}, summary="The ledger, newest first")
def entries(
    request: Any,
    period: Month = "",
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="entries older than this one")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HttpResponse:
    """Return the entries of the units whose quality the account may look at, and its own."""
    rows = queries.visible(request.rights)
    rows = rows.filter(period=period) if period else rows
    rows = rows.filter(pk__lt=before) if before else rows
    found = list(rows.select_related("unit", "person").order_by("-id")[: limit + 1])
    page = found[:limit]
    told = queries.shown_numbers(request.rights, [row.case_id for row in page])
    appealed = dict(
        queries.appeals(request.rights).filter(entry__in=page).values_list("entry_id", "case_id") if page else ()
    )
    items = [
        {
            "id": row.pk,
            "at": presenting.instant(row.at),
            "period": row.period,
            "unit": row.unit.code,
            "person": row.person.name if row.person else None,
            "number": row.number if row.case_id in told else None,
            "charge": row.charge,
            "rule": row.rule,
            "points": str(row.points),
            "reason": row.reason,
            "facts": row.facts,
            "by": row.by_name,
            "reverses": row.reverses_id,
            "appeal": appealed.get(row.pk),
        }
        for row in page
    ]
    return answer({"items": items, "next_before": page[-1].pk if len(found) > limit else None})


@router.post(
    "/assessment/entries/{entry}/appeal", response={201: AppealOut, **PROBLEMS}, summary="Appeal against an entry"
)
def ask(request: Any, entry: Id, payload: GroundsIn, idempotency_key: Key = "") -> HttpResponse:
    """Appeal in the first round: for whoever was charged, or the head of their unit, in time."""

    def do() -> HttpResponse:
        appeal = appealing.ask(entry, payload.grounds, actor_of(request), request.now)
        return answer(_full(request, appeal), 201, version=appeal.case.version)

    body = {"entry": entry, "grounds": payload.grounds}
    return once(request.user.pk, idempotency_key.strip(), body, request.now, do)


@router.get("/assessment/appeals", response={200: AppealsOut, **PROBLEMS}, summary="Appeals, newest first")
def list_appeals(
    request: Any,
    state: Annotated[str, Query(pattern=STATES, description="a state of the flow; empty: any")] = "",
    show: Annotated[Literal["all", "open", "closed"], Query()] = "all",
    unit: UnitCode = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Return the appeals that the account may see."""
    rows = queries.appeals(request.rights)
    rows = rows.filter(case__state=state) if state else rows
    rows = rows if show == "all" else rows.filter(case__is_open=show == "open")
    unit_id = unit_id_of(unit)
    rows = rows if unit_id is None else rows.filter(case__scope__contains=[unit_id])
    page = keyset.page(rows, "newest", ("-case__opened_at", "-case_id"), size=limit, cursor=cursor)
    return answer({"items": [_brief(row) for row in page.rows], "next_cursor": page.next or None})


@router.get("/assessment/appeals/{appeal}", response={200: AppealOut, **PROBLEMS}, summary="One appeal")
def get_appeal(request: Any, appeal: Id) -> HttpResponse:
    """Return an appeal that the account may see."""
    row = queries.appeal(request.rights, appeal)
    return answer(_full(request, row), version=row.case.version)


@router.post(
    "/assessment/appeals/{appeal}/actions/{action}",
    response={200: AppealOut, **PROBLEMS},
    summary="Do something with an appeal",
    openapi_extra=ACTION_BODY,
)
def act(
    request: Any, appeal: Id, action: ActionName, if_match: IfMatch = "", idempotency_key: Key = ""
) -> HttpResponse:
    """Perform an action of the appeal's flow: ``grant``, ``refuse``, ``appeal_again``, ``grant_again``, ``uphold``,
    ``withdraw``."""
    row = queries.appeal(request.rights, appeal)
    about = {"appeal": row.pk, "action": action}
    return act_once(request, row.pk, about, if_match, idempotency_key, lambda done: _full(request, done))


def _full(request: Any, row: Appeal) -> dict[str, Any]:
    clocks = orders.all_clocks(row.pk)
    possible = casework.possible_names(row.case, row, actor_of(request), request.now, clocks)
    return _brief(row) | {"clocks": [presenting.clock(c) for c in clocks], "possible_actions": list(possible)}


def _brief(row: Appeal) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.number,
        "entry": row.entry_id,
        "state": row.case.state,
        "open": row.case.is_open,
        "version": row.case.version,
        "by": row.by.name,
        "grounds": row.grounds,
        "decision": row.decision or None,
        "grounds_again": row.grounds_again or None,
        "decision_again": row.decision_again or None,
        "opened_at": presenting.instant(row.case.opened_at),
    }
