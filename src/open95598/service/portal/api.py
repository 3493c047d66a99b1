"""The interface between the zones: ``/api/portal/v1``. Asks for a token with the scope ``portal`` and no other.

Whatever can be sent twice takes an ``Idempotency-Key``; whatever concerns one order takes the visit's token in
``X-Visit``. The values are those of ``pages.wire``.
"""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Header, Router
from ninja.security import HttpBearer

from open95598.foundation.people import rights
from open95598.foundation.people import services as people
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission
from open95598.service.portal import queries, ratings, services, visits
from open95598.service.portal.inprocess import answered_once
from open95598.service.portal.pages import wire
from open95598.service.workorders.api import PROBLEMS

Key = Annotated[str, Header(alias="Idempotency-Key", min_length=16, max_length=200)]
Visit = Annotated[str, Header(alias="X-Visit", min_length=16, max_length=200)]

Link = Annotated[str, Header(alias="X-Link", min_length=8, max_length=64)]


class PortalToken(HttpBearer):
    """``Authorization: Bearer o95_…`` of an account that may speak for a portal, made for this and nothing else."""

    def authenticate(self, request: Any, token: str) -> Person | None:
        """Return the token's account; None is a 401."""
        row = people.person_for_token(token, request.now)
        if row is None or row.scopes != [Permission.PORTAL]:
            return None
        request.rights = rights.load(row.person, request.now, scopes=row.scopes)
        if not request.rights.anywhere(Permission.PORTAL):
            return None
        request.user = row.person
        return row.person


router = Router(tags=["portal"])


@router.get("/offer", response={200: wire.Offer, **PROBLEMS}, summary="What customers may send")
def offer(request: Any) -> HttpResponse:
    """Return kinds, topics, promises, areas and choices: all that the pages need to be shown."""
    return _json(queries.offer(request.now))


@router.post("/reports", response={201: wire.Registered, **PROBLEMS}, summary="Register an order")
def register(request: Any, payload: wire.Report, idempotency_key: Key) -> HttpResponse:
    """Register what a customer sent. ``said_at`` says that it waited outside: then no limit refuses it."""
    key, account, now = idempotency_key, request.user, request.now
    act = lambda: services.register(payload, key, account, now)  # noqa: E731
    return answered_once(account.pk, key, payload, act, 201)


@router.post("/codes", response={202: wire.Asked, **PROBLEMS}, summary="Ask for a code by SMS")
def ask_code(request: Any, payload: wire.AskCode) -> HttpResponse:
    """Take the wish to follow an order. The answer is the same whether there is such an order or not."""
    return _json(visits.ask(payload, request.now), 202)


@router.post("/visits", response={201: wire.Opened, **PROBLEMS}, summary="Exchange a code for a visit")
def open_visit(request: Any, payload: wire.GiveCode) -> HttpResponse:
    """Open a visit to one order, for half an hour."""
    return _json(visits.open_visit(payload, request.now), 201)


@router.get("/visit", response={200: wire.OrderView, **PROBLEMS}, summary="The visited order")
def order(request: Any, x_visit: Visit) -> HttpResponse:
    """Return the order as its customer sees it."""
    return _json(queries.view(visits.find(x_visit, request.now), request.user, request.now))


@router.delete("/visit", response={204: None, **PROBLEMS}, summary="End the visit")
def close_visit(request: Any, x_visit: Visit) -> HttpResponse:
    """End a visit; one that has ended is no error."""
    visits.close(x_visit, request.now)
    return HttpResponse(status=204)


@router.post("/visit/additions", response={200: wire.Done, **PROBLEMS}, summary="Add words or photographs")
def add(request: Any, payload: wire.Addition, idempotency_key: Key, x_visit: Visit) -> HttpResponse:
    """Add to the visited order. ``said_at`` says that it waited outside: the visit must have counted then."""
    key, account, now = idempotency_key, request.user, request.now
    case = visits.find(x_visit, now, said_at=payload.said_at)
    return answered_once(account.pk, key, payload, lambda: services.add(case, payload, account, key, now))


@router.post("/visit/urges", response={200: wire.Done, **PROBLEMS}, summary="Urge")
def urge(request: Any, payload: wire.Choose, idempotency_key: Key, x_visit: Visit) -> HttpResponse:
    """Urge the visited order (催办), within the rulebook's limits."""
    account, now = request.user, request.now
    case = visits.find(x_visit, now)
    return answered_once(account.pk, idempotency_key, payload, lambda: services.urge(case, payload, account, now))


@router.post("/visit/rating", response={200: wire.Done, **PROBLEMS}, summary="Rate")
def rate(request: Any, payload: wire.Choose, idempotency_key: Key, x_visit: Visit) -> HttpResponse:
    """Rate the visited order once it has been answered (H12)."""
    account, now = request.user, request.now
    case = visits.find(x_visit, now)
    return answered_once(account.pk, idempotency_key, payload, lambda: services.rate(case, payload, account, now))


@router.get("/rating", response={200: wire.RatingView, **PROBLEMS}, summary="What a one-time link is about")
def rating(request: Any, x_link: Link) -> HttpResponse:
    """Return what the link asks about. 404 for any that does not count, whatever the reason."""
    return _json(ratings.look(x_link, request.now))


@router.post("/rating", response={200: wire.Done, **PROBLEMS}, summary="Rate through a one-time link")
def give_rating(request: Any, payload: wire.Rating, idempotency_key: Key, x_link: Link) -> HttpResponse:
    """Rate through a one-time link (H12). ``said_at`` says that it waited outside: the link must have counted then."""
    account, now = request.user, request.now
    return answered_once(account.pk, idempotency_key, payload, lambda: ratings.give(x_link, payload, account, now))


@router.post("/visit/withdrawal", response={200: wire.Done, **PROBLEMS}, summary="Withdraw")
def withdraw(request: Any, payload: wire.Wish, idempotency_key: Key, x_visit: Visit) -> HttpResponse:
    """Withdraw the visited order, or ask whoever handles it."""
    key, account, now = idempotency_key, request.user, request.now
    case = visits.find(x_visit, now)
    return answered_once(account.pk, key, payload, lambda: services.withdraw(case, payload, account, key, now))


def _json(value: Any, status: int = 200) -> HttpResponse:
    response = HttpResponse(value.model_dump_json(), status=status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response
