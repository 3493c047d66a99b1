"""The API of orders: register, drive, follow. Thin: everything happens in the services."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from pydantic import BeforeValidator

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.inputs import in_zone
from open95598.foundation.errors import Forbidden, Invalid, Refused
from open95598.foundation.idempotency.services import once
from open95598.foundation.journal import queries as journal
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.ui.wire import PROBLEMS, IfMatch, Key, Problem, answer, version_of
from open95598.service.intake.triage import from_data
from open95598.service.workorders import directory, presenting, queries, registration, scoring, services
from open95598.service.workorders.api_schemas import (
    ActionIn,
    FlowsOut,
    OrderIn,
    OrderOut,
    OrderPage,
    TimelineOut,
    UnitsOut,
)
from open95598.service.workorders.flows import ORDERS
from open95598.service.workorders.models import WorkOrder

__all__ = ["PROBLEMS", "IfMatch", "Key", "Problem", "answer", "router", "version_of"]

router = Router(tags=["work orders"])
Number = Annotated[str, Path(max_length=60)]
ActionName = Annotated[str, Path(max_length=40)]
UnitCode = Annotated[str, Query(max_length=40, description="code of a unit: it and all below it")]
Cursor = Annotated[str, Query(max_length=400, description="``next_cursor`` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200)]
Month = Annotated[str, Query(pattern=r"^([12]\d{3}-(0[1-9]|1[0-2]))?$", description="local month, as 2026-03")]
#: how the description of the interface shows the body of an action: its inputs differ by action
ACTION_BODY = {"requestBody": {"content": {"application/json": {"schema": ActionIn.model_json_schema()}}}}


def unit_id_of(code: str) -> int | None:
    """Return the id of the open unit that a code names; None for no code. Raises ``Invalid`` for an unknown one."""
    if not code:
        return None
    found = next((unit.id for unit in directory.units() if unit.code == code), None)
    if found is None:
        raise Invalid(
            _("Some fields need your attention."),
            fields={"unit": _("There is no unit %(unit)s.") % {"unit": code[:60].replace("\x00", "")}},
        )
    return found


def check_codes(now: datetime, **codes: str) -> None:
    """Raise ``Invalid`` naming what is no code of an order's ``kind``, ``state``, ``category`` or of a ``unit``.

    Empty ones say nothing. A state is one of the kind's, or of any kind's; a category one of the rules in force.
    """
    bad = {}
    kind = codes.get("kind", "")
    flows = [flow for flow in ORDERS if kind in ("", flow.kind)]
    if not flows:
        bad["kind"] = _("There is no such kind. There are: %(names)s.") % {"names": ", ".join(f.kind for f in ORDERS)}
    states = {state.name for flow in flows or ORDERS for state in flow.states}
    if codes.get("state") and codes["state"] not in states:
        bad["state"] = _("There is no such state. There are: %(names)s.") % {"names": ", ".join(sorted(states))}
    if codes.get("category") and not store.current(now).has_category(codes["category"]):
        bad["category"] = _("There is no such category in the rules in force.")
    try:
        unit_id_of(codes.get("unit", ""))
    except Invalid as unknown:
        bad |= unknown.fields
    if bad:
        raise Invalid(_("Some fields need your attention."), fields=bad)


def _written_out(raw: Any) -> Any:
    """Refuse a bare number as a time: nobody means seconds since 1970."""
    if isinstance(raw, str) and "-" not in raw[1:]:
        raise ValueError(_("Give a date and time such as 2026-01-31T08:30."))
    return raw


Instant = Annotated[datetime, BeforeValidator(_written_out)]


def actor_of(request: Any) -> Actor:
    """Return the actor of an API request."""
    return Actor.of(request.user, request.rights, "api")


@router.post("/work-orders", response={201: OrderOut, **PROBLEMS}, summary="Register an order")
def create(
    request: Any,
    payload: OrderIn,
    idempotency_key: Key = "",
) -> HttpResponse:
    """Register an order. The same key and body give the same answer again; another body is refused (422)."""
    data = payload.model_dump(exclude_unset=True, exclude_none=True)
    actor = actor_of(request)

    def act() -> HttpResponse:
        facts = {k: v for k, v in data.items() if k not in ("answer", "triage")}
        said = from_data(data.get("triage", ()))
        order = services.register(actor, facts, request.now, answer=data.get("answer", ""), triage=said)
        response = answer(_full(order, actor, request.now), 201, version=order.case.version)
        response["Location"] = f"/api/v1/work-orders/{order.number}"
        return response

    return once(request.user.pk, idempotency_key.strip(), data, request.now, act)


@router.get("/work-orders", response={200: OrderPage, **PROBLEMS}, summary="List orders, newest first")
def list_orders(
    request: Any,
    kind: Annotated[str, Query(max_length=40, description="one of those in ``/flows``")] = "",
    state: Annotated[str, Query(max_length=40, description="a state of the kind's flow, or of any")] = "",
    category: Annotated[str, Query(max_length=60, description="a category: it and all below it")] = "",
    unit: UnitCode = "",
    status: Annotated[Literal["", "open", "closed", "overdue"], Query()] = "",
    owner: Annotated[Literal["", "me"], Query()] = "",
    q: Annotated[str, Query(max_length=100, description="number, phone or words")] = "",
    opened_from: Annotated[Instant | None, Query()] = None,
    opened_to: Annotated[Instant | None, Query()] = None,
    cursor: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HttpResponse:
    """List the orders that the account may see. ``next_cursor`` leads to the page that follows; null at the end."""
    rows = queries.orders(request.rights)
    check_codes(request.now, kind=kind, state=state, category=category, unit=unit)
    if "\x00" in q:
        raise Invalid(_("Some fields need your attention."), fields={"q": _("This cannot be searched for.")})
    params = {
        "kind": kind,
        "state": state,
        "category": category,
        "unit": unit,
        "status": status,
        "owner": request.user.pk if owner else None,
        "q": q,
        "opened_from": _aware(opened_from) if opened_from else None,
        "opened_to": _aware(opened_to) if opened_to else None,
    }
    found = queries.filtered(rows, params, request.now)
    page, following = queries.newest_page(found, _after(cursor), limit)
    next_cursor = (
        urlsafe_b64encode(f"{following[0].isoformat()}|{following[1]}".encode()).decode() if following else None
    )
    return answer({"items": [presenting.brief(o) for o in page], "next_cursor": next_cursor})


@router.get("/work-orders/{number}", response={200: OrderOut, **PROBLEMS}, summary="One order")
def get_order(request: Any, number: Number) -> HttpResponse:
    """Return an order with its clocks and what can be done with it now. Personal data is masked."""
    order = queries.get(request.rights, number)
    return answer(_full(order, actor_of(request), request.now), version=order.case.version)


@router.get("/work-orders/{number}/timeline", response={200: TimelineOut, **PROBLEMS}, summary="What happened to it")
def timeline(
    request: Any,
    number: Number,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> HttpResponse:
    """Return the journal of an order, newest first; ``next_before`` leads on, null at the end."""
    order = queries.get(request.rights, number)
    entries = journal.timeline(order.case_id, reveal=True, before=before, limit=limit, since=order.case.opened_at)
    more = entries[-1].id if len(entries) == limit else None
    return answer({"items": [presenting.told(e) for e in entries], "next_before": more})


@router.post(
    "/work-orders/{number}/actions/{action}",
    response={200: OrderOut, **PROBLEMS},
    summary="Do something with an order",
    openapi_extra=ACTION_BODY,
)
def act(
    request: Any, number: Number, action: ActionName, if_match: IfMatch = "", idempotency_key: Key = ""
) -> HttpResponse:
    """Perform an action with its inputs as the body's members. ``occurred_at`` gives a true time that lies earlier."""
    order = queries.get(request.rights, number)
    actor = actor_of(request)
    return act_once(
        request, order.case_id, {"number": order.number, "action": action}, if_match, idempotency_key,
        lambda done: _full(done, actor, request.now),
    )  # fmt: skip


