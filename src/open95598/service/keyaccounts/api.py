"""The API of key accounts: visits that fall due, proposed tiers, invitations, what customers are worth by segment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema

from open95598.casework import services as casework
from open95598.foundation.errors import Forbidden, Invalid
from open95598.foundation.idempotency.services import once
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import keyset
from open95598.foundation.ui.wire import PROBLEMS, IfMatch, Key, answer
from open95598.registry.standing import queries as standing
from open95598.service.keyaccounts import pages, proposals, queries, wording
from open95598.service.keyaccounts.models import TierProposal, Visit
from open95598.service.workorders import presenting
from open95598.service.workorders import queries as orders
from open95598.service.workorders.api import ACTION_BODY, ActionName, Cursor, Limit, act_once, actor_of

router = Router(tags=["key accounts"])
CaseId = Annotated[int, Path(ge=1, le=2**63 - 1)]
CustomerId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Dimension = Literal["price_class", "relation", "source", "nature", "load_grade", "tier", "unit"]


class VisitOut(Schema):
    """A visit to a customer (by the tier, for a complaint, during a connection: ``kind``) or a proposed tier."""

    id: int
    number: str
    kind: str
    state: str
    open: bool
    version: int
    customer: int
    name: str
    tier: str
    unit: str
    owner: str | None
    due_at: datetime | None
    visited_at: datetime | None
    possible_actions: list[str]


class VisitsOut(Schema):
    """Visits, newest first; ``next_cursor`` leads to the older ones, null at the end."""

    items: list[VisitOut]
    next_cursor: str | None


class SegmentOut(Schema):
    """A segment in a month; money in yuan, as text. ``revenue`` and ``value`` null: not known (``bills_known``: of a
    hundred accounts). ``code`` ``?``: what happened without a known account."""

    code: str
    label: str
    customers: int
    accounts: int
    bills_known: int
    revenue: str | None
    contacts: int
    minutes: str
    orders: int
    cost: str
    cost_per_customer: str | None
    value: str | None


class SegmentsOut(Schema):
    """Customer value in a month: (revenue − cost of service) / customers, by segment."""

    month: str
    by: str
    items: list[SegmentOut]


class InvitedOut(Schema):
    """A customer whom their tier entitles to be invited."""

    customer: int
    name: str
    tier: str
    unit: str
    manager: str | None


class InvitationsOut(Schema):
    """Whom their tier entitles to be invited to events."""

    items: list[InvitedOut]


@router.get("/customer-visits", response={200: VisitsOut, **PROBLEMS}, summary="Visits, newest first")
def visits(
    request: Any,
    open: Annotated[bool | None, Query(description="only open ones, or only closed ones")] = None,  # noqa: A002
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Return the visits that the account may see."""
    rows = queries.visits(request.rights)
    rows = rows if open is None else rows.filter(case__is_open=open)
    page = keyset.page(rows, "newest", ("-case_id",), size=limit, cursor=cursor)
    return answer({"items": [_one(request, row) for row in page.rows], "next_cursor": page.next or None})


@router.get("/customer-visits/{pk}", response={200: VisitOut, **PROBLEMS}, summary="A visit or a proposed tier")
def visit(request: Any, pk: CaseId) -> HttpResponse:
    """Return a visit or a proposed tier."""
    row = queries.get(request.rights, pk)
    return answer(_one(request, row), version=row.case.version)


@router.post("/customer-visits/{pk}/actions/{action}", response={200: VisitOut, **PROBLEMS},
             summary="Report a visit, decide a tier", openapi_extra=ACTION_BODY)  # fmt: skip
def act(
    request: Any, pk: CaseId, action: ActionName, if_match: IfMatch = "", idempotency_key: Key = ""
) -> HttpResponse:
    """Perform ``take_visit``, ``report_visit``, ``drop_visit``, ``approve_tier``, ``reject_tier`` or ``note``."""
    row = queries.get(request.rights, pk)
    return act_once(
        request, row.pk, {"key_account_case": row.pk, "action": action}, if_match, idempotency_key,
        lambda done: _one(request, queries.get(request.rights, done.pk)),
    )  # fmt: skip


@router.post("/customers/{customer}/tier-proposals", response={201: VisitOut, **PROBLEMS}, summary="Propose a tier")
def propose(request: Any, customer: CustomerId, idempotency_key: Key = "") -> HttpResponse:
    """Propose the tier that the formula gives the customer today."""

    def do() -> HttpResponse:
        made = proposals.propose(customer, actor_of(request), request.now)
        return answer(_one(request, queries.get(request.rights, made.pk)), 201, version=made.case.version)

    return once(request.user.pk, idempotency_key.strip(), {"propose": customer}, request.now, do)


@router.get("/customer-value", response={200: SegmentsOut, **PROBLEMS}, summary="Customer value by segment")
def value(
    request: Any,
    month: Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="as 2026-03")],
    by: Dimension = "price_class",
) -> HttpResponse:
    """Return what customers are worth in a month, over the accounts that the account may see."""
    for permission in (Permission.CUSTOMER_VIEW, Permission.OVERVIEW_VIEW, Permission.ACCOUNT_MONEY):
        _must(request, permission)
    if not "2000-01" <= month <= "2999-12":
        raise Invalid(_("Some fields need your attention."), fields={"month": _("There is no such month here.")})
    found = queries.by_segment(request.rights, by, date.fromisoformat(f"{month}-01"), request.now)
    items = [
        {
            "code": one.code, "label": wording.segment(by, one.code), "customers": one.customers,
            "accounts": one.accounts, "bills_known": one.known, "revenue": _yuan(one.earned),
            "contacts": one.contacts, "minutes": str(one.minutes), "orders": one.orders, "cost": str(one.cost),
            "cost_per_customer": _yuan(one.cost_each), "value": _yuan(one.value),
        }
        for one in found
    ]  # fmt: skip
    return answer({"month": month, "by": by, "items": items})


@router.get("/invitations", response={200: InvitationsOut, **PROBLEMS}, summary="Whom to invite to events")
def invitations(request: Any) -> HttpResponse:
    """Return the customers whom their tier entitles to be invited, masked."""
    _must(request, Permission.CUSTOMER_VIEW)
    items = [
        {"customer": one.pk, "name": pages.name_of(one), "tier": one.tier, "unit": one.unit.code,
         "manager": one.manager.name if one.manager else None}
        for one in standing.social(request.rights, request.now)
    ]  # fmt: skip
    return answer({"items": items})


def _must(request: Any, permission: Permission) -> None:
    if not request.rights.anywhere(permission):
        raise Forbidden(_("You may not see customers."), permission=permission.value)


def _yuan(amount: Any) -> str | None:
    return None if amount is None else str(amount)


def _one(request: Any, row: Visit | TierProposal) -> dict[str, Any]:
    case = row.case
    clocks = orders.all_clocks(row.pk)
    return {
        "id": row.pk,
        "number": row.number,
        "kind": case.kind,
        "state": case.state,
        "open": case.is_open,
        "version": case.version,
        "customer": row.customer_id,
        "name": pages.name_of(row.customer),
        "tier": row.tier,
        "unit": case.unit.code,
        "owner": case.owner.name if case.owner else None,
        "due_at": presenting.instant(case.due_at),
        "visited_at": presenting.instant(row.visited_at) if isinstance(row, Visit) else None,
        "possible_actions": casework.possible_names(case, row, actor_of(request), request.now, clocks),
    }
