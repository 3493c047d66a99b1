"""The API of the shift's handover: prepared, its list annotated, handed over by one leader, signed for by another."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from open95598.casework import services as casework
from open95598.foundation.errors import Invalid
from open95598.foundation.idempotency.services import once
from open95598.foundation.people.models import Person
from open95598.foundation.ui import keyset
from open95598.foundation.units.queries import get as unit_of
from open95598.service.shifts import queries, services
from open95598.service.shifts.flows import FLOW
from open95598.service.shifts.models import Handover
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
    UnitCode,
    act_once,
    actor_of,
    answer,
    unit_id_of,
)
from open95598.service.workorders.api_schemas import ClockOut

router = Router(tags=["shift handover"])
HandoverId = Annotated[int, Path(ge=1, le=2**63 - 1)]
STATES = f"^({'|'.join(state.name for state in FLOW.states)})?$"


class HandoverItem(Schema):
    """Something open on the list. ``number`` is null, the note empty, where the account may not see what it is about.

    ``passed``: whoever signed has it now; null: nobody need have it, or it is not signed for.
    """

    id: int
    kind: str
    number: str | None
    person: str | None
    due_at: datetime | None
    note: str
    still_open: bool
    passed: bool | None


class HandoverBrief(Schema):
    """A handover of a unit's shift: who handed over, who signed for it, when."""

    id: int
    state: str
    open: bool
    version: int
    unit: str
    prepared_by: str
    prepared_at: datetime
    handed_by: str | None
    handed_at: datetime | None
    signed_by: str | None
    signed_at: datetime | None


class HandoverOut(HandoverBrief):
    """A handover with its list, its clock, and what can be done with it now."""

    remarks: str
    items: list[HandoverItem]
    clocks: list[ClockOut]
    possible_actions: list[str]


class HandoversOut(Schema):
    """Handovers, newest first; ``next_cursor`` leads to the older ones, null at the end."""

    items: list[HandoverBrief]
    next_cursor: str | None


class HandoverIn(Schema):
    """Whose shift ends: the unit's code, and the accounts of those who leave."""

    model_config = ConfigDict(extra="forbid")

    unit: str = Field(min_length=1, max_length=40)
    leaving: list[Annotated[str, Field(min_length=1, max_length=150)]] = Field(default=[], max_length=200)


class HandoverNotes(Schema):
    """What the next shift should know: of each item by its id, and of all."""

    model_config = ConfigDict(extra="forbid")

    notes: dict[Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")], Annotated[str, Field(max_length=500)]] = {}
    remarks: str = Field("", max_length=2000)


@router.get("/shift-handovers", response={200: HandoversOut, **PROBLEMS}, summary="Shift handovers, newest first")
def handovers(
    request: Any,
    state: Annotated[str, Query(pattern=STATES, description="a state of the flow; empty: any")] = "",
    unit: UnitCode = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Return the handovers that the account may see."""
    rows = queries.handovers(request.rights)
    rows = rows.filter(case__state=state) if state else rows
    unit_id = unit_id_of(unit)
    rows = rows if unit_id is None else rows.filter(case__scope__contains=[unit_id])
    page = keyset.page(rows, "newest", ("-case_id",), size=limit, cursor=cursor)
    return answer({"items": [_brief(row) for row in page.rows], "next_cursor": page.next or None})


@router.post("/shift-handovers", response={201: HandoverOut, **PROBLEMS}, summary="Prepare a handover")
def prepare(request: Any, payload: HandoverIn, idempotency_key: Key = "") -> HttpResponse:
    """Open the handover of a unit's shift with everything open on its list."""
    known = dict(Person.objects.filter(username__in=_storable(payload.leaving)).values_list("username", "pk"))
    if missing := [name for name in payload.leaving if name not in known]:
        reason = _("There is no person %(person)s.") % {"person": missing[0][:60].replace("\x00", "")}
        raise Invalid(_("Some fields need your attention."), fields={"leaving": reason})
    unit_id = unit_id_of(payload.unit)
    assert unit_id is not None  # its schema asks for one

    def do() -> HttpResponse:
        made = services.prepare(unit_of(unit_id), list(known.values()), actor_of(request), request.now)
        return answer(_full(request, queries.get(request.rights, made.pk)), 201, version=made.case.version)

    return once(request.user.pk, idempotency_key.strip(), payload.model_dump(), request.now, do)


@router.get("/shift-handovers/{pk}", response={200: HandoverOut, **PROBLEMS}, summary="One handover")
def handover(request: Any, pk: HandoverId) -> HttpResponse:
    """Return a handover with its list."""
    row = queries.get(request.rights, pk)
    return answer(_full(request, row), version=row.case.version)


@router.post("/shift-handovers/{pk}/notes", response={200: HandoverOut, **PROBLEMS}, summary="Annotate the list")
def annotate(request: Any, pk: HandoverId, payload: HandoverNotes) -> HttpResponse:
    """Write notes on items, and the remarks on the whole shift; only while it is being prepared."""
    row = queries.get(request.rights, pk)
    notes = {int(item): text.replace("\x00", "") for item, text in payload.notes.items()}
    services.note(row, notes, payload.remarks.replace("\x00", ""), actor_of(request), request.now)
    row = queries.get(request.rights, pk)
    return answer(_full(request, row), version=row.case.version)


@router.post(
    "/shift-handovers/{pk}/actions/{action}",
    response={200: HandoverOut, **PROBLEMS},
    summary="Do something with a handover",
    openapi_extra=ACTION_BODY,
)
def act(
    request: Any, pk: HandoverId, action: ActionName, if_match: IfMatch = "", idempotency_key: Key = ""
) -> HttpResponse:
    """Perform ``hand_over``, ``sign`` (its promises pass to whoever signs), ``take_back`` or ``discard``."""
    row = queries.get(request.rights, pk)
    return act_once(
        request,
        row.pk,
        {"handover": row.pk, "action": action},
        if_match,
        idempotency_key,
        lambda done: _full(request, queries.get(request.rights, done.pk)),
    )


def _storable(names: list[str]) -> list[str]:
    return [name for name in names if "\x00" not in name]


def _brief(row: Handover) -> dict[str, Any]:
    case = row.case
    return {
        "id": row.pk,
        "state": case.state,
        "open": case.is_open,
        "version": case.version,
        "unit": case.unit.code,
        "prepared_by": row.prepared_by.name,
        "prepared_at": presenting.instant(row.prepared_at),
        "handed_by": row.handed_by.name if row.handed_by else None,
        "handed_at": presenting.instant(row.handed_at),
        "signed_by": row.signed_by.name if row.signed_by else None,
        "signed_at": presenting.instant(row.signed_at),
    }


def _full(request: Any, row: Handover) -> dict[str, Any]:
    clocks = orders.all_clocks(row.pk)
    return _brief(row) | {
        "remarks": row.remarks,
        "items": [_item(item) for item in queries.items(row, request.rights)],
        "clocks": [presenting.clock(c) for c in clocks],
        "possible_actions": casework.possible_names(row.case, row, actor_of(request), request.now, clocks),
    }


def _item(row: queries.Row) -> dict[str, Any]:
    item = row.item
    return {
        "id": item.pk,
        "kind": item.kind,
        "number": item.number if row.visible else None,
        "person": item.person.name if item.person else None,
        "due_at": presenting.instant(item.due_at),
        "note": item.note if row.visible else "",
        "still_open": row.still_open,
        "passed": item.passed,
    }
