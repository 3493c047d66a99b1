"""The API of the online hall for other programs: applications with their state, appointments and what came of them.

What a customer filled in, and who they are, stays behind the order's own interface, where it is masked.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import BeforeValidator

from open95598.service.hall import desk
from open95598.service.hall.models import Application, Appointment
from open95598.service.workorders.api import ACTION_BODY, PROBLEMS, ActionName, IfMatch, Key, act_once, answer

router = Router(tags=["online hall"])
Code = Annotated[str, Path(min_length=8, max_length=16)]


def _written(text: Any) -> date:
    """Return a day that is written as one (2026-03-02), in a year that a calendar knows."""
    found = desk.day_of(str(text))
    if found is None:
        raise ValueError("a day is written as 2026-03-02")
    return found


class HallApplicationOut(Schema):
    """An application that was submitted in the online hall; ``number``: its order's."""

    id: UUID
    code: str
    number: str
    state: str
    open: bool
    unit: str
    account: str
    submitted_at: datetime
    documents: int
    wanted: int


class HallAppointmentOut(Schema):
    """An appointment: ``place`` is outlet or door, ``state`` booked, kept, missed or cancelled."""

    code: str
    booking: str
    place: str
    matter: str
    state: str
    unit: str
    account: str
    starts_at: datetime
    ends_at: datetime


@router.get("/hall/applications", response={200: list[HallApplicationOut], **PROBLEMS}, summary="Applications")
def applications(
    request: Any,
    is_open: Annotated[bool | None, Query(alias="open")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HttpResponse:
    """Return the newest applications on whose orders one may look; ``open`` keeps those that have (not) ended."""
    rows = Application.objects.restrict(request.rights).filter(case__isnull=False)
    rows = rows if is_open is None else rows.filter(case__is_open=is_open)
    found = rows.select_related("case__unit", "case__order", "account").prefetch_related("papers", "wanted")
    return answer([_application(row) for row in found.order_by("-submitted_at")[:limit]])


def _application(row: Application) -> dict[str, Any]:
    case: Any = row.case
    return {
        "id": row.pk,
        "code": row.code,
        "number": case.order.number,
        "state": case.state,
        "open": case.is_open,
        "unit": case.unit.code,
        "account": row.account.number,
        "submitted_at": row.submitted_at,
        "documents": len(row.papers.all()),
        "wanted": sum(one.met_at is None for one in row.wanted.all()),
    }


@router.get("/hall/appointments", response={200: list[HallAppointmentOut], **PROBLEMS}, summary="Appointments of a day")
def appointments(request: Any, day: Annotated[date, BeforeValidator(_written), Query()]) -> HttpResponse:
    """Return the appointments of a local day at the units that one may see."""
    return answer([_appointment(row) for row in desk.of_day(request.rights, day)])


def _appointment(row: Appointment) -> dict[str, Any]:
    names = ("code", "booking", "place", "matter", "starts_at", "ends_at")
    return {
        **{name: getattr(row, name) for name in names},
        "state": row.case.state,
        "unit": row.unit.code,
        "account": row.account.number,
    }


@router.post(
    "/hall/appointments/{code}/actions/{action}", response={200: HallAppointmentOut, **PROBLEMS},
    summary="Kept, missed or cancelled", openapi_extra=ACTION_BODY,
)  # fmt: skip
def act(
    request: Any, code: Code, action: ActionName, if_match: IfMatch = "", idempotency_key: Key = ""
) -> HttpResponse:
    """Say what came of an appointment (``keep``, ``miss``), or ``cancel`` it: then its customer is told."""
    row = desk.get(request.rights, code)
    return act_once(request, row.pk, {"code": code, "action": action}, if_match, idempotency_key, _appointment)
