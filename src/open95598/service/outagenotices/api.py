"""The API of outage notices: what customers were told of outages, and what became of it. No names, no addresses."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router, Schema

from open95598.foundation.ui import keyset
from open95598.foundation.ui.wire import PROBLEMS, answer
from open95598.service.outagenotices import queries
from open95598.service.workorders import presenting
from open95598.service.workorders.api import Cursor, Limit

router = Router(tags=["outage notices"])


class OutageNoticesCount(Schema):
    """So many notices by one way are so far: ``waiting``, ``sent``, ``unknown``, ``reached``, ``void``, …"""

    way: str
    state: str
    count: int


class OutageBroadcastOut(Schema):
    """What was told of one version of an outage; ``outage`` is the id of its case."""

    id: int
    outage: int
    source: str
    number: str
    revision: int
    what: str
    area: str
    line: str
    made_at: datetime
    notices: list[OutageNoticesCount]


class OutageBroadcastsOut(Schema):
    """Broadcasts, newest first; ``next_cursor`` leads on, null at the end."""

    items: list[OutageBroadcastOut]
    next_cursor: str | None


@router.get("/outage-notices", response={200: OutageBroadcastsOut, **PROBLEMS}, summary="What customers were told")
def broadcasts(
    request: Any,
    outage: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="id of an outage's case")] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Return what was told of the outages that the account may see."""
    rows = queries.broadcasts(request.rights)
    rows = rows if outage is None else rows.filter(case=outage)
    page = keyset.page(rows, "newest", ("-pk",), size=limit, cursor=cursor)
    counts = queries.states([row.pk for row in page.rows])
    items = [
        {
            "id": row.pk, "outage": row.case_id, "source": row.source, "number": row.told["number"],
            "revision": row.revision, "what": row.what, "area": row.told["scope"], "line": row.told["line"],
            "made_at": presenting.instant(row.made_at),
            "notices": [{"way": way, "state": state, "count": count} for way, state, count in counts[row.pk]],
        }
        for row in page.rows
    ]  # fmt: skip
    return answer({"items": items, "next_cursor": page.next or None})
