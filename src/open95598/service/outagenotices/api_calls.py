"""The phone list by API: no names, no addresses, and no number but by the act that is on record."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Path, Router, Schema

from open95598.foundation.errors import Forbidden, NotFound
from open95598.foundation.masking import mask_phone
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui.wire import PROBLEMS, answer
from open95598.service.outagenotices import limits, queries, sending, telling
from open95598.service.outagenotices.telling import Told
from open95598.service.workorders import presenting
from open95598.service.workorders.api import Limit, actor_of

router = Router(tags=["outage notices"])


class OutageCallOut(Schema):
    """Somebody to call about an outage: ``customer`` and ``outage`` are ids, ``phone`` is masked, ``say`` what to say.

    ``rank``: 0 life support, 1 important user, 2 by tier; ``call_by``: the limit, null where there is none; ``tries``:
    how often nobody answered.
    """

    id: int
    customer: int
    outage: int
    number: str
    rank: int
    phone: str
    say: str
    call_by: datetime | None
    tries: int
    tried_at: datetime | None


class OutageCallsOut(Schema):
    """The head of the phone list, whom to call first first."""

    items: list[OutageCallOut]


class OutageCallNumberOut(Schema):
    """The number to call, in the open."""

    phone: str


CallId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("/outage-notices/calls", response={200: OutageCallsOut, **PROBLEMS}, summary="Whom to call")
def calls(request: Any, limit: Limit = 50) -> HttpResponse:
    """Return whom to call about outages: those on life support first, of equal ones those who were not called yet."""
    _may(request)
    rows = list(queries.calls(request.rights)[:limit])
    due = limits.clocks({row.broadcast.case_id for row in rows})
    zone = timezone.get_current_timezone()
    items = [
        {
            "id": row.pk, "customer": row.customer_id, "outage": row.broadcast.case_id,
            "number": row.broadcast.told["number"], "rank": row.rank,
            "phone": mask_phone(row.contact.value) if row.contact else "",
            "say": telling.text(
                row.broadcast.what, Told.of(row.broadcast.told), (get_language() or "zh")[:2], zone, settings.HOTLINE
            ),
            "call_by": presenting.instant(due[row.broadcast.case_id].due_at) if row.broadcast.case_id in due else None,
            "tries": row.attempts, "tried_at": presenting.instant(row.tried_at) if row.tried_at else None,
        }
        for row in rows
    ]  # fmt: skip
    return answer({"items": items})


@router.post("/outage-notices/calls/{pk}/reached", response={204: None, **PROBLEMS}, summary="Somebody was reached")
def reached(request: Any, pk: CallId) -> HttpResponse:
    """Take somebody off the phone list."""
    _listed(request, pk)
    sending.reached(pk, actor_of(request), request.now)
    return HttpResponse(status=204)


@router.post("/outage-notices/calls/{pk}/unanswered", response={204: None, **PROBLEMS}, summary="Nobody answered")
def unanswered(request: Any, pk: CallId) -> HttpResponse:
    """Keep somebody on the phone list, after those who were not called yet."""
    _listed(request, pk)
    sending.unanswered(pk, actor_of(request), request.now)
    return HttpResponse(status=204)


@router.post(
    "/outage-notices/calls/{pk}/number", response={200: OutageCallNumberOut, **PROBLEMS}, summary="Show the number"
)
def number(request: Any, pk: CallId) -> HttpResponse:
    """Return the number in the open; that it was shown is on record with the outage as the reason."""
    _listed(request, pk)
    return answer({"phone": sending.number_of(pk, actor_of(request), request.now)})


def _may(request: Any) -> None:
    if not request.rights.anywhere(Permission.CUSTOMER_VIEW):
        raise Forbidden(_("You have no right to do this here."))


def _listed(request: Any, pk: int) -> None:
    _may(request)
    if not queries.calls(request.rights).filter(pk=pk).exists():
        raise NotFound(_("There is no such notice."))
