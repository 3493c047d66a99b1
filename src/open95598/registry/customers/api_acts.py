"""The API of what else is done with a customer: contacts preferred and ended, consent, mergers and their way back."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from open95598.foundation.idempotency.services import once
from open95598.foundation.ui.wire import PROBLEMS, IfMatch, Key, version_of
from open95598.registry.customers import contacts, merging, pages, queries
from open95598.registry.customers.api import CustomerId, CustomerOut, actor_of, customer_answer, must_see
from open95598.registry.customers.kinds import Purpose
from open95598.registry.customers.models import Customer

router = Router(tags=["customers"])
ContactId = Annotated[int, Path(ge=1, le=2**63 - 1)]
MergeId = Annotated[int, Path(ge=1, le=2**63 - 1)]
_DONE = {200: CustomerOut, **PROBLEMS}


class MergeIn(Schema):
    """The other row of the same customer, which is closed, and why one thinks so."""

    model_config = ConfigDict(extra="forbid")

    other: int = Field(ge=1, le=2**63 - 1)
    reason: str = Field(min_length=1, max_length=200)


class UnmergeIn(Schema):
    """Why a merger is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=200)


@router.post("/customers/{customer}/contacts/{contact}/prefer", response=_DONE, summary="Prefer a contact")
def prefer(request: Any, customer: CustomerId, contact: ContactId, if_match: IfMatch = "") -> HttpResponse:
    """Make a contact the one that the customer prefers."""
    _of(request, customer, contact)
    contacts.prefer(contact, actor_of(request), request.now, version=version_of(if_match))
    return customer_answer(request, customer)


@router.post("/customers/{customer}/contacts/{contact}/end", response=_DONE, summary="End a contact")
def end(request: Any, customer: CustomerId, contact: ContactId, if_match: IfMatch = "") -> HttpResponse:
    """End a contact: it is not used from now on, and its consents end with it."""
    _of(request, customer, contact)
    contacts.end(contact, actor_of(request), request.now, version=version_of(if_match))
    return customer_answer(request, customer)


@router.put("/customers/{customer}/contacts/{contact}/consents/{purpose}", response=_DONE, summary="Give consent")
def give(
    request: Any, customer: CustomerId, contact: ContactId, purpose: Purpose, if_match: IfMatch = ""
) -> HttpResponse:
    """Note that the customer agreed to be reached there for a purpose."""
    _of(request, customer, contact)
    contacts.give(contact, purpose, "api", actor_of(request), request.now, version=version_of(if_match))
    return customer_answer(request, customer)


@router.delete("/customers/{customer}/contacts/{contact}/consents/{purpose}", response=_DONE,
               summary="Withdraw consent")  # fmt: skip
def withdraw(
    request: Any, customer: CustomerId, contact: ContactId, purpose: Purpose, if_match: IfMatch = ""
) -> HttpResponse:
    """Note that the customer withdrew a consent."""
    _of(request, customer, contact)
    contacts.withdraw(contact, purpose, actor_of(request), request.now, version=version_of(if_match))
    return customer_answer(request, customer)


@router.post("/customers/{customer}/merges", response=_DONE, summary="Merge another row of the same customer")
def merge(request: Any, customer: CustomerId, payload: MergeIn, idempotency_key: Key = "") -> HttpResponse:
    """Merge ``other`` into this customer: accounts and contacts go over, the other one is closed."""
    found = _customer(request, customer)

    def do() -> HttpResponse:
        merging.merge(found.pk, payload.other, payload.reason, actor_of(request), request.now)
        return customer_answer(request, customer)

    body = {"merge": customer, **payload.model_dump()}
    return once(request.user.pk, idempotency_key.strip(), body, request.now, do)


@router.post("/customers/{customer}/merges/{merge}/undo", response=_DONE, summary="Take a merger back")
def unmerge(request: Any, customer: CustomerId, merge: MergeId, payload: UnmergeIn) -> HttpResponse:
    """Take a merger into this customer back."""
    pages.must_be_merged_into(_customer(request, customer), merge)
    merging.unmerge(merge, payload.reason, actor_of(request), request.now)
    return customer_answer(request, customer)


def _customer(request: Any, pk: int) -> Customer:
    must_see(request)
    return queries.get(request.rights, pk)


def _of(request: Any, pk: int, contact: int) -> None:
    pages.must_be_of(_customer(request, pk), contact)
