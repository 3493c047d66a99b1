"""The API of contacts: a telephone, a chat, a counter's queue tells of a conversation, and the screen of the one agent
concerned pops."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from open95598.casework.inputs import in_zone
from open95598.foundation.errors import Invalid
from open95598.foundation.idempotency.services import once
from open95598.foundation.masking import mask_name, mask_phone
from open95598.foundation.people.models import Person
from open95598.foundation.ui import keyset
from open95598.service.contacts import queries, services
from open95598.service.contacts.kinds import Channel, Direction, Link, Outcome, State
from open95598.service.contacts.models import Contact
from open95598.service.workorders import presenting
from open95598.service.workorders import queries as orders
from open95598.service.workorders.api import (
    PROBLEMS,
    Cursor,
    Instant,
    Key,
    Limit,
    UnitCode,
    actor_of,
    answer,
    unit_id_of,
)

router = Router(tags=["contacts"])
Code = Annotated[str, Path(max_length=20)]


def _one_of(values: list[str]) -> str:
    return f"^({'|'.join(values)})?$"


class ContactIn(Schema):
    """A conversation that begins. ``agent``: the account of the seat that takes it (the caller's own without one).

    ``source`` and ``source_ref`` name it in the system that tells of it: the same one is refused a second time.
    """

    model_config = ConfigDict(extra="forbid")

    channel: Channel
    direction: Direction = Direction.IN
    agent: str = Field("", max_length=150)
    phone: str = Field("", max_length=32)
    name: str = Field("", max_length=80)
    account: str = Field("", max_length=40)
    category: str = Field("", max_length=60)
    words: str = Field("", max_length=services.LONGEST)
    began_at: Instant | None = None
    source: str = Field("", max_length=40)
    source_ref: str = Field("", max_length=120)


class ContactEnd(Schema):
    """How a conversation ended; ``outcome`` may be left out when an order was registered or added to in it."""

    model_config = ConfigDict(extra="forbid")

    outcome: Outcome | None = None
    category: str | None = Field(None, max_length=60)
    words: str | None = Field(None, max_length=services.LONGEST)
    orders: list[Annotated[str, Field(max_length=60)]] = Field(default=[], max_length=20)


class ContactTo(Schema):
    """The account of the seat that a conversation is passed on to."""

    model_config = ConfigDict(extra="forbid")

    agent: str = Field(min_length=1, max_length=150)


class ContactBrief(Schema):
    """A contact; name and phone are masked, times are UTC. ``customer``: the registry's id, null when not known."""

    code: str
    channel: str
    direction: str
    state: str
    outcome: str
    category: str
    unit: str
    agent: str | None
    name: str
    phone: str
    customer: int | None
    account: str | None
    began_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    done_at: datetime | None


class ContactOrderOut(Schema):
    """An order that a contact had to do with."""

    number: str
    how: str


class ContactOut(ContactBrief):
    """A contact with its orders, and where its page is: what a screen pops to."""

    page: str
    orders: list[ContactOrderOut]


class ContactsOut(Schema):
    """Contacts, newest first; ``next_cursor`` leads to the older ones, null at the end."""

    items: list[ContactBrief]
    next_cursor: str | None


@router.post("/contacts", response={201: ContactOut, **PROBLEMS}, summary="Begin a contact: the agent's screen pops")
def begin(request: Any, payload: ContactIn, idempotency_key: Key = "") -> HttpResponse:
    """Begin a contact. The same key and body give the same answer again."""
    told = payload.model_dump(mode="json", exclude={"agent", "began_at"})
    agent = _agent(payload.agent) if payload.agent else None
    began = in_zone(payload.began_at) if payload.began_at else None
    if began is not None and began > request.now:
        raise Invalid(_("Some fields need your attention."), fields={"began_at": _("This time is still to come.")})

    def do() -> HttpResponse:
        made = services.begin(actor_of(request), told, request.now, agent=agent, began_at=began)
        response = answer(_full(request, made), 201, version=made.version)
        response["Location"] = f"/api/v1/contacts/{made.code}"
        return response

    body = payload.model_dump(mode="json")
    return once(request.user.pk, idempotency_key.strip(), body, request.now, do)


@router.get("/contacts", response={200: ContactsOut, **PROBLEMS}, summary="Contacts, newest first")
def contacts(
    request: Any,
    channel: Annotated[str, Query(pattern=_one_of(Channel.values))] = "",
    state: Annotated[str, Query(pattern=_one_of(State.values))] = "",
    outcome: Annotated[str, Query(pattern=_one_of(Outcome.values))] = "",
    unit: UnitCode = "",
    began_from: Annotated[Instant | None, Query()] = None,
    began_to: Annotated[Instant | None, Query()] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Return the contacts that the account may see."""
    rows = queries.contacts(request.rights).select_related("unit", "owner", "account")
    exact = {"channel": channel, "state": state, "outcome": outcome}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    unit_id = unit_id_of(unit)
    rows = rows if unit_id is None else rows.filter(scope__contains=[unit_id])
    rows = rows.filter(began_at__gte=in_zone(began_from)) if began_from else rows
    rows = rows.filter(began_at__lt=in_zone(began_to)) if began_to else rows
    page = keyset.page(rows, "newest", ("-began_at", "-id"), size=limit, cursor=cursor)
    return answer({"items": [_brief(row) for row in page.rows], "next_cursor": page.next or None})


@router.get("/contacts/{code}", response={200: ContactOut, **PROBLEMS}, summary="One contact")
def contact(request: Any, code: Code) -> HttpResponse:
    """Return a contact."""
    row = _get(request, code)
    return answer(_full(request, row), version=row.version)


@router.post("/contacts/{code}/end", response={200: ContactOut, **PROBLEMS}, summary="End the conversation")
def end(request: Any, code: Code, payload: ContactEnd, idempotency_key: Key = "") -> HttpResponse:
    """End it, with what came of it; ``orders`` were asked about in it."""
    row = _get(request, code)
    named = [orders.get(request.rights, number.replace("\x00", "")) for number in payload.orders]

    def do() -> HttpResponse:
        actor = actor_of(request)
        told = payload.model_dump(include={"category", "words"}, exclude_none=True)
        if told:
            services.note(row, actor, told, request.now)
        for order in named:
            services.link(row, order, Link.ASKED, actor, request.now)
        done = services.end(row, payload.outcome or "", actor, request.now)
        return answer(_full(request, done), version=done.version)

    body = {"contact": row.code, **payload.model_dump(mode="json")}
    return once(request.user.pk, idempotency_key.strip(), body, request.now, do)


@router.post("/contacts/{code}/done", response={200: ContactOut, **PROBLEMS}, summary="The after-contact work is done")
def done(request: Any, code: Code, idempotency_key: Key = "") -> HttpResponse:
    """Say that the after-contact work is done."""
    row = _get(request, code)

    def do() -> HttpResponse:
        finished = services.finish(row, actor_of(request), request.now)
        return answer(_full(request, finished), version=finished.version)

    return once(request.user.pk, idempotency_key.strip(), {"done": row.code}, request.now, do)


@router.post("/contacts/{code}/pass", response={200: ContactOut, **PROBLEMS}, summary="Pass it on to another seat")
def pass_on(request: Any, code: Code, payload: ContactTo, idempotency_key: Key = "") -> HttpResponse:
    """Pass the conversation on: the other seat's screen pops."""
    row = _get(request, code)
    agent = _agent(payload.agent)

    def do() -> HttpResponse:
        passed = services.take(row, actor_of(request), agent, request.now)
        return answer(_full(request, passed), version=passed.version)

    body = {"contact": row.code, "agent": payload.agent}
    return once(request.user.pk, idempotency_key.strip(), body, request.now, do)


def _get(request: Any, code: str) -> Contact:
    return queries.get(request.rights, code.replace("\x00", ""))


def _agent(account: str) -> Person:
    rows = Person.objects.select_related("unit").filter(is_active=True)
    found: Person | None = None if "\x00" in account else rows.filter(username=account).first()
    if found is None:
        reason = _("There is no person %(person)s.") % {"person": account[:60].replace("\x00", "")}
        raise Invalid(_("Some fields need your attention."), fields={"agent": reason})
    return found


def _brief(row: Contact) -> dict[str, Any]:
    return {
        "code": row.code,
        "channel": row.channel,
        "direction": row.direction,
        "state": row.state,
        "outcome": row.outcome,
        "category": row.category,
        "unit": row.unit.code,
        "agent": row.owner.username if row.owner else None,
        "name": mask_name(row.name) if row.name else "",
        "phone": mask_phone(row.phone) if row.phone else "",
        "customer": row.customer_id,
        "account": row.account.number if row.account else None,
        **{name: presenting.instant(getattr(row, name)) for name in ("began_at", "answered_at", "ended_at", "done_at")},
    }


def _full(request: Any, row: Contact) -> dict[str, Any]:
    linked = queries.orders_of(row, request.rights)
    return _brief(row) | {
        "page": f"/contacts/{row.code}/",
        "orders": [{"number": order.number, "how": how} for how, order in linked],
    }
