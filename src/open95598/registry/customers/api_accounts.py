"""The API of accounts: one account with what hangs on it, and every act of its page. Each act carries its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from open95598.casework.actors import Actor
from open95598.foundation.errors import NotFound
from open95598.foundation.idempotency.services import once
from open95598.foundation.ui.wire import PROBLEMS, Key, answer
from open95598.registry.customers import account_pages, accounts, lifecycle, queries
from open95598.registry.customers.accounts import Agreement
from open95598.registry.customers.api import actor_of, must_see
from open95598.registry.customers.lifecycle import Exchange
from open95598.registry.customers.models import AccountParty, CustomerAccount

router = Router(tags=["customers"])
AccountNumber = Annotated[str, Path(min_length=1, max_length=32)]
PartyId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Reason = Annotated[str, Field(min_length=1, max_length=200)]


class AccountPartyOut(Schema):
    """Who is party of an account; the name is masked, ``customer`` null where one may not see them."""

    id: int
    role: str
    customer: int | None
    name: str
    valid_from: date
    valid_to: date | None


class SupplyContractOut(Schema):
    """A supply contract with its five classifications; ``ended_on`` null: it runs."""

    relation: str
    price_class: str
    source: str
    nature: str
    load_grade: str
    capacity_kva: str | None
    valid_from: date
    expires_on: date | None
    ended_on: date | None


class AccountPlaceOut(Schema):
    """A road or estate at which an account is supplied, with its names: ``id`` for an act on it."""

    id: int
    names: list[str]


class AccountMeterOut(Schema):
    """A meter that hangs or hung at an account; readings in kWh as it shows them."""

    number: str
    multiplier: str
    installed_on: date | None
    first_reading: str | None
    removed_on: date | None
    final_reading: str | None


class AccountOut(Schema):
    """An account with what hangs on it, newest first. Addresses and names of persons are masked."""

    number: str
    unit: str
    opened_on: date | None
    closed_on: date | None
    editable: bool
    addresses: list[str]
    areas: list[str]
    places: list[AccountPlaceOut]
    parties: list[AccountPartyOut]
    contracts: list[SupplyContractOut]
    meters: list[AccountMeterOut]


class AccountAct(Schema):
    """An act on an account: why it is done, for the record."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class AccountPartyIn(AccountAct):
    """Who moves in, takes over or pays, from today; a new owner follows the present one."""

    customer: int = Field(ge=1, le=2**63 - 1)
    role: Literal["owner", "tenant", "payer"]


class SupplyContractIn(AccountAct):
    """A new supply contract from today: the five classifications, its end where it has one."""

    relation: Literal["direct", "wholesale", "transferred"] = "direct"
    price_class: str = Field("residential", max_length=20)
    source: Literal["lv", "hv", "dual", "self", "dedicated"] = "lv"
    nature: Literal["ordinary", "temporary", "seasonal", "important"] = "ordinary"
    load_grade: Literal["1", "2", "3"] = "3"
    capacity_kva: Decimal | None = Field(None, ge=0, max_digits=10, decimal_places=2)
    expires_on: date | None = None


class MeterExchangeIn(AccountAct):
    """A meter put up in place of another: what the old one shows last, the new one first, in kWh."""

    meter: str = Field(min_length=4, max_length=32)
    multiplier: Decimal = Field(Decimal(1), gt=0, le=1_000_000, max_digits=10, decimal_places=2)
    final: Decimal | None = Field(None, ge=0, max_digits=14, decimal_places=2)
    first: Decimal = Field(Decimal(0), ge=0, max_digits=14, decimal_places=2)


class AccountAddressIn(AccountAct):
    """The service address as it should stand."""

    address: str = Field(min_length=1, max_length=300)


class PlaceNameIn(AccountAct):
    """What people call a road or estate of the account as well; ``place``: its id there."""

    place: int = Field(ge=1, le=2**63 - 1)
    name: str = Field(min_length=1, max_length=60)


@router.get("/accounts/{number}", response={200: AccountOut, **PROBLEMS}, summary="One account")
def account(request: Any, number: AccountNumber) -> HttpResponse:
    """Return an account with parties, contracts, addresses and meters, and what they were before."""
    return _answer(request, _found(request, number))


@router.post("/accounts/{number}/parties", response={200: AccountOut, **PROBLEMS}, summary="Name a party")
def add_party(request: Any, number: AccountNumber, payload: AccountPartyIn, idempotency_key: Key = "") -> HttpResponse:
    """Make a customer owner, tenant or payer from today."""
    return _act(
        request, number, "party", payload, idempotency_key,
        lambda actor: accounts.add_party(
            number, payload.customer, payload.role, actor, request.now, accounts.reason_of(payload.reason)
        ),
    )  # fmt: skip


@router.post("/accounts/{number}/parties/{party}/end", response={200: AccountOut, **PROBLEMS}, summary="End a party")
def end_party(
    request: Any, number: AccountNumber, party: PartyId, payload: AccountAct, idempotency_key: Key = ""
) -> HttpResponse:
    """A tenant moves out, a payer pays no longer: from today."""
    rows = AccountParty.objects.system("of an account that one may see").filter(pk=party)
    if not rows.filter(account=_found(request, number)).exists():
        raise NotFound(_("There is no such party of an account."))
    return _act(
        request, number, f"end {party}", payload, idempotency_key,
        lambda actor: accounts.end_party(party, actor, request.now, accounts.reason_of(payload.reason)),
    )  # fmt: skip


