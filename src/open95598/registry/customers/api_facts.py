"""The API of what is known of an account: money, supply, bill and reading, with their age."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Router, Schema

from open95598.foundation.errors import Forbidden
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui.wire import PROBLEMS, answer
from open95598.registry.customers import facts, presenting, queries

router = Router(tags=["customers"])


class AccountBillOut(Schema):
    """A month's bill ("2026-03"). Money in yuan, as text; null without the right to see money."""

    month: str
    kwh: str | None
    amount: str | None
    due: date | None
    paid: str | None
    paid_on: date | None


class AccountReadingOut(Schema):
    """The last reading: the register's value, what was used since the one before, when."""

    value: str
    kwh: str | None
    at: datetime | None


class AccountFactsOut(Schema):
    """What the billing system told of an account. Money in yuan, as text; null without the right (``money_shown``).

    ``as_of``: its last change there; ``current_at``: up to when nothing that the system said is missing here, and what
    ``age_seconds`` is counted from; ``stale``: older than its words may be. ``known`` false: nothing was ever told.
    """

    known: bool
    money_shown: bool
    balance: str | None
    arrears: str | None
    owed_since: date | None
    days_owed: int | None
    credit: str | None
    credit_unit: str
    supply: str
    supply_reason: str
    supply_since: datetime | None
    bill: AccountBillOut | None
    reading: AccountReadingOut | None
    source: str
    as_of: datetime | None
    current_at: datetime | None
    age_seconds: int | None
    stale: bool
    gone: bool
    away_since: datetime | None


@router.get("/accounts/{number}/facts", response={200: AccountFactsOut, **PROBLEMS}, summary="What an account owes, …")
def of_account(request: Any, number: Annotated[str, Path(min_length=1, max_length=32)]) -> HttpResponse:
    """Return balance, arrears, supply, last bill and last reading of an account, and how old they are."""
    if not request.rights.anywhere(Permission.CUSTOMER_VIEW):
        raise Forbidden(_("You may not see customers."), permission=Permission.CUSTOMER_VIEW.value)
    account = queries.account(request.rights, number.replace("\0", ""))
    return answer(presenting.facts(facts.of_one(account, request.rights, request.now)))
