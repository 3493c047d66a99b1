"""The API of customers: find, show, change, reach. Personal values are masked unless asked for with a reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, Invalid
from open95598.foundation.idempotency.services import once
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui.wire import PROBLEMS, IfMatch, Key, answer, version_of
from open95598.foundation.units.models import Unit
from open95598.registry.customers import (
    accounts,
    contacts,
    listing,
    presenting,
    queries,
    searching,
    services,
)
from open95598.registry.customers.api_facts import AccountFactsOut
from open95598.registry.customers.kinds import ContactKind, Purpose

router = Router(tags=["customers"])
#: columns of a customer in a list, beside name and unit
_LISTED = ("id", "kind", "tier", "importance", "protected")
CustomerId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class CustomerHit(Schema):
    """A customer that a text may mean, with one of their accounts; masked. ``found_by``: what of them matched."""

    id: int
    name: str
    organisation: bool
    tier: str
    importance: str
    protected: bool
    account: str | None
    address: str
    unit: str
    found_by: str


class CustomerHits(Schema):
    """Customers found, best first."""

    items: list[CustomerHit]


class CustomerSearch(Schema):
    """What somebody is looked for by: phone, account, meter, name, its letters, address."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(max_length=200)
    limit: int = Field(10, ge=1, le=50)


class CustomerFilter(Schema):
    """What customers may be listed by; nothing of it is personal. ``unit``: its code."""

    tier: Literal["diamond", "platinum", "silver"] | None = None
    importance: Literal["special", "grade1", "grade2", "temporary"] | None = None
    protected: bool | None = None
    kind: Literal["person", "organisation"] | None = None
    unit: str = Field("", max_length=40)
    after: int = Field(0, ge=0, le=2**63 - 1)
    limit: int = Field(50, ge=1, le=200)


class CustomerRow(Schema):
    """A customer of a list; masked."""

    id: int
    name: str
    kind: str
    tier: str
    importance: str
    protected: bool
    unit: str


class CustomerRows(Schema):
    """A page of customers; ``next``: what to say as ``after`` for the following page, null on the last one."""

    items: list[CustomerRow]
    next: int | None


class CustomerContact(Schema):
    """A way to reach a customer and the purposes that they agreed to."""

    id: int
    kind: str
    value: str
    label: str
    preferred: bool
    consents: list[str]


class CustomerAccountOut(Schema):
    """An account of a customer, what they are to it, and its classifications; ``facts`` null while none were told."""

    number: str
    role: str
    unit: str
    address: str
    closed: bool
    price_class: str | None
    nature: str | None
    source: str | None
    load_grade: str | None
    expires_on: date | None
    meters: list[str]
    facts: AccountFactsOut | None


class CustomerOut(Schema):
    """A customer. ``plain``: personal values are shown in full (that was written down)."""

    id: int
    kind: str
    name: str
    tier: str
    importance: str
    protected: bool
    manager: str
    unit: str
    closed: bool
    merged_into: int | None
    version: int
    plain: bool
    contacts: list[CustomerContact]
    accounts: list[CustomerAccountOut]


class CustomerIn(Schema):
    """A new customer; ``unit``: code of the unit that looks after them."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=120)
    unit: str = Field(min_length=1, max_length=40)
    kind: Literal["person", "organisation"] = "person"
    importance: Literal["", "special", "grade1", "grade2", "temporary"] = ""
    protected: bool = False
    tier: Literal["", "diamond", "platinum", "silver"] = ""
    phone: str = Field("", max_length=40)


class CustomerChange(Schema):
    """What of a customer is to be changed; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, min_length=1, max_length=120)
    importance: Literal["", "special", "grade1", "grade2", "temporary"] | None = None
    protected: bool | None = None
    tier: Literal["", "diamond", "platinum", "silver"] | None = None


class ContactIn(Schema):
    """A way to reach a customer, and what for."""

    model_config = ConfigDict(extra="forbid")

    kind: ContactKind = ContactKind.PHONE
    value: str = Field(min_length=1, max_length=200)
    label: str = Field("", max_length=40)
    preferred: bool = False
    purposes: list[Purpose] = Field(default=[Purpose.SERVICE], max_length=5)