def act_once(
    request: Any, case_id: int, asked: dict[str, Any], if_match: str, key: str, show: Callable[[Any], dict[str, Any]]
) -> HttpResponse:
    """Perform ``asked["action"]`` on a case with the inputs of the body, once for an idempotency key.

    ``show`` turns the case's typed row into the answer. Raises what ``casework.perform`` refuses with, ``Invalid`` for
    a time or version that cannot be read, ``Refused`` for a body that is no JSON object.
    """
    data = json_object(request)
    occurred_at = read_time(data.pop("occurred_at", None))
    version = version_of(if_match)
    body = {**asked, "data": data, "at": presenting.instant(occurred_at)}

    def do() -> HttpResponse:
        outcome = casework.perform(
            case_id, asked["action"], actor_of(request), request.now,
            data=data, version=version, occurred_at=occurred_at, exact=True,
        )  # fmt: skip
        assert outcome.case is not None
        done = outcome.typed
        done.case = outcome.case
        return answer(show(done), version=outcome.case.version)

    return once(request.user.pk, key.strip(), body, request.now, do)


@router.get("/flows", response={200: FlowsOut, **PROBLEMS}, summary="Kinds, categories, states, actions")
def flows(request: Any) -> HttpResponse:
    """Return all flows as data, and what a new order must say: enough to drive a case from nothing else."""
    if not request.rights.anywhere(Permission.FLOWS_VIEW):
        raise Forbidden(_("You have no right to do this here."))
    rules, units = store.current(request.now), directory.units()
    return answer(
        {
            "rulebook_version": rules.version,
            "creation": [presenting.input_field(i, rules, units) for i in registration.inputs(rules)],
            "flows": presenting.flows(rules, units),
        }
    )