@router.post("/accounts/{number}/contracts", response={200: AccountOut, **PROBLEMS}, summary="Make a new contract")
def agree(request: Any, number: AccountNumber, payload: SupplyContractIn, idempotency_key: Key = "") -> HttpResponse:
    """Make a new supply contract from today; the one that runs ends, its points go over."""
    terms = payload.model_dump(exclude={"reason"})
    return _act(
        request, number, "agree", payload, idempotency_key,
        lambda actor: accounts.agree(number, Agreement(**terms), actor, request.now, payload.reason),
    )  # fmt: skip


@router.post("/accounts/{number}/contracts/end", response={200: AccountOut, **PROBLEMS}, summary="End the contract")
def end_agreement(request: Any, number: AccountNumber, payload: AccountAct, idempotency_key: Key = "") -> HttpResponse:
    """End the supply contract that runs; the account stays for what is still to be settled."""
    return _by_reason(request, number, "end contract", payload, idempotency_key, lifecycle.end_agreement)


@router.post("/accounts/{number}/meters", response={200: AccountOut, **PROBLEMS}, summary="Exchange the meter")
def exchange(request: Any, number: AccountNumber, payload: MeterExchangeIn, idempotency_key: Key = "") -> HttpResponse:
    """Take the meter down with its final reading and put another up with its first, today."""
    given = Exchange(**payload.model_dump(exclude={"reason"}))
    return _act(
        request, number, "exchange", payload, idempotency_key,
        lambda actor: lifecycle.exchange_meter(number, given, payload.reason, actor, request.now),
    )  # fmt: skip


@router.post("/accounts/{number}/address", response={200: AccountOut, **PROBLEMS}, summary="Correct the address")
def relocate(request: Any, number: AccountNumber, payload: AccountAddressIn, idempotency_key: Key = "") -> HttpResponse:
    """Correct or change the service address."""
    return _act(
        request, number, "relocate", payload, idempotency_key,
        lambda actor: accounts.relocate(number, payload.address, payload.reason, actor, request.now),
    )  # fmt: skip


@router.post("/accounts/{number}/names", response={200: AccountOut, **PROBLEMS}, summary="Name the place")
def alias(request: Any, number: AccountNumber, payload: PlaceNameIn, idempotency_key: Key = "") -> HttpResponse:
    """Note what people call a road or estate of the account as well."""
    return _act(
        request, number, "alias", payload, idempotency_key,
        lambda actor: lifecycle.name_place(number, payload.place, payload.name, payload.reason, actor, request.now),
    )  # fmt: skip


@router.post("/accounts/{number}/close", response={200: AccountOut, **PROBLEMS}, summary="Close the account")
def close(request: Any, number: AccountNumber, payload: AccountAct, idempotency_key: Key = "") -> HttpResponse:
    """Close the account today: parties, contract and meter end with it."""
    return _by_reason(request, number, "close", payload, idempotency_key, accounts.close_account)


@router.post("/accounts/{number}/reopen", response={200: AccountOut, **PROBLEMS}, summary="Open it again")
def reopen(request: Any, number: AccountNumber, payload: AccountAct, idempotency_key: Key = "") -> HttpResponse:
    """Open a closed account again for its last owner, on the terms of its last contract."""
    return _by_reason(request, number, "reopen", payload, idempotency_key, lifecycle.reopen_account)


def _by_reason(
    request: Any, number: str, name: str, payload: AccountAct, key: str, service: Callable[..., Any]
) -> HttpResponse:
    return _act(
        request, number, name, payload, key, lambda actor: service(number, payload.reason, actor, request.now)
    )  # fmt: skip


def _act(
    request: Any, number: str, name: str, payload: AccountAct, key: str, do: Callable[[Actor], Any]
) -> HttpResponse:
    """Do something with an account that one may see, once for an idempotency key; answer with what it is then."""
    _found(request, number)

    def done() -> HttpResponse:
        do(actor_of(request))
        return _answer(request, _found(request, number))

    body = {"account": number, "act": name, **payload.model_dump(mode="json")}
    return once(request.user.pk, key.strip(), body, request.now, done)


def _found(request: Any, number: str) -> CustomerAccount:
    must_see(request)
    return queries.account(request.rights, number.replace("\0", ""))


def _answer(request: Any, found: CustomerAccount) -> HttpResponse:
    shown = account_pages.context(found, request.rights, request.now)
    names: dict[int, list[str]] = {}
    for name in shown["names"]:
        names.setdefault(name.place_id, []).append(name.name)
    document = {
        "number": found.number,
        "unit": found.unit.code,
        "opened_on": found.opened_on,
        "closed_on": found.closed_on,
        "editable": shown["editable"],
        "addresses": [text for text, _area in shown["points"]],
        "areas": [area for _text, area in shown["points"] if area],
        "places": [{"id": pk, "names": its} for pk, its in names.items()],
        "parties": [
            {"id": party.pk, "role": party.role, "customer": party.customer_id if seen else None, "name": name,
             "valid_from": party.valid_from, "valid_to": party.valid_to}
            for party, name, _role, seen, _ends in shown["parties"]
        ],
        "contracts": [
            {**{name: getattr(one, name) for name in (
                "relation", "price_class", "source", "nature", "load_grade", "valid_from", "expires_on", "ended_on")},
             "capacity_kva": _number(one.capacity_kva)}
            for one, _terms, _tone in shown["agreements"]
        ],
        "meters": [
            {"number": meter.number, "multiplier": str(meter.multiplier), "installed_on": meter.installed_on,
             "first_reading": _number(meter.first_reading), "removed_on": meter.removed_on,
             "final_reading": _number(meter.final_reading)}
            for meter in shown["meters"]
        ],
    }  # fmt: skip
    return answer(document)


def _number(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
