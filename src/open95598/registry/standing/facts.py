"""The facts that ratings look at, gathered for many customers in a few statements. What nobody knows is None.

``late_payments``: bills of the last twelve months that were paid late or are late now, or what the integrity file
holds of them, whichever is more; not known while neither tells anything. ``breaches``, ``merits``: points of bad and
good entries that count, both as positive numbers; ``integrity``: their sum with signs. ``years``: since the first
account was opened. ``arrears``: yuan owed now over all accounts that the billing system told of, ``arrears_days``: for
how many days the oldest of it; ``monthly_bill``, ``monthly_kwh``: the last bills of all accounts. ``capacity_kva``:
contracted, over all. ``accounts``: open ones, ``new_accounts``: opened within two years. The classes are those of the
account with the greatest contracted capacity.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q

from open95598.foundation.rulebook.customer_rows import CustomerRules
from open95598.registry.customers.accounts import day_of
from open95598.registry.customers.kinds import PartyKind
from open95598.registry.customers.models import AccountBill, AccountParty, Customer, CustomerAgreement
from open95598.registry.standing.models import IntegrityEntry

YEAR, TWO_YEARS = timedelta(days=365), timedelta(days=730)
_WHY = "facts of customers whom one may see, or of all for the nightly count"
_CLASSES = ("price_class", "source", "nature", "load_grade")


def gather(
    customers: Sequence[Customer], rules: CustomerRules, now: datetime
) -> dict[int, dict[str, Decimal | str | None]]:
    """Return the facts of customers by id. Four queries, however many they are."""
    today, ids = day_of(now), [customer.pk for customer in customers]
    accounts, opened = _accounts(ids)
    agreements = _agreements({pk for its in accounts.values() for pk in its})
    entries = _entries(ids, today)
    late = _late(list(agreements), today)
    found = {}
    for customer in customers:
        its = [one for pk in accounts[customer.pk] if (one := agreements.get(pk)) is not None]
        found[customer.pk] = {
            **_of_entries(entries[customer.pk], [late[pk] for pk in accounts[customer.pk] if pk in late], rules, today),
            **_of_accounts(its, opened[customer.pk], today),
            "importance": customer.importance or "none",
            "protected": "yes" if customer.protected else "no",
            "party": "organisation" if customer.kind == PartyKind.ORGANISATION else "person",
        }
    return found


def counts(entry: IntegrityEntry, today: date) -> bool:
    """Say whether an entry counts on a day: it has begun, was not removed, and is not over."""
    return not entry.removed and entry.on <= today < entry.expires_on


def _accounts(ids: Collection[int]) -> tuple[dict[int, list[int]], dict[int, list[date]]]:
    parties = AccountParty.objects.system(_WHY).filter(customer__in=ids, valid_to=None, account__closed_on=None)
    accounts: dict[int, list[int]] = defaultdict(list)
    opened: dict[int, list[date]] = defaultdict(list)
    rows = parties.values_list("customer_id", "account_id", "account__opened_on").distinct()
    for customer_id, account_id, day in rows:
        accounts[customer_id].append(account_id)
        if day is not None:
            opened[customer_id].append(day)
    return accounts, opened


def _agreements(accounts: Collection[int]) -> dict[int, dict[str, Any]]:
    rows = CustomerAgreement.objects.system(_WHY).filter(account__in=accounts, ended_on=None).order_by("pk")
    values = rows.values(
        "account_id", *_CLASSES, "capacity_kva", "account__facts__arrears", "account__facts__bill_amount",
        "account__facts__bill_kwh", "account__facts__owed_since",
    )  # fmt: skip
    return {row["account_id"]: row for row in values}


def _entries(ids: Collection[int], today: date) -> dict[int, list[IntegrityEntry]]:
    rows = IntegrityEntry.objects.system(_WHY).filter(customer__in=ids, on__lte=today)
    found: dict[int, list[IntegrityEntry]] = defaultdict(list)
    for row in rows:
        found[row.customer_id].append(row)
    return found


def _late(accounts: Collection[int], today: date) -> dict[int, int]:
    """Return how many bills of the last twelve months were paid late, or are late now, by account; none: not known."""
    bills = AccountBill.objects.system(_WHY).filter(account__in=accounts, due__gt=today - YEAR, due__lt=today)
    late = Q(paid_on__gt=F("due")) | Q(paid_on=None) & (Q(paid=None) | Q(paid__lt=F("amount")))
    rows = bills.order_by().values_list("account_id").annotate(late=Count("pk", filter=late))
    return dict(rows)


def _of_entries(
    entries: Sequence[IntegrityEntry], bills: Sequence[int], rules: CustomerRules, today: date
) -> dict[str, Decimal | None]:
    live = [entry for entry in entries if counts(entry, today)]
    late = {kind.code for kind in rules.integrity if kind.late}
    bad = sum(-entry.points for entry in live if entry.points < 0)
    good = sum(entry.points for entry in live if entry.points > 0)
    recent = sum(1 for e in entries if e.kind in late and not e.removed and today - YEAR < e.on <= today)
    return {
        "late_payments": Decimal(max(recent, sum(bills))) if bills or recent else None,
        "breaches": Decimal(bad),
        "merits": Decimal(good),
        "integrity": Decimal(good - bad),
    }


def _of_accounts(its: Sequence[dict[str, Any]], opened: Sequence[date], today: date) -> dict[str, Any]:
    if not its:
        return {"accounts": Decimal(0), "new_accounts": Decimal(0)}
    main = max(its, key=lambda row: row["capacity_kva"] or 0)
    return {
        **{name: main[name] for name in _CLASSES},
        "capacity_kva": _sum(row["capacity_kva"] for row in its),
        "arrears": _sum(row["account__facts__arrears"] for row in its),
        "arrears_days": _days(its, today),
        "monthly_bill": _sum(row["account__facts__bill_amount"] for row in its),
        "monthly_kwh": _sum(row["account__facts__bill_kwh"] for row in its),
        "years": Decimal((today - min(opened)).days // 365) if opened else None,
        "accounts": Decimal(len(its)),
        "new_accounts": Decimal(sum(1 for day in opened if day > today - TWO_YEARS)),
    }


def _days(its: Sequence[dict[str, Any]], today: date) -> Decimal | None:
    """Return for how many days the oldest debt is late, 0 for none; None when nobody told of any money."""
    told = [row for row in its if row["account__facts__arrears"] is not None]
    since = [row["account__facts__owed_since"] for row in told if row["account__facts__owed_since"] is not None]
    owes = any(row["account__facts__arrears"] > 0 for row in told)
    if not told or (owes and not since):
        return None
    return Decimal(max((today - min(since)).days, 0)) if since else Decimal(0)


def _sum(values: Any) -> Decimal | None:
    """Return the sum of what is known; None when nothing is."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None