@router.get("/units", response={200: UnitsOut, **PROBLEMS}, summary="The units of the utility")
def units(request: Any) -> HttpResponse:
    """Return the open units in the order of the tree: what an input of type ``unit`` takes (their codes)."""
    if not request.rights.anywhere(Permission.UNITS_VIEW):
        raise Forbidden(_("You have no right to do this here."))
    rows = directory.units()
    codes = {u.id: u.code for u in rows}
    return answer(
        {
            "items": [
                {
                    "code": u.code,
                    "name": u.name,
                    "level": u.level,
                    "parent": codes.get(u.lineage[-2]) if len(u.lineage) > 1 else None,
                    "area": u.area,
                }
                for u in rows
            ]
        }
    )


def _full(order: WorkOrder, actor: Actor, now: datetime) -> dict[str, Any]:
    clocks = queries.all_clocks(order.case_id)
    possible = casework.possible_names(order.case, order, actor, now, clocks)
    cautions = {n: w for n, w in casework.cautions(order.case, order, actor, now).items() if n in possible}
    rules = store.get(order.case.rulebook_version)
    may_see = actor.may(Permission.CASE_QUALITY_VIEW, casework.facts_of(order.case))
    score = scoring.explained(order, rules) if may_see and not order.sealed else None
    return presenting.full(order, possible, clocks, cautions=cautions) | {
        "gaps": [presenting.gap(fact) for fact in scoring.gaps(order, rules)],
        "score": presenting.score(score) if score and score.points is not None else None,
    }


def json_object(request: Any) -> dict[str, Any]:
    """Return the members of the request's body; an empty body has none."""
    try:
        body = orjson.loads(request.body or b"{}")
    except orjson.JSONDecodeError:
        raise Refused(_("The body is not JSON.")) from None
    if not isinstance(body, dict):
        raise Refused(_("The body must be a JSON object."))
    return body


def read_time(raw: Any) -> datetime | None:
    """Return a true time that a body gives, aware; None for none. Raises ``Invalid``."""
    if raw is None:
        return None
    try:
        return _aware(datetime.fromisoformat(raw))
    except (TypeError, ValueError):
        raise Invalid(
            _("Some fields need your attention."),
            fields={"occurred_at": _("Give a date and time such as 2026-01-31T08:30.")},
        ) from None


def _aware(at: datetime) -> datetime:
    try:
        return in_zone(at)
    except (OverflowError, ValueError):
        raise Invalid(_("This time is out of range.")) from None


def _after(cursor: str) -> tuple[datetime, int] | None:
    if not cursor:
        return None
    try:
        at, case_id = urlsafe_b64decode(cursor.encode()).decode().split("|")
        when = datetime.fromisoformat(at)
        if when.tzinfo is None or not 0 <= int(case_id) < 2**63:
            raise ValueError(cursor)
        return when, int(case_id)
    except (ValueError, UnicodeError):
        raise Invalid(
            _("Some fields need your attention."), fields={"cursor": _("This is not a cursor of this list.")}
        ) from None
