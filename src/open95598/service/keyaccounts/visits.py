"""Visits fall due: by the tier, again and again; when somebody whose tier entitles to it complains or is connected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.foundation.people.models import Person
from open95598.foundation.rulebook import store
from open95598.registry.customers.accounts import day_of
from open95598.registry.customers.models import AccountParty, Customer
from open95598.registry.standing import queries as standing
from open95598.registry.standing.models import TierPeriod
from open95598.service.keyaccounts.flows import CONNECTION, DOOR, REGULAR
from open95598.service.keyaccounts.models import Visit
from open95598.service.workorders.models import WorkOrder

HOUSE = Actor.house("keyaccounts")
_WHY = "whom the house visits by their tier"


def open_due(now: datetime) -> list[Visit]:
    """Open the regular visits that have fallen due by ``now``, each once however often this runs.

    A customer is to be visited so many days after the last visit (made, or dropped for a reason), or after their tier
    began. Nobody has two open at once.
    """
    rules = store.current(now).customers
    rows = Customer.objects.system(_WHY).filter(
        tier__in=rules.entitled_tiers("visits"), closed_at=None, merged_into=None
    )
    waiting = Visit.objects.system(_WHY).filter(case__kind=REGULAR, case__is_open=True).values("customer_id")
    last = dict(
        Visit.objects.system(_WHY).filter(case__kind=REGULAR).values_list("customer_id")
        .annotate(last=Max("case__closed_at"))
    )  # fmt: skip
    began = dict(TierPeriod.objects.system(_WHY).filter(valid_to=None).values_list("customer_id", "valid_from"))
    due = []
    for customer in rows.exclude(pk__in=waiting).select_related("unit").order_by("pk"):
        rule = standing.rules_of(customer, now).tier(customer.tier)
        since = last.get(customer.pk) or began.get(customer.pk) or customer.created_at
        if rule is not None and rule.visit_every and since + timedelta(days=rule.visit_every) <= now:
            due.append((customer, f"regular/{customer.pk}/{day_of(since):%Y%m%d}"))
    return _open(REGULAR, due, now)


def open_for(order: WorkOrder, now: datetime) -> Visit | None:
    """Open the visit at which a complaint is taken at the door, once; None when nobody of it is entitled to one."""
    customer = entitled_of(order, "complaint_visit", now)
    if customer is None:
        return None
    made = _open(DOOR, [(customer, f"complaint/{order.pk}")], now, order=order)
    return made[0] if made else None


def open_in_connection(order: WorkOrder, now: datetime) -> Visit | None:
    """Open the visit while a customer is connected, once (H13); None for other matters, or without the entitlement."""
    if order.category not in store.current(now).customers.connections:
        return None
    customer = entitled_of(order, "connection", now)
    if customer is None:
        return None
    made = _open(CONNECTION, [(customer, f"connection/{order.pk}")], now, order=order)
    return made[0] if made else None


def entitled_of(order: WorkOrder, what: str, now: datetime) -> Customer | None:
    """Return the customer of an order's account whose tier entitles to something; never of an order told in secrecy."""
    if order.account_id is None or order.confidential or order.sealed:
        return None
    parties = AccountParty.objects.system(_WHY).filter(account=order.account_id, valid_to=None)
    found = parties.filter(~Q(customer__tier=""), customer__closed_at=None).select_related("customer__unit")
    return next((p.customer for p in found.order_by("role") if standing.entitled(p.customer, what, now)), None)


def _open(kind: str, due: Iterable[tuple[Customer, str]], now: datetime, order: WorkOrder | None = None) -> list[Visit]:
    due = list(due)
    with transaction.atomic():
        # two who open at once: the second finds the keys of the first
        ids = sorted(customer.pk for customer, _key in due)
        list(Customer.objects.system(_WHY).select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
        keys = Visit.objects.system(_WHY).filter(key__in=[key for _customer, key in due])
        known = set(keys.values_list("key", flat=True))
        managers = {customer.manager_id for customer, _key in due if customer.manager_id is not None}
        there = set(Person.objects.filter(pk__in=managers, is_active=True).values_list("pk", flat=True))
        about = order.pk if order else None
        openings = [
            casework.Opening(
                kind, customer.unit_id,
                {"customer_id": customer.pk, "key": key, "tier": customer.tier, "order_id": about},
                owner_id=customer.manager_id if customer.manager_id in there else None,
                parent_id=order.pk if order else None,
                data={"customer": customer.pk, "tier": customer.tier},
            )
            for customer, key in due
            if key not in known
        ]  # fmt: skip
        return [outcome.typed for outcome in casework.open_many(openings, HOUSE, now)] if openings else []


def next_due(customer: Customer, now: datetime) -> date | None:
    """Return when a customer is to be visited next; None when no visit falls due by their tier."""
    rule = standing.rules_of(customer, now).tier(customer.tier)
    if rule is None or not rule.visit_every:
        return None
    made = Visit.objects.system(_WHY).filter(customer=customer, case__kind=REGULAR)
    last = made.aggregate(last=Max("case__closed_at"))["last"]
    began = TierPeriod.objects.system(_WHY).filter(customer=customer, valid_to=None)
    since = last or began.values_list("valid_from", flat=True).first() or customer.created_at
    return day_of(since + timedelta(days=rule.visit_every))
