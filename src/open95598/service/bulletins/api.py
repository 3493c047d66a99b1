"""The API of bulletins: what holds, posted by another system (an outage system), acknowledged, taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from open95598.casework.inputs import in_zone
from open95598.foundation.errors import Forbidden
from open95598.foundation.idempotency.services import once
from open95598.foundation.ui import keyset
from open95598.service.bulletins import queries, services
from open95598.service.bulletins.models import Bulletin, Severity, State
from open95598.service.workorders import presenting
from open95598.service.workorders.api import (
    PROBLEMS,
    Cursor,
    IfMatch,
    Instant,
    Key,
    Limit,
    UnitCode,
    actor_of,
    answer,
    unit_id_of,
    version_of,
)

router = Router(tags=["bulletins"])
BulletinId = Annotated[int, Path(ge=1, le=2**63 - 1)]
STATES = f"^({'|'.join(State.values)})?$"


class BulletinText(Schema):
    """What a bulletin says. ``words``: places, feeders, matters that it concerns; ``order``: an order's number.

    ``valid_from`` null: at once; ``valid_until`` null: until it is withdrawn.
    """

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=services.TITLE)
    text: str = Field(min_length=1, max_length=services.LONGEST)
    severity: Severity = Severity.INFO
    words: list[Annotated[str, Field(max_length=40)]] = Field(default=[], max_length=services.MOST_WORDS)
    category: str = Field("", max_length=60)
    order: str = Field("", max_length=60)
    valid_from: Instant | None = None
    valid_until: Instant | None = None


class BulletinIn(BulletinText):
    """A bulletin to the desks of a unit and below; ``propose``: to the shift leader, who decides."""

    unit: str = Field("", max_length=16)
    propose: bool = False


class BulletinFix(BulletinText):
    """Another text for a bulletin, and why."""

    why: str = Field("", max_length=500)


class BulletinWhy(Schema):
    """Why a bulletin is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500)


class BulletinOut(Schema):
    """A bulletin in its present version; ``holds``: posted and within its time."""

    id: int
    version: int
    state: str
    holds: bool
    unit: str
    title: str
    text: str
    severity: str
    words: list[str]
    category: str
    valid_from: datetime
    valid_until: datetime | None
    posted_by: str | None
    posted_at: datetime | None
    reason: str


class BulletinsOut(Schema):
    """Bulletins, newest first; ``next_cursor`` leads to the older ones, null at the end."""

    items: list[BulletinOut]
    next_cursor: str | None


class BulletinRoll(Schema):
    """Who has acknowledged the present version (accounts, with when), and who has not."""

    seen: dict[str, datetime]
    missing: list[str]


class BulletinReminded(Schema):
    """How many were reminded."""

    people: int


