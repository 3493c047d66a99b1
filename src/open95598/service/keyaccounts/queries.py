"""Visits and proposals within rights; customers' value by segment."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from open95598.foundation.errors import NotFound
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.registry.customers.models import AccountParty, CustomerAgreement
from open95598.service.contacts import queries as contacts
from open95598.service.keyaccounts import value
from open95598.service.keyaccounts.models import TierProposal, Visit
from open95598.service.keyaccounts.value import Segment
from open95598.service.workorders.models import WorkOrder

#: how customers are told apart: name → column of the agreement
DIMENSIONS: Mapping[str, str] = {
    "price_class": "price_class", "relation": "relation", "source": "source", "nature": "nature",
    "load_grade": "load_grade", "tier": "tier", "unit": "account__unit__name",
}  # fmt: skip
_WHY = "of accounts that one may see"


def visits(rights: Rights) -> QuerySet[Visit]:
    """Return the visits that one may see."""
    rows: QuerySet[Visit] = Visit.objects.restrict(rights)
    return rows.select_related("case", "case__unit", "case__owner", "customer", "customer__unit", "by")


def proposals(rights: Rights) -> QuerySet[TierProposal]:
    """Return the proposed tiers that one may see."""
    rows: QuerySet[TierProposal] = TierProposal.objects.restrict(rights)
    return rows.select_related("case", "case__unit", "case__owner", "customer", "customer__unit", "by", "decided_by")


def get(rights: Rights, pk: int) -> Visit | TierProposal:
    """Return a visit or a proposal by its case. Raises ``NotFound`` also when it is not for these eyes."""
    found = visits(rights).filter(pk=pk).first() or proposals(rights).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such case."))
    return found


def by_segment(rights: Rights, dimension: str, month: date, now: datetime) -> list[Segment]:
    """Return the segments of a month (its first day), those with most customers first, then what has no account.

    Only accounts that one may see, and of what happened what one may see. Raises ``KeyError`` for another dimension.
    """
    column = DIMENSIONS[dimension]
    start, end = _span(month)
    agreements = CustomerAgreement.objects.restrict(rights).filter(ended_on=None, account__closed_on=None)
    owners = Q(account__parties__valid_to=None, account__parties__role="owner")
    agreements = agreements.filter(owners).annotate(tier=F("account__parties__customer__tier"))
    billed = Q(account__bills__month=f"{month:%Y-%m}")
    rows = agreements.order_by().values_list(column).annotate(
        customers=Count("account__parties__customer", distinct=True),
        accounts=Count("account", distinct=True),
        billed=Count("account", distinct=True, filter=billed),
        revenue=Sum("account__bills__amount", filter=billed),
    )  # fmt: skip
    talked, worked = _talked(rights, start, end), _worked(rights, start, end)
    ids = {pk for pk, _channel in talked} | {pk for pk, _kind in worked}
    of = dict(agreements.filter(account__in=[pk for pk in ids if pk]).values_list("account_id", column))
    costs = store.current(now).customers.costs
    served = _served(talked, worked, of)
    found = [
        _segment(str(code), served.pop(code, None), costs, customers, accounts, known, revenue or Decimal(0))
        for code, customers, accounts, known, revenue in rows
    ]
    found.sort(key=lambda segment: -segment.customers)
    rest = served.pop(None, None)
    return [*found, _segment("?", rest, costs)] if rest else found


def _span(month: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(settings.TIME_ZONE)
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return datetime.combine(month, time(), zone), datetime.combine(after, time(), zone)


def _talked(rights: Rights, start: datetime, end: datetime) -> dict[tuple[int | None, str], tuple[int, Decimal]]:
    """Return how often and how long was spoken, by account and channel; one without an account by the customer's."""
    rows = contacts.contacts(rights).filter(began_at__gte=start, began_at__lt=end, answered_at__isnull=False)
    names = ("account_id", "customer_id", "channel", "answered_at", "ended_at")
    values: list[Any] = list(rows.order_by().values_list(*names))
    accounts = _of_customers({customer for account, customer, *_rest in values if account is None and customer})
    found: dict[tuple[int | None, str], tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
    for account, customer, channel, answered, ended in values:
        key = (account or accounts.get(customer), channel)
        minutes = Decimal((ended - answered).total_seconds()) / 60 if ended else Decimal(0)
        count, sum_ = found[key]
        found[key] = (count + 1, sum_ + minutes)
    return dict(found)


def _worked(rights: Rights, start: datetime, end: datetime) -> dict[tuple[int | None, str], int]:
    rows = WorkOrder.objects.restrict(rights).filter(received_at__gte=start, received_at__lt=end)
    counted = rows.order_by().values_list("account_id", "case__kind").annotate(n=Count("pk"))
    return {(account, kind): n for account, kind, n in counted}


def _of_customers(ids: Collection[int]) -> dict[int, int]:
    parties = AccountParty.objects.system(_WHY).filter(customer__in=ids, valid_to=None, account__closed_on=None)
    return dict(parties.order_by("-account_id").values_list("customer_id", "account_id"))


_Served = dict[Any, tuple[list[tuple[str, Decimal]], int, Counter[str]]]


def _served(
    talked: Mapping[tuple[int | None, str], tuple[int, Decimal]],
    worked: Mapping[tuple[int | None, str], int],
    of: Mapping[int, Any],
) -> _Served:
    found: _Served = defaultdict(lambda: ([], 0, Counter()))
    for (account, channel), (count, minutes) in talked.items():
        segment = of.get(account) if account else None
        spoken, contacts_, orders = found[segment]
        found[segment] = ([*spoken, (channel, minutes)], contacts_ + count, orders)
    for (account, kind), count in worked.items():
        segment = of.get(account) if account else None
        found[segment][2][kind] += count
    return dict(found)


def _segment(
    code: str,
    served: tuple[list[tuple[str, Decimal]], int, Counter[str]] | None,
    costs: Any,
    customers: int = 0,
    accounts: int = 0,
    billed: int = 0,
    revenue: Decimal = Decimal(0),
) -> Segment:
    spoken, count, orders = served or ([], 0, Counter())
    minutes = sum((m for _channel, m in spoken), Decimal(0)).quantize(Decimal("0.1"))
    cost = value.cost_of(spoken, orders, costs)
    return Segment(code, customers, accounts, billed, revenue, count, minutes, orders.total(), cost)


def costs(now: datetime) -> Any:
    """Return what serving costs by the rulebook in force."""
    return store.current(now).customers.costs
