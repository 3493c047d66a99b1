"""Broadcasts within rights, with what became of their notices; the phone list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from open95598.foundation import bulk
from open95598.foundation.errors import NotFound
from open95598.foundation.people.policy import Permission, Rights
from open95598.service.outagenotices.kinds import About, What
from open95598.service.outagenotices.models import Broadcast, OutageNotice, Subscription

#: what became of a notice: its own state, or that of its message in the outbox
_STATES = """
    SELECT told.broadcast_id, told.way,
      CASE WHEN told.fate = 'handed' THEN COALESCE(message.state, 'handed') ELSE told.fate END AS state, count(*)
    FROM outagenotices_outagenotice told LEFT JOIN notices_message message ON message.id = told.message_id
    WHERE told.broadcast_id = ANY(%s::bigint[]) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""


def broadcasts(rights: Rights) -> QuerySet[Broadcast]:
    """Return what was told of the outages that one may see."""
    rows: QuerySet[Broadcast] = Broadcast.objects.restrict(rights, Permission.CASE_VIEW)
    nobody = ~Exists(OutageNotice.objects.filter(broadcast=OuterRef("pk")))
    # beside each version stands who is spared by it; mostly nobody is
    return rows.exclude(nobody, what__in=(What.SPARED, What.PARTLY)).select_related("case", "case__unit")


def get(rights: Rights, pk: int) -> Broadcast:
    """Return one broadcast. Raises ``NotFound`` also when it is not for these eyes."""
    found = broadcasts(rights).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such notice."))
    return found


def states(ids: Sequence[int]) -> dict[int, list[tuple[str, str, int]]]:
    """Return how many notices of each broadcast are how far: way, state, number. One statement."""
    found: dict[int, list[tuple[str, str, int]]] = {pk: [] for pk in ids}
    for pk, way, state, count in bulk.fetch(_STATES, [bulk.array(ids)]):
        found[pk].append((way, state, count))
    return found


def calls(rights: Rights) -> QuerySet[OutageNotice]:
    """Return who is to be called, of outages and customers that one may see: those on life support first, of the same
    rank those who were not tried yet."""
    from open95598.registry.customers.models import Customer

    seen: Any = Customer.objects.restrict(rights, Permission.CUSTOMER_VIEW).values("pk")
    rows = OutageNotice.objects.filter(
        way="call", fate="waiting", broadcast__in=broadcasts(rights).values("pk"), customer__in=seen
    )
    rows = rows.select_related("broadcast__case__unit", "customer", "contact")
    return rows.order_by("rank", F("tried_at").asc(nulls_first=True), "pk")


def webhooks(limit: int, before: str = "") -> list[Subscription]:
    """Return webhooks that have not ended, newest first; ``before``: when the last one had was asked for (ISO)."""
    rows = Subscription.objects.filter(way="webhook", ended_at=None).exclude(used_at=None)
    try:
        at = parse_datetime(before[:40])
    except ValueError:
        at = None
    if at is not None and at.tzinfo is not None:
        rows = rows.filter(asked_at__lt=at)
    return list(rows.select_related("account", "place", "location", "by").order_by("-asked_at")[:limit])


def webhooks_of(person_id: int) -> list[Subscription]:
    """Return the webhooks that an account of the API made and that have not ended, newest first."""
    rows = Subscription.objects.filter(way="webhook", by=person_id, ended_at=None)
    return list(rows.select_related("account", "place", "location").order_by("-asked_at"))


def webhook(pk: UUID) -> Subscription:
    """Return a webhook. Raises ``NotFound``, also when it has ended."""
    row = Subscription.objects.filter(pk=pk, way="webhook", ended_at=None).exclude(used_at=None).first()
    if row is None:
        raise NotFound(_("There is no such webhook."))
    return row


def what(row: Subscription, *, plain: bool) -> str:
    """Return what somebody subscribed to; unless ``plain``, of an account its last four digits, of a door nothing."""
    if row.about == About.ACCOUNT:
        number = row.account.number if row.account else ""
        return number if plain else f"****{number[-4:]}" if number else "—"
    if row.about == About.AREA:
        return str(row.place or "—")
    return str(About.ADDRESS.label)
