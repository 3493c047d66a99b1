"""The API of webhooks: another organisation's system subscribes itself, has its URL checked, tries it, ends it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from open95598.foundation.errors import Forbidden, Invalid
from open95598.foundation.idempotency.services import once
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui.wire import PROBLEMS, Key, answer
from open95598.service.outagenotices import queries, webhooks
from open95598.service.outagenotices.models import Subscription
from open95598.service.workorders import presenting
from open95598.service.workorders.api import actor_of

router = Router(tags=["outage notices"])
Id = Annotated[UUID, Path(description="id of a webhook of this account")]


class WebhookIn(Schema):
    """Which URL is told of what. ``text``: an account number, or the name of a road, an estate or a village (or a
    door). ``owner``: a mobile number or e-mail address that is told when the webhook stops, beside the account."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=400)
    about: Literal["account", "area"]
    text: str = Field(min_length=1, max_length=200)
    owner: str = Field(default="", max_length=200)
    language: Literal["zh", "en"] = "zh"
    at_night: bool = False


class WebhookOut(Schema):
    """A webhook. ``state``: ``unproved`` (the URL is to be checked), ``active``, ``paused`` after failures."""

    id: UUID
    url: str
    about: str
    text: str
    language: str
    at_night: bool
    state: str
    failures: int
    asked_at: datetime
    proved_at: datetime | None


class WebhookOneOut(WebhookOut):
    """A webhook with the secret that its calls are signed with: told until its URL is checked, null from then on."""

    secret: str | None


class WebhooksOut(Schema):
    """The webhooks of this account."""

    items: list[WebhookOut]


class WebhookTriedOut(Schema):
    """What came of a call."""

    taken: bool
    said: str
    state: str


def _may(request: Any) -> None:
    if not request.rights.anywhere(Permission.CUSTOMER_VIEW):
        raise Forbidden(_("You have no right to do this here."))


def _told(row: Subscription) -> dict[str, Any]:
    return {
        "id": str(row.pk), "url": row.to, "about": row.about, "text": queries.what(row, plain=True),
        "language": row.language, "at_night": row.at_night, "state": webhooks.state(row), "failures": row.failures,
        "asked_at": presenting.instant(row.asked_at),
        "proved_at": presenting.instant(row.proved_at) if row.proved_at else None,
    }  # fmt: skip


@router.post("/outage-webhooks", response={201: WebhookOut, **PROBLEMS}, summary="Subscribe a URL to outages")
def subscribe(request: Any, payload: WebhookIn, idempotency_key: Key = "") -> HttpResponse:
    """Make a webhook; its secret stands in ``GET /outage-webhooks/{id}``, and nothing is told before ``check``.

    With ``Idempotency-Key`` it is made once.
    """
    _may(request)
    told = payload.model_dump()

    def act() -> HttpResponse:
        try:
            row = webhooks.make(told, actor_of(request), request.now)
        except Invalid as refusal:
            names = {"address": "text", "to": "owner"}
            fields = {names.get(name, name): reason for name, reason in refusal.fields.items()}
            raise Invalid(refusal.detail, fields=fields) from refusal
        return answer(_told(row), 201)

    return once(request.user.pk, idempotency_key, told, request.now, act)


@router.get("/outage-webhooks", response={200: WebhooksOut, **PROBLEMS}, summary="The account's webhooks")
def listed(request: Any) -> HttpResponse:
    """Return the webhooks of this account that have not ended, newest first."""
    _may(request)
    return answer({"items": [_told(row) for row in queries.webhooks_of(request.user.pk)]})


@router.get("/outage-webhooks/{pk}", response={200: WebhookOneOut, **PROBLEMS}, summary="A webhook and its secret")
def one(request: Any, pk: Id) -> HttpResponse:
    """Return a webhook of this account, with its secret until its URL is checked."""
    _may(request)
    row = webhooks.mine(request.user.pk, pk)
    return answer(_told(row) | {"secret": None if row.proved_at else webhooks.secret(row)})


@router.post("/outage-webhooks/{pk}/check", response={200: WebhookTriedOut, **PROBLEMS}, summary="Check the URL")
def check(request: Any, pk: Id) -> HttpResponse:
    """Call the URL with a challenge that it must give back; then notices go there, also after it was paused."""
    _may(request)
    row = webhooks.mine(request.user.pk, pk)
    tried = webhooks.check(row, actor_of(request), request.now)
    return answer({"taken": tried.taken, "said": "" if tried.taken else tried.said, "state": webhooks.state(row)})


@router.post("/outage-webhooks/{pk}/test", response={200: WebhookTriedOut, **PROBLEMS}, summary="Send a test call")
def test(request: Any, pk: Id) -> HttpResponse:
    """Call the URL with a signed test that tells of no outage."""
    _may(request)
    row = webhooks.mine(request.user.pk, pk)
    tried = webhooks.test(row, actor_of(request), request.now)
    return answer({"taken": tried.taken, "said": "" if tried.taken else tried.said, "state": webhooks.state(row)})


@router.delete("/outage-webhooks/{pk}", response={204: None, **PROBLEMS}, summary="End a webhook")
def end(request: Any, pk: Id) -> HttpResponse:
    """End a webhook of this account."""
    _may(request)
    webhooks.end(webhooks.mine(request.user.pk, pk), actor_of(request), request.now)
    return HttpResponse(status=204)