@router.get("/bulletins", response={200: BulletinsOut, **PROBLEMS}, summary="Bulletins, newest first")
def bulletins(
    request: Any,
    state: Annotated[str, Query(pattern=STATES)] = "",
    holds: bool = False,
    unit: UnitCode = "",
    q: Annotated[str, Query(max_length=100)] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Return the bulletins that the account may read; ``q`` looks for words in title and text."""
    rows = queries.readable(request.rights)
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(queries.in_force(request.now)) if holds else rows
    unit_id = unit_id_of(unit)
    rows = rows if unit_id is None else rows.filter(scope__contains=[unit_id])
    text = q.replace("\x00", "").strip()
    rows = rows.filter(title__icontains=text) | rows.filter(text__icontains=text) if text else rows
    page = keyset.page(rows, "newest", ("-valid_from", "-id"), size=limit, cursor=cursor)
    return answer({"items": [_out(row, request.now) for row in page.rows], "next_cursor": page.next or None})


@router.post("/bulletins", response={201: BulletinOut, **PROBLEMS}, summary="Post a bulletin, or propose one")
def post(request: Any, payload: BulletinIn, idempotency_key: Key = "") -> HttpResponse:
    """Post it to all desks of the unit (the account's own without one). The same key and body answer the same again."""

    def do() -> HttpResponse:
        told, actor = _told(payload), actor_of(request)
        if payload.propose:
            made = services.propose(actor, told, request.user.unit, request.now)
        else:
            unit = services.unit_of(request.user, request.rights, unit_id_of(payload.unit))
            made = services.post(actor, told, unit, request.now)
        response = answer(_out(made, request.now), 201, version=made.version)
        response["Location"] = f"/api/v1/bulletins/{made.pk}"
        return response

    return once(request.user.pk, idempotency_key.strip(), payload.model_dump(mode="json"), request.now, do)


@router.get("/bulletins/{pk}", response={200: BulletinOut, **PROBLEMS}, summary="One bulletin")
def bulletin(request: Any, pk: BulletinId) -> HttpResponse:
    """Return a bulletin."""
    row = queries.get(request.rights, pk)
    return answer(_out(row, request.now), version=row.version)


@router.post("/bulletins/{pk}/correct", response={200: BulletinOut, **PROBLEMS}, summary="Give it another text")
def correct(
    request: Any, pk: BulletinId, payload: BulletinFix, if_match: IfMatch = "", idempotency_key: Key = ""
) -> HttpResponse:
    """Correct it: every desk acknowledges it anew. A proposal is posted with this text."""
    row = queries.get(request.rights, pk)

    def do() -> HttpResponse:
        told, actor = _told(payload), actor_of(request)
        if row.state == State.PROPOSED:
            done = services.accept(row, actor, told, request.now)
        else:
            done = services.correct(row, actor, told, payload.why, request.now, version=version_of(if_match))
        return answer(_out(done, request.now), version=done.version)

    body = {"bulletin": pk, **payload.model_dump(mode="json")}
    return once(request.user.pk, idempotency_key.strip(), body, request.now, do)


@router.post("/bulletins/{pk}/withdraw", response={200: BulletinOut, **PROBLEMS}, summary="Take it back")
def withdraw(request: Any, pk: BulletinId, payload: BulletinWhy, idempotency_key: Key = "") -> HttpResponse:
    """Take it from all desks; of a proposal: do not post it."""
    row = queries.get(request.rights, pk)

    def do() -> HttpResponse:
        act = services.decline if row.state == State.PROPOSED else services.withdraw
        done = act(row, actor_of(request), payload.reason, request.now)
        return answer(_out(done, request.now), version=done.version)

    return once(request.user.pk, idempotency_key.strip(), {"bulletin": pk, "withdraw": payload.reason}, request.now, do)


@router.post("/bulletins/{pk}/acknowledge", response={200: BulletinOut, **PROBLEMS}, summary="Acknowledge it")
def acknowledge(request: Any, pk: BulletinId, if_match: IfMatch = "") -> HttpResponse:
    """Say that the account has read it; with ``If-Match`` of the version that was read."""
    row = queries.get(request.rights, pk)
    services.acknowledge(row, actor_of(request), request.now, version=version_of(if_match))
    return answer(_out(row, request.now), version=row.version)


@router.post("/bulletins/{pk}/remind", response={200: BulletinReminded, **PROBLEMS}, summary="Remind the others")
def remind(request: Any, pk: BulletinId) -> HttpResponse:
    """Ring the bell of everybody who has not acknowledged it."""
    return answer({"people": services.remind(queries.get(request.rights, pk), actor_of(request), request.now)})


@router.get("/bulletins/{pk}/roll", response={200: BulletinRoll, **PROBLEMS}, summary="Who has acknowledged it")
def roll(request: Any, pk: BulletinId) -> HttpResponse:
    """Return who has acknowledged the present version; for who may post it."""
    row = queries.get(request.rights, pk)
    if not queries.may_post(request.rights, row):
        raise Forbidden(_("Only whoever leads a shift of this unit sees who has acknowledged."))
    found = queries.roll(row, request.now)
    seen = {person.username: presenting.instant(at) for person, at in found.seen}
    return answer({"seen": seen, "missing": [person.username for person in found.missing]})


def _told(payload: BulletinText) -> dict[str, Any]:
    told = payload.model_dump(exclude={"unit", "propose", "why"})
    times = {name: in_zone(told[name]) if told[name] else None for name in ("valid_from", "valid_until")}
    return {**told, **times, "severity": payload.severity.value}


def _out(row: Bulletin, now: datetime) -> dict[str, Any]:
    return {
        "id": row.pk, "version": row.version, "state": row.state, "holds": row.holds(now), "unit": row.unit.code,
        "title": row.title, "text": row.text, "severity": row.severity, "words": row.words, "category": row.category,
        "valid_from": presenting.instant(row.valid_from), "valid_until": presenting.instant(row.valid_until),
        "posted_by": row.posted_by.name if row.posted_by else None, "posted_at": presenting.instant(row.posted_at),
        "reason": row.reason,
    }  # fmt: skip
