"""The API of the exchange with the billing system: its pushes come in here; how it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema

from open95598.exchange.cis import pushing, queries
from open95598.foundation.errors import Forbidden, Refused
from open95598.foundation.notices import signing
from open95598.foundation.people.policy import Permission
from open95598.foundation.people.sessions import client_address
from open95598.foundation.ui.wire import PROBLEMS, Problem, answer

router = Router(tags=["billing system"])
_SIGNED = {
    "parameters": [
        {
            "name": signing.HEADER, "in": "header", "required": True,
            "schema": {"type": "string"}, "description": "t=<seconds since 1970>,v1=<hex>: HMAC-SHA256 of t.body",
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["id", "epoch", "items"],
                    "properties": {
                        "id": {"type": "string", "minLength": 8, "maxLength": 64},
                        "epoch": {"type": "string", "minLength": 1, "maxLength": 64},
                        "items": {"type": "array", "maxItems": 1000, "items": {"type": "object"}},
                    },
                }
            }
        },
    },
}  # fmt: skip


class PushTaken(Schema):
    """What became of a push's documents: new here, known already, of accounts that are not here, not readable."""

    applied: int
    passed: int
    unknown: int
    bad: int


class CisState(Schema):
    """How it stands with the billing system. ``age_seconds``: of the facts; ``lag``: changes that are not here yet."""

    configured: bool
    away: bool
    problem: str
    current_at: datetime | None
    away_since: datetime | None
    age_seconds: int | None
    lag: int
    cursor: int
    kept: int
    comparing: str
    compared_at: datetime | None


@router.post(
    "/cis/changes", auth=None, openapi_extra=_SIGNED, summary="The billing system pushes changes",
    response={200: PushTaken, 413: Problem, 503: Problem, **PROBLEMS},
)  # fmt: skip
def changes(request: HttpRequest) -> HttpResponse:
    """Take changed documents in, signed with the shared secret (see the protocol). An ``id`` is taken once."""
    now: datetime = request.now  # type: ignore[attr-defined]
    try:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > pushing.LARGEST:
            raise pushing.TooLarge(_("A push holds 2 MB at most."))
        return answer(pushing.take(request.body, request.headers.get(signing.HEADER, ""), now))
    except Refused as refusal:
        pushing.refused(refusal, client_address(request), now)
        raise


@router.get("/cis/state", response={200: CisState, **PROBLEMS}, summary="How it stands with the billing system")
def state(request: Any) -> HttpResponse:
    """Return contact, age of the facts and what is still to come. Needs ``outbox.view``."""
    if not request.rights.anywhere(Permission.OUTBOX_VIEW):
        raise Forbidden(_("Not for your role."), permission=Permission.OUTBOX_VIEW.value)
    found = queries.state(request.now)
    return answer(
        {
            "configured": found.configured,
            "away": found.away,
            "problem": found.link.problem,
            "current_at": found.current_at,
            "away_since": found.away_since,
            "age_seconds": None if found.age is None else int(found.age.total_seconds()),
            "lag": found.lag,
            "cursor": found.link.cursor,
            "kept": found.kept,
            "comparing": found.link.compare_why,
            "compared_at": found.link.compared_at,
        }
    )
