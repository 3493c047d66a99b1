"""The API of how customers stand: tier, ratings explained part by part, integrity file, account manager."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, Invalid, NotFound
from open95598.foundation.idempotency.services import once
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui.wire import PROBLEMS, Key, answer
from open95598.registry.customers import queries as customers
from open95598.registry.customers.accounts import day_of
from open95598.registry.customers.models import Customer
from open95598.registry.standing import queries, services, wording
from open95598.registry.standing.models import IntegrityEntry

router = Router(tags=["standing of customers"])
CustomerId = Annotated[int, Path(ge=1, le=2**63 - 1)]
EntryId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class RatingLine(Schema):
    """A part of a rating: ``points`` (null: its fact is not known) of ``most``, the value, and why in words."""

    code: str
    label: str
    fact: str
    value: str | None
    points: str | None
    most: str
    why: str


class RatingOut(Schema):
    """A rating: ``points`` of a hundred (null: too little is known), its band; ``known``: per cent that is known."""

    label: str
    points: str | None
    band: str | None
    known: int
    parts: list[RatingLine]


class IntegrityOut(Schema):
    """An entry of the integrity file; ``counts``: today."""

    id: int
    kind: str
    points: int
    on: date
    expires_on: date
    counts: bool
    source: str
    evidence: str
    words: str
    objection: str
    removed: bool | None
    decision: str
    entered_at: datetime


class StandingOut(Schema):
    """How a customer stands. ``notice``: what must be known before anything else, worst first."""

    customer: int
    tier: str
    tier_since: datetime | None
    proposed_tier: str | None
    entitlements: list[str]
    importance: str
    protected: bool
    manager: str | None
    delegate: str | None
    notice: list[str]
    ratings: dict[str, RatingOut]
    integrity: list[IntegrityOut]


class IntegrityIn(Schema):
    """An entry of the integrity file: a kind of the rulebook, the day it happened, what proves it."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(min_length=1, max_length=40)
    on: date
    source: Literal["billing", "inspection", "order", "other"]
    evidence: str = Field(min_length=1, max_length=200)
    words: str = Field("", max_length=1000)


class ObjectionIn(Schema):
    """What the customer objects to an entry."""

    model_config = ConfigDict(extra="forbid")

    objection: str = Field(min_length=1, max_length=1000)


class ObjectionDecision(Schema):
    """What is decided about an objection, by somebody else than who entered it."""

    model_config = ConfigDict(extra="forbid")

    remove: bool
    decision: str = Field(min_length=1, max_length=1000)


class TierIn(Schema):
    """Another tier, or none, and why."""

    model_config = ConfigDict(extra="forbid")

    tier: Literal["", "diamond", "platinum", "silver"]
    reason: str = Field(min_length=1, max_length=200)


class AccountManagerIn(Schema):
    """Who looks after a customer, and who stands in: sign-in names, null for nobody."""

    model_config = ConfigDict(extra="forbid")

    manager: str | None = Field(None, max_length=150)
    delegate: str | None = Field(None, max_length=150)


@router.get("/customers/{customer}/standing", response={200: StandingOut, **PROBLEMS}, summary="How a customer stands")
def standing(request: Any, customer: CustomerId) -> HttpResponse:
    """Return tier, entitlements, manager, the ratings explained, and the integrity file."""
    return _answer(request, _customer(request, customer))


@router.post("/customers/{customer}/integrity", response={201: StandingOut, **PROBLEMS}, summary="Make an entry")
def enter(request: Any, customer: CustomerId, payload: IntegrityIn, idempotency_key: Key = "") -> HttpResponse:
    """Enter something good or bad into the integrity file."""
    found = _customer(request, customer)

    def do() -> HttpResponse:
        services.enter(found.pk, services.NewEntry(**payload.model_dump()), _actor(request), request.now)
        return _answer(request, found, 201)

    body = {"customer": customer, **payload.model_dump(mode="json")}
    return once(request.user.pk, idempotency_key.strip(), body, request.now, do)


@router.post("/customers/{customer}/integrity/{entry}/objection", response={200: StandingOut, **PROBLEMS},
             summary="Note an objection")  # fmt: skip
