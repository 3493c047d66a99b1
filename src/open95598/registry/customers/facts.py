"""What is known of accounts' money, supply and meters, and how old that is: one way to it for every room above.

``of(accounts, rights, now)`` answers for every account, also for those of which nothing was told. Money is left out for
readers without ``ACCOUNT_MONEY`` at the account's unit; ``rights`` None is the customer themself, or a computation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from open95598.foundation.people.policy import Permission, Rights
from open95598.registry.customers.accounts import day_of
from open95598.registry.customers.kinds import CreditUnit, StopReason, SupplyState
from open95598.registry.customers.models import AccountBill, AccountFacts, CustomerAccount, FactsSource
from open95598.registry.customers.models.facts import USUAL_AGE
from open95598.registry.customers.scoping import reach

__all__ = ["Bill", "Facts", "Reading", "bills", "of", "of_one", "revenue", "sources"]

_WHY = "of accounts that the caller may see"


@dataclass(frozen=True)
class Bill:
    """A month's bill. Money in yuan; ``paid``: how much of it was. Money and days None for whoever may not see them."""

    month: str
    kwh: Decimal | None
    amount: Decimal | None
    due: date | None
    paid: Decimal | None
    paid_on: date | None

    @property
    def settled(self) -> bool:
        """Whether all of it was paid."""
        return self.amount is not None and self.paid is not None and self.paid >= self.amount


@dataclass(frozen=True)
class Reading:
    """The last reading: the register's ``value``, what was used since the one before (``kwh``), when (aware)."""

    value: Decimal
    kwh: Decimal | None
    at: datetime | None


@dataclass(frozen=True)
class Facts:
    """What is known of an account. Money in yuan. Nothing but ``account_id`` counts while ``known`` is False.

    ``money``: the reader may see money; without it all of it is None. ``as_of``: the last change, as the source says;
    ``current_at``: up to when no word of the source is missing here; ``age`` is counted from it. ``stale``: older than
    the source's words may be, or ``gone``. ``away_since``: since when the source cannot be reached.
    """

    account_id: int
    known: bool = False
    money: bool = False
    balance: Decimal | None = None
    arrears: Decimal | None = None
    owed_since: date | None = None
    days_owed: int | None = None
    credit: Decimal | None = None
    credit_unit: str = ""
    supply: str = ""
    supply_why: str = ""
    supply_since: datetime | None = None
    bill: Bill | None = None
    reading: Reading | None = None
    source: str = ""
    sequence: int = 0
    as_of: datetime | None = None
    received_at: datetime | None = None
    current_at: datetime | None = None
    age: timedelta | None = None
    stale: bool = False
    gone: bool = False
    away_since: datetime | None = None

    @property
    def owes(self) -> bool:
        """Whether money is owed, as far as the reader may know."""
        return bool(self.arrears and self.arrears > 0)

    @property
    def contradicts(self) -> bool:
        """Whether the meter shows credit while the account owes (R3): one of the two is wrong."""
        return self.owes and bool(self.credit and self.credit > 0)

    @property
    def supply_label(self) -> str:
        """The state of supply in words."""
        return str(SupplyState(self.supply).label)

    @property
    def why_label(self) -> str:
        """Why there is no current, in words; "" while there is, or when nobody said."""
        told = self.supply_why and self.supply not in (SupplyState.UNKNOWN, SupplyState.ON)
        return str(StopReason(self.supply_why).label) if told else ""

    @property
    def credit_label(self) -> str:
        """What the credit is counted in, in words."""
        return str(CreditUnit(self.credit_unit).label) if self.credit_unit else ""

    @property
    def tone(self) -> str:
        """The tone in which the state of supply is shown."""
        return "quiet" if self.supply in (SupplyState.UNKNOWN, SupplyState.ON) else "warning"