class AccountIn(Schema):
    """A new account of a customer: its number, address, unit (code), price class, meter."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(min_length=4, max_length=32)
    unit: str = Field(min_length=1, max_length=40)
    address: str = Field(min_length=1, max_length=300)
    price_class: str = Field("residential", max_length=20)
    nature: str = Field("ordinary", max_length=10)
    expires_on: date | None = None
    meter: str = Field("", max_length=32)
    multiplier: Decimal = Field(Decimal(1), gt=0, le=1_000_000, max_digits=10, decimal_places=2)


class WhyIn(Schema):
    """Why personal values are to be shown; it is written down."""

    model_config = ConfigDict(extra="forbid")

    why: str = Field(min_length=1, max_length=200)


@router.post("/customers/search", response={200: CustomerHits, **PROBLEMS}, summary="Find a customer in one box")
def find(request: Any, payload: CustomerSearch) -> HttpResponse:
    """Return whom a text may mean, among the accounts that the account may see. Too short a text finds nobody.

    Posted, so that numbers and names stand in no address and no log; that it was asked is written down.
    """
    must_see(request)
    found = searching.search(payload.q, actor_of(request), request.now, payload.limit)
    return answer({"items": [presenting.hit(hit) for hit in found]})


@router.get("/customers", response={200: CustomerRows, **PROBLEMS}, summary="List customers")
def rows(request: Any, given: Annotated[CustomerFilter, Query()]) -> HttpResponse:
    """Return customers by what is not personal, the newest first; ``after``: the id of the last one of the page before.

    ``q`` is refused: what names somebody does not belong into an address. Search by ``POST /customers/search``.
    """
    must_see(request)
    if "q" in request.GET:
        wrong = {"q": _("Names and numbers do not belong into an address: POST them to /api/v1/customers/search.")}
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    found = queries.customers(request.rights).filter(merged_into=None, closed_at=None)
    wanted = given.model_dump(exclude={"after", "limit", "unit"}, exclude_none=True)
    found = found.filter(**wanted)
    if given.unit:
        found = found.filter(unit_id=_unit(given.unit))
    if given.after:
        found = found.filter(pk__lt=given.after)
    page = list(
        found.order_by("-pk").values("id", "name", "kind", "tier", "importance", "protected", "unit__name")[
            : given.limit + 1
        ]
    )
    rows_: list[dict[str, Any]] = [dict(one) for one in page[: given.limit]]
    items = [
        {**{name: one[name] for name in _LISTED}, "name": listing.name_of(one), "unit": one["unit__name"]}
        for one in rows_
    ]
    return answer({"items": items, "next": items[-1]["id"] if len(page) > given.limit else None})


@router.post("/customers", response={201: CustomerOut, **PROBLEMS}, summary="Register a customer")
def create(request: Any, payload: CustomerIn, idempotency_key: Key = "") -> HttpResponse:
    """Register a customer, with a phone number if given."""
    must_see(request)

    def do() -> HttpResponse:
        actor, given = actor_of(request), payload.model_dump()
        phone, unit = given.pop("phone"), _unit(given.pop("unit"))
        made = services.create(services.NewCustomer(unit_id=unit, **given), actor, request.now)
        if phone:
            contacts.add(made.pk, "phone", phone, actor, request.now)
        return customer_answer(request, made.pk, 201)

    return once(request.user.pk, idempotency_key.strip(), payload.model_dump(), request.now, do)


@router.get("/customers/{customer}", response={200: CustomerOut, **PROBLEMS}, summary="One customer")
def one(request: Any, customer: CustomerId) -> HttpResponse:
    """Return a customer, masked, with the accounts that the account may see."""
    must_see(request)
    return customer_answer(request, customer)


@router.patch("/customers/{customer}", response={200: CustomerOut, **PROBLEMS}, summary="Change a customer")
def change(request: Any, customer: CustomerId, payload: CustomerChange, if_match: IfMatch = "") -> HttpResponse:
    """Change what is given; ``If-Match`` with the version that was read keeps two people from each other's way."""
    must_see(request)
    values = {name: value for name, value in payload.model_dump(exclude_unset=True).items() if value is not None}
    services.change(customer, values, actor_of(request), request.now, version=version_of(if_match))
    return customer_answer(request, customer)


@router.post("/customers/{customer}/contacts", response={201: CustomerOut, **PROBLEMS}, summary="Add a contact")
def add_contact(request: Any, customer: CustomerId, payload: ContactIn, if_match: IfMatch = "") -> HttpResponse:
    """Add a way to reach a customer; one that is there already is left as it is."""
    must_see(request)
    given = payload.model_dump()
    given["purposes"] = tuple(given["purposes"])
    kind, value, version = given.pop("kind"), given.pop("value"), version_of(if_match)
    contacts.add(customer, kind, value, actor_of(request), request.now, how="api", version=version, **given)
    return customer_answer(request, customer, 201)


@router.post("/customers/{customer}/accounts", response={201: CustomerOut, **PROBLEMS}, summary="Open an account")
def open_account(request: Any, customer: CustomerId, payload: AccountIn, idempotency_key: Key = "") -> HttpResponse:
    """Open an account that this customer owns."""
    must_see(request)

    def do() -> HttpResponse:
        agreement = accounts.Agreement(
            price_class=payload.price_class, nature=payload.nature, expires_on=payload.expires_on
        )
        given = accounts.NewAccount(
            payload.number, _unit(payload.unit), customer, payload.address, agreement, meter=payload.meter,
            multiplier=payload.multiplier,
        )  # fmt: skip
        accounts.open_account(given, actor_of(request), request.now)
        return customer_answer(request, customer, 201)

    body = {"customer": customer, **payload.model_dump()}
    return once(request.user.pk, idempotency_key.strip(), body, request.now, do)


@router.post("/customers/{customer}/reveal", response={200: CustomerOut, **PROBLEMS}, summary="Show personal values")
def reveal(request: Any, customer: CustomerId, payload: WhyIn) -> HttpResponse:
    """Return a customer in full; who asked and why stands in the customer's journal."""
    must_see(request)
    services.reveal(customer, ["all"], payload.why, actor_of(request), request.now)
    return customer_answer(request, customer, plain=True)


def customer_answer(request: Any, pk: int, status: int = 200, *, plain: bool = False) -> HttpResponse:
    """Return a customer as the API tells of them, with the version as ETag. Raises ``NotFound``."""
    found = queries.get(request.rights, pk)
    card = queries.card(found, request.rights, request.now, plain=plain)
    return answer(presenting.card(card), status, version=card.version)


def actor_of(request: Any) -> Actor:
    """Return the actor of an API request."""
    return Actor.of(request.user, request.rights, "api")


def must_see(request: Any) -> None:
    """Raise ``Forbidden`` for whoever sees no customers at all."""
    if not request.rights.anywhere(Permission.CUSTOMER_VIEW):
        raise Forbidden(_("You may not see customers."), permission=Permission.CUSTOMER_VIEW.value)


def _unit(code: str) -> int:
    found = Unit.objects.filter(code=code.replace("\0", ""), closed_on=None).values_list("pk", flat=True).first()
    if found is None:
        raise Invalid(_("Some fields need your attention."), fields={"unit": _("There is no such unit.")})
    return found