def object_to(request: Any, customer: CustomerId, entry: EntryId, payload: ObjectionIn) -> HttpResponse:
    """Note what the customer objects to an entry, once."""
    found = _of(request, customer, entry)
    services.object_to(entry, payload.objection, _actor(request), request.now)
    return _answer(request, found)


@router.post("/customers/{customer}/integrity/{entry}/decision", response={200: StandingOut, **PROBLEMS},
             summary="Decide about an objection")  # fmt: skip
def decide(request: Any, customer: CustomerId, entry: EntryId, payload: ObjectionDecision) -> HttpResponse:
    """Remove the entry or let it stay; not by whoever entered it."""
    found = _of(request, customer, entry)
    services.decide(entry, payload.remove, payload.decision, _actor(request), request.now)
    return _answer(request, found)


@router.post("/customers/{customer}/tier", response={200: StandingOut, **PROBLEMS}, summary="Give a tier")
def tier(request: Any, customer: CustomerId, payload: TierIn) -> HttpResponse:
    """Give a customer a tier or none, with the reason."""
    found = _customer(request, customer)
    services.set_tier(found.pk, payload.tier, payload.reason, _actor(request), request.now)
    return _answer(request, customers.get(request.rights, found.pk))


@router.post("/customers/{customer}/manager", response={200: StandingOut, **PROBLEMS}, summary="Name the manager")
def manager(request: Any, customer: CustomerId, payload: AccountManagerIn) -> HttpResponse:
    """Name the account manager of a customer and who stands in."""
    found = _customer(request, customer)
    ids = {name: _person(name, getattr(payload, name)) for name in ("manager", "delegate")}
    services.name_manager(found.pk, ids["manager"], ids["delegate"], _actor(request), request.now)
    return _answer(request, customers.get(request.rights, found.pk))


def _answer(request: Any, found: Customer, status: int = 200) -> HttpResponse:
    shown, language = queries.standing(found, request.now), get_language()
    money = request.rights.at(Permission.ACCOUNT_MONEY, found.unit.lineage)
    ratings = {
        code: {
            "label": one.label.in_(language),
            "points": None if one.points is None else str(one.points),
            "band": one.band.code if one.band else None,
            "known": one.known,
            "parts": [
                {
                    "code": line.code, "label": line.label.in_(language), "fact": line.fact,
                    "value": line.value if money or line.fact not in wording.MONEY else None,
                    "points": None if line.points is None else str(line.points), "most": str(line.most),
                    "why": wording.explained(line, language, money=money),
                }
                for line in one.lines
            ],
        }
        for code, one in shown.ratings.items()
    }  # fmt: skip
    names = ("kind", "points", "on", "expires_on", "source", "evidence", "words", "objection", "removed", "decision",
             "entered_at")  # fmt: skip
    document = {
        "customer": found.pk,
        "tier": shown.tier,
        "tier_since": shown.tier_since,
        "proposed_tier": shown.proposed,
        "entitlements": list(shown.entitlements),
        "importance": shown.importance,
        "protected": shown.protected,
        "manager": shown.manager.name if shown.manager else None,
        "delegate": shown.delegate.name if shown.delegate else None,
        "notice": list(shown.notice),
        "ratings": ratings,
        "integrity": [
            {"id": row.pk, "counts": counts, **{name: getattr(row, name) for name in names}}
            for row, counts in queries.integrity(found, day_of(request.now))
        ],
    }
    return answer(document, status)


def _customer(request: Any, pk: int) -> Customer:
    if not request.rights.anywhere(Permission.CUSTOMER_VIEW):
        raise Forbidden(_("You may not see customers."), permission=Permission.CUSTOMER_VIEW.value)
    return customers.get(request.rights, pk)


def _of(request: Any, pk: int, entry: int) -> Customer:
    found = _customer(request, pk)
    rows = IntegrityEntry.objects.system("of a customer whom one may see")
    if not rows.filter(pk=entry, customer=found).exists():
        raise NotFound(_("There is no such entry."))
    return found


def _person(field: str, username: str | None) -> int | None:
    if not username:
        return None
    found = Person.objects.filter(username__iexact=username.replace("\0", ""), is_active=True).first()
    if found is None:
        raise Invalid(_("Some fields need your attention."), fields={field: _("There is no such person.")})
    return found.pk


def _actor(request: Any) -> Actor:
    return Actor.of(request.user, request.rights, "api")
