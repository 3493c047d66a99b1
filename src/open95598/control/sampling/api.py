"""The API of inspections: what is drawn, the form, judging, objecting; its flow is in ``/flows``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from open95598.casework import services as casework
from open95598.control.sampling import judging, queries, services
from open95598.control.sampling.models import Inspection
from open95598.foundation.masking import mask_text
from open95598.foundation.rulebook import store
from open95598.service.workorders import presenting
from open95598.service.workorders import queries as orders
from open95598.service.workorders.api import (
    ACTION_BODY,
    PROBLEMS,
    ActionName,
    IfMatch,
    Key,
    act_once,
    actor_of,
    answer,
    version_of,
)

router = Router(tags=["inspections"])
InspectionId = Annotated[int, Path(ge=1, le=2**63 - 1)]
MOST = 200


class MarkIn(Schema):
    """The points of one line of the form; ``why`` is needed where points are lost."""

    model_config = ConfigDict(extra="forbid")

    points: int = Field(ge=0, le=100)
    why: str = Field("", max_length=500)


class SheetIn(Schema):
    """The form filled in: marks by the line's code, codes of fatal errors, a remark."""

    model_config = ConfigDict(extra="forbid")

    marks: dict[str, MarkIn] = Field(max_length=60)
    fatal: list[Annotated[str, Field(max_length=64)]] = Field([], max_length=60)
    remark: str = Field("", max_length=2000)


class InspectionLineOut(Schema):
    """A line of the form, with what was given for it."""

    code: str
    zh: str
    en: str
    most: int
    points: int | None
    why: str


class InspectionOut(Schema):
    """An inspection (质检) of a closed order."""

    id: int
    number: str
    plan: str
    week: date
    unit: str
    order_kind: str
    state: str
    version: int
    score: int | None
    passed: bool | None
    fatal: list[str]
    lines: list[InspectionLineOut]
    objection: str
    outcome: str
    decision: str
    judged_at: datetime | None
    possible_actions: list[str] = []


class InspectionsOut(Schema):
    """Inspections, what is due first first."""

    items: list[InspectionOut]


@router.get("/inspections", response={200: InspectionsOut, **PROBLEMS}, summary="Inspections of orders")
def inspections(request: Any, mine: Annotated[bool, Query()] = True) -> HttpResponse:
    """Return the inspections that wait for the account (``mine=false``: all that it may see), at most 200."""
    found = queries.visible(request.rights)
    if mine:
        found = found.filter(queries.waiting_for(request.rights))
    return answer({"items": [_brief(row) for row in found.order_by("case__due_at", "case_id")[:MOST]]})


@router.get("/inspections/{pk}", response={200: InspectionOut, **PROBLEMS}, summary="One inspection")
def inspection(request: Any, pk: InspectionId) -> HttpResponse:
    """Return an inspection with its form and what can be done with it now."""
    row = queries.get(request.rights, pk)
    return answer(_full(request, row), version=row.case.version)


@router.post("/inspections/{pk}/sheet", response={200: InspectionOut, **PROBLEMS}, summary="Judge an order on the form")
def judge(request: Any, pk: InspectionId, body: SheetIn, if_match: IfMatch = "") -> HttpResponse:
    """Hand in the form. Refused naming every line that is missing, out of range or without a reason for lost points."""
    sheet = judging.Sheet(
        {c: judging.Mark(m.points, m.why) for c, m in body.marks.items()}, tuple(body.fatal), body.remark
    )
    services.judge(pk, sheet, actor_of(request), request.now, version=version_of(if_match))
    row = queries.get(request.rights, pk)
    return answer(_full(request, row), version=row.case.version)


@router.post(
    "/inspections/{pk}/actions/{action}",
    response={200: InspectionOut, **PROBLEMS},
    summary="Do something with an inspection",
    openapi_extra=ACTION_BODY,
)
def act(
    request: Any, pk: InspectionId, action: ActionName, if_match: IfMatch = "", idempotency_key: Key = ""
) -> HttpResponse:
    """Perform an action of the inspection's own flow: accept the result, object, decide an objection."""
    row = queries.get(request.rights, pk)
    return act_once(
        request,
        row.pk,
        {"inspection": row.pk, "action": action},
        if_match,
        idempotency_key,
        lambda done: _full(request, queries.get(request.rights, done.pk)),
    )


def _brief(row: Inspection) -> dict[str, Any]:
    form = store.get(row.case.rulebook_version).oversight.form(row.form)
    given = judging.from_data(row.sheet) if row.sheet else judging.Sheet({})
    lines = [
        {
            "code": p.code, "zh": p.label.zh, "en": p.label.en, "most": p.most,
            "points": given.marks[p.code].points if p.code in given.marks else None,
            "why": mask_text(given.marks[p.code].why) if p.code in given.marks else "",
        }
        for p in (form.lines(row.order_kind) if form else ())
    ]  # fmt: skip
    return {
        "id": row.pk,
        "number": row.number,
        "plan": row.draw.plan,
        "week": row.draw.week.isoformat(),
        "unit": row.case.unit.code,
        "order_kind": row.order_kind,
        "state": row.case.state,
        "version": row.case.version,
        "score": row.score,
        "passed": row.passed,
        "fatal": list(given.fatal),
        "lines": lines,
        "objection": mask_text(row.objection),
        "outcome": row.outcome,
        "decision": mask_text(row.decision),
        "judged_at": presenting.instant(row.judged_at),
    }


def _full(request: Any, row: Inspection) -> dict[str, Any]:
    clocks = orders.all_clocks(row.pk)
    names = casework.possible_names(row.case, row, actor_of(request), request.now, clocks)
    return _brief(row) | {"possible_actions": names}
