"""What becomes true of an order without anybody doing anything: it stands still, a promise was broken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from open95598.casework.work import save_rows
from open95598.control.tracking import projecting
from open95598.control.tracking.models import Track
from open95598.foundation.notices.services import notify
from open95598.foundation.words import Label
from open95598.service.workorders.models import WorkOrder

BATCH = 500


def watch(now: datetime) -> int:
    """Look at the tracks whose time has come and tell of orders that stand still; return how many were told of.

    A partial index knows them: an hour without looking only makes the next look longer.
    """
    told = 0
    while True:
        with transaction.atomic():
            due = Track.objects.system("tracks are the house's").filter(look_at__lte=now).order_by("look_at")
            ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
            told += tell(projecting.project(ids, now), now)
        if len(ids) < BATCH:
            return told


def tell(tracks: Iterable[Track], now: datetime) -> int:
    """Tell keeper and handler of each order that stands still, once for each time; return how many orders."""
    still = [t for t in tracks if t.stands_at is not None and t.stands_at <= now and t.told_for is None]
    orders = WorkOrder.objects.system("whom to tell").select_related("case").in_bulk([t.pk for t in still])
    for track in still:
        order = orders[track.pk]
        recused = set(order.case.recused_people)
        people = [p for p in (order.keeper_id, order.case.owner_id) if p is not None and p not in recused]
        notify(
            people,
            "order.stands",
            Label(f"{order.number} 停滞未进展", f"{order.number} stands still"),
            Label(f"{_local(track.progress_at)} 后无任何进展", f"nothing was done since {_local(track.progress_at)}"),
            track.pk,
            now=now,
            key=f"stands/{track.pk}/{track.progress_at.isoformat()}",
        )
        track.told_for = track.progress_at
    if still:  # with what is known of them now: the standing has been told, the next look is for something else
        save_rows(still, ["told_for"])
        projecting.project([t.pk for t in still], now)
    return len(still)


def _local(at: datetime) -> str:
    from django.utils import timezone

    return timezone.localtime(at).strftime("%m-%d %H:%M")
