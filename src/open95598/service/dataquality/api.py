"""The API of findings: what does not fit together in the registry, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema

from open95598.casework import services as casework
from open95598.casework.models import CaseClock
from open95598.foundation.errors import Forbidden
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import keyset
from open95598.foundation.ui.wire import PROBLEMS, IfMatch, Key, answer
from open95598.service.dataquality import checks, pages, queries
from open95598.service.dataquality.models import DataFinding
from open95598.service.workorders import presenting
from open95598.service.workorders import queries as orders
from open95598.service.workorders.api import ACTION_BODY, ActionName, Cursor, Limit, act_once, actor_of

router = Router(tags=["data findings"])
CaseId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class DataFindingOut(Schema):
    """Something that does not fit. ``rule``: the check's code, ``what`` in words; ``customer`` and ``other``: ids;
    ``facts``: numbers and days; nothing personal."""

    id: int
    number: str
    rule: str
    what: str
    fix: str
    state: str
    open: bool
    version: int
    customer: int | None
    name: str | None
    other: int | None
    account: str | None
    facts: dict[str, str | int]
    unit: str
    owner: str | None
    found_at: datetime
    due_at: datetime | None
    possible_actions: list[str]


class DataFindingsOut(Schema):
    """Findings, newest first; ``next_cursor`` leads to the older ones, null at the end."""

    items: list[DataFindingOut]
    next_cursor: str | None


@router.get("/data-findings", response={200: DataFindingsOut, **PROBLEMS}, summary="Data findings, newest first")
def findings(
    request: Any,
    open: Annotated[bool | None, Query(description="only open ones, or only closed ones")] = None,  # noqa: A002
    rule: Annotated[str, Query(max_length=40, description="code of a check")] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Return the findings that the account may see."""
    _must(request)
    rows = queries.findings(request.rights)
    rows = rows if open is None else rows.filter(is_open=open)
    rows = rows.filter(rule=rule) if rule else rows
    page = keyset.page(rows, "newest", ("-case_id",), size=limit, cursor=cursor)
    clocks = orders.running_clocks([row.pk for row in page.rows])
    items = [_one(request, row, clocks.get(row.pk, [])) for row in page.rows]
    return answer({"items": items, "next_cursor": page.next or None})


@router.get("/data-findings/{pk}", response={200: DataFindingOut, **PROBLEMS}, summary="A data finding")
def finding(request: Any, pk: CaseId) -> HttpResponse:
    """Return a finding."""
    _must(request)
    row = queries.get(request.rights, pk)
    return answer(_one(request, row), version=row.case.version)


@router.post("/data-findings/{pk}/actions/{action}", response={200: DataFindingOut, **PROBLEMS},
             summary="Confirm, correct, dismiss", openapi_extra=ACTION_BODY)  # fmt: skip
def act(
    request: Any, pk: CaseId, action: ActionName, if_match: IfMatch = "", idempotency_key: Key = ""
) -> HttpResponse:
    """Perform ``confirm_finding``, ``correct_finding``, ``dismiss_finding`` or ``note``."""
    _must(request)
    row = queries.get(request.rights, pk)
    return act_once(
        request, row.pk, {"data_finding": row.pk, "action": action}, if_match, idempotency_key,
        lambda done: _one(request, queries.get(request.rights, done.pk)),
    )  # fmt: skip


def _must(request: Any) -> None:
    if not request.rights.anywhere(Permission.CUSTOMER_VIEW):
        raise Forbidden(_("You may not see customers."), permission=Permission.CUSTOMER_VIEW.value)


def _one(request: Any, row: DataFinding, clocks: Sequence[CaseClock] | None = None) -> dict[str, Any]:
    """Return a finding as the API tells of it. ``clocks``: those that run, when the caller has read them for many."""
    case, check = row.case, checks.get(row.rule)
    if clocks is None:
        clocks = orders.running_clocks([row.pk]).get(row.pk, [])
    return {
        "id": row.pk,
        "number": row.number,
        "rule": row.rule,
        "what": check.label.in_(get_language()) if check else row.rule,
        "fix": check.fix.in_(get_language()) if check else "",
        "state": case.state,
        "open": case.is_open,
        "version": case.version,
        "customer": row.customer_id,
        "name": pages.name_of(row.customer) if row.customer else None,
        "other": row.other_id,
        "account": row.account.number if row.account else None,
        "facts": row.facts,
        "unit": case.unit.code,
        "owner": case.owner.name if case.owner else None,
        "found_at": presenting.instant(case.opened_at),
        "due_at": presenting.instant(case.due_at),
        "possible_actions": casework.possible_names(case, row, actor_of(request), request.now, clocks),
    }
