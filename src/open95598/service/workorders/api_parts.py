"""The API of what hangs below orders: joint parts, urges, escalations, coordinations; their flows are in ``/flows``."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Router

from open95598.casework import services as casework
from open95598.service.workorders import partpages, presenting, queries
from open95598.service.workorders.api import (
    ACTION_BODY,
    PROBLEMS,
    ActionName,
    IfMatch,
    Key,
    Number,
    act_once,
    actor_of,
    answer,
)
from open95598.service.workorders.api_schemas import PartOut, PartsOut
from open95598.service.workorders.models import OrderPart

router = Router(tags=["parts of orders"])
PartId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("/work-orders/{number}/parts", response={200: PartsOut, **PROBLEMS}, summary="What hangs below an order")
def parts(request: Any, number: Number) -> HttpResponse:
    """Return the parts of an order that the account may see, open ones first."""
    order = queries.get(request.rights, number)
    found = partpages.cards(order.case_id, actor_of(request), request.now)
    return answer({"items": [_full(request, card.part) for card in found]})


@router.get("/work-orders/{number}/parts/{part}", response={200: PartOut, **PROBLEMS}, summary="One part of an order")
def part(request: Any, number: Number, part: PartId) -> HttpResponse:
    """Return a part with its clocks and what can be done with it now."""
    row = partpages.get(request.rights, number, part)
    return answer(_full(request, row), version=row.case.version)


@router.post(
    "/work-orders/{number}/parts/{part}/actions/{action}",
    response={200: PartOut, **PROBLEMS},
    summary="Do something with a part of an order",
    openapi_extra=ACTION_BODY,
)
def act(
    request: Any, number: Number, part: PartId, action: ActionName, if_match: IfMatch = "", idempotency_key: Key = ""
) -> HttpResponse:
    """Perform an action of the part's own flow, as on an order."""
    row = partpages.get(request.rights, number, part)
    return act_once(
        request,
        row.pk,
        {"part": row.pk, "action": action},
        if_match,
        idempotency_key,
        lambda done: _full(request, done),
    )


def _full(request: Any, row: OrderPart) -> dict[str, Any]:
    clocks = queries.all_clocks(row.pk)
    return presenting.part(row, casework.possible_names(row.case, row, actor_of(request), request.now, clocks), clocks)