def of(accounts: Iterable[CustomerAccount], rights: Rights | None, now: datetime) -> dict[int, Facts]:
    """Return the facts of accounts that the caller may see, by the account's id. Three queries, however many."""
    asked = {account.pk: account.unit_id for account in accounts}
    if not asked:
        return {}
    units = None if rights is None else reach(rights, Permission.ACCOUNT_MONEY)
    rows = {row.account_id: row for row in AccountFacts.objects.system(_WHY).filter(account__in=list(asked))}
    told = sources() if rows else {}
    return {
        pk: _facts(rows[pk], told.get(rows[pk].source), now, money=units is None or unit in units)
        if pk in rows
        else Facts(pk)
        for pk, unit in asked.items()
    }


def of_one(account: CustomerAccount, rights: Rights | None, now: datetime) -> Facts:
    """Return the facts of one account that the caller may see."""
    return of([account], rights, now)[account.pk]


def sources() -> dict[str, FactsSource]:
    """Return the systems that tell facts again and again, by name."""
    return {source.name: source for source in FactsSource.objects.all()}


def bills(account: CustomerAccount, rights: Rights | None, most: int = 13) -> list[Bill]:
    """Return an account's newest bills, the newest first; without money for those who may not see it."""
    units = None if rights is None else reach(rights, Permission.ACCOUNT_MONEY)
    money = units is None or account.unit_id in units
    rows = AccountBill.objects.system(_WHY).filter(account=account).order_by("-month")[:most]
    return [_without_money(bill) if not money else bill for bill in map(_bill, rows)]


def revenue(account_ids: Iterable[int], first: str, last: str) -> dict[int, Decimal]:
    """Return what was billed to accounts from month ``first`` to ``last`` ("2026-03", both included), in yuan.

    An account without a bill in these months is not among them.
    """
    rows: Any = AccountBill.objects.system("what accounts were billed")
    found = rows.filter(account__in=list(account_ids), month__gte=first, month__lte=last)
    return dict(found.values("account_id").annotate(billed=Sum("amount")).values_list("account_id", "billed"))


def _bill(row: AccountBill) -> Bill:
    return Bill(row.month, row.kwh, row.amount, row.due, row.paid, row.paid_on)


def _without_money(bill: Bill) -> Bill:
    return replace(bill, amount=None, due=None, paid=None, paid_on=None)


def _facts(row: AccountFacts, source: FactsSource | None, now: datetime, *, money: bool) -> Facts:
    confirmed = source.current_at if source and not row.gone else None
    current_at = max(row.as_of, confirmed) if confirmed else row.as_of
    age = max(now - current_at, timedelta(0))
    bill = None
    if row.bill_month:
        bill = Bill(row.bill_month, row.bill_kwh, row.bill_amount, row.bill_due, row.bill_paid, row.bill_paid_on)
    yuan = row.credit_unit == CreditUnit.YUAN
    facts = Facts(
        account_id=row.account_id,
        known=True,
        money=True,
        balance=row.balance,
        arrears=row.arrears,
        owed_since=row.owed_since,
        days_owed=max((day_of(now) - row.owed_since).days, 0) if row.owed_since else None,
        credit=row.credit,
        credit_unit=row.credit_unit,
        supply=row.supply,
        supply_why=row.supply_why,
        supply_since=row.supply_since,
        bill=bill,
        reading=Reading(row.reading, row.read_kwh, row.read_at) if row.reading is not None else None,
        source=row.source,
        sequence=row.sequence,
        as_of=row.as_of,
        received_at=row.received_at,
        current_at=current_at,
        age=age,
        stale=row.gone or age > (source.old_after if source else USUAL_AGE),
        gone=row.gone,
        away_since=source.away_since if source else None,
    )
    if money:
        return facts
    return replace(
        facts, money=False, balance=None, arrears=None, owed_since=None, days_owed=None,
        credit=None if yuan else row.credit, bill=_without_money(bill) if bill else None,
    )  # fmt: skip
