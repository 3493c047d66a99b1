"""A customer's own orders: which they are, where they stand, what is promised next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.casework.models import CaseClock, ClockState
from open95598.foundation.errors import NotFound
from open95598.foundation.rulebook import store
from open95598.foundation.words import Label
from open95598.registry.customers.models import ContactPoint
from open95598.service.hall.own import WHY
from open95598.service.hall.signing import Guest
from open95598.service.portal import queries as portal
from open95598.service.workorders import wording
from open95598.service.workorders.models import WorkOrder

#: orders that the page shows
SHOWN = 50
LOOKED_BACK = timedelta(days=730)


@dataclass(frozen=True)
class Order:
    """An order of the customer's in a line: where it stands, and what is promised next by when."""

    number: str
    kind: Label
    category: Any
    state: str
    open: bool
    at: datetime
    due: datetime | None
    overdue: bool


def _orders(guest: Guest) -> Any:
    """Return the orders that are this customer's own.

    Those that came from the phone that they proved to hold, since it is theirs; and those about the account, since
    they are its party, that came from a number of theirs. Never another party's, never one without a name, and none
    whose teller is to stay unknown: such orders are followed with their number.
    """
    known = ContactPoint.objects.system(WHY).filter(customer=guest.customer, kind="phone")
    numbers = set(known.values_list("value", flat=True)[:50])  # also those of before: the account tells whose it was
    mine = Q(account=guest.account, contact_phone__in=numbers, received_at__gte=since(guest))
    proved = known.filter(value=guest.visit.phone, valid_to=None).values_list("valid_from", flat=True).first()
    if proved is not None:
        held = [one.account.pk for one in guest.accounts]
        mine |= Q(contact_phone=guest.visit.phone, received_at__gte=proved) & (Q(account=None) | Q(account__in=held))
    rows = WorkOrder.objects.system(WHY).filter(mine, anonymous=False, confidential=False, sealed=False)
    return rows.filter(case__confidential=False)


def since(guest: Guest) -> datetime:
    """Return the instant from which the customer is a party of the account: the beginning of that day."""
    return datetime.combine(guest.held.since, time(), ZoneInfo(settings.TIME_ZONE))


def orders(guest: Guest, now: datetime) -> list[Order]:
    """Return the customer's orders of the last two years, open ones first, then the newest. Three queries."""
    rows = list(
        _orders(guest)
        .filter(received_at__gt=now - LOOKED_BACK)
        .select_related("case")
        .order_by("-case__is_open", "-received_at")[:SHOWN]
    )
    due = _next(rows)
    language = get_language()
    return [
        Order(
            row.number,
            wording.kind(row.case.kind),
            wording.category(store.get(row.case.rulebook_version), row.category).in_(language),
            portal.phase_of(row.case),
            row.case.is_open,
            row.received_at,
            due.get(row.pk),
            row.pk in due and due[row.pk] < now,
        )
        for row in rows
    ]


def _next(rows: Sequence[WorkOrder]) -> dict[int, datetime]:
    clocks = CaseClock.objects.filter(
        case_id__in=[row.pk for row in rows], name__in=portal.PROMISED, state=ClockState.RUNNING
    )
    return dict(clocks.order_by("-due_at").values_list("case_id", "due_at"))  # the one that ends first stays


def order(guest: Guest, number: str) -> WorkOrder:
    """Return one of the customer's own orders. Raises ``NotFound`` for any other, whether there is one or not."""
    found: WorkOrder | None = _orders(guest).filter(number=number).select_related("case__unit").first()
    if found is None:
        raise NotFound(_("This is not an order of yours."))
    return found
