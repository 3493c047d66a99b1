"""The API of complaints: grades and findings, every time that one was given or changed (C9)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema

from open95598.foundation.masking import mask_text
from open95598.foundation.ui import keyset
from open95598.service.workorders import complaintpages, presenting
from open95598.service.workorders.api import PROBLEMS, Cursor, Limit, UnitCode, answer, unit_id_of
from open95598.service.workorders.models import Judgement

router = Router(tags=["complaints"])


class JudgementOut(Schema):
    """A grade or a finding (``what``: ``grade`` or ``substantiated``) that was given, or changed from ``before``.

    ``by`` is null when the rules gave it; ``reason`` is the rulebook's code, or why there is no finding.
    """

    id: int
    at: datetime
    number: str
    what: str
    before: str | None
    after: str
    reason: str | None
    note: str
    unit: str
    by: str | None


class JudgementsOut(Schema):
    """Grades and findings, newest first; ``next_cursor`` leads to the older ones, null at the end."""

    items: list[JudgementOut]
    next_cursor: str | None


@router.get("/judgements", response={200: JudgementsOut, **PROBLEMS}, summary="Grades and findings with their changes")
def judgements(
    request: Any,
    what: Annotated[Literal["", "grade", "substantiated"], Query()] = "",
    changed: Annotated[bool | None, Query(description="only those that changed something, or only the others")] = None,
    unit: UnitCode = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Return what was given or changed on complaints whose quality the account may look at. Notes are masked."""
    rows = complaintpages.changes(request.rights)
    rows = rows.filter(what=what) if what else rows
    rows = rows if changed is None else complaintpages.changed(rows, changed)
    unit_id = unit_id_of(unit)
    rows = rows if unit_id is None else complaintpages.in_unit(rows, unit_id)
    page = keyset.page(rows, "newest", ("-at", "-id"), size=limit, cursor=cursor)
    return answer({"items": [_line(row) for row in page.rows], "next_cursor": page.next or None})


def _line(row: Judgement) -> dict[str, Any]:
    return {
        "id": row.pk,
        "at": presenting.instant(row.at),
        "number": row.order.number,
        "what": row.what,
        "before": row.before or None,
        "after": row.after,
        "reason": row.reason or None,
        "note": mask_text(row.note),
        "unit": row.unit.code,
        "by": row.by.name if row.by else None,
    }
