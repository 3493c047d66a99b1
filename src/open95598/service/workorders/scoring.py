"""The score of orders: counted when they are registered and answered, kept for lists, explained when looked at (H8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from open95598.foundation.events.registry import Heard, subscribe
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.intake_rows import Fact
from open95598.service.intake import quality
from open95598.service.intake.facts import Record, missing
from open95598.service.workorders import triaging
from open95598.service.workorders.models import OrderScore, WorkOrder

#: after these an order has an answer that it had not
ANSWERED = ("case.reply", "case.answer_at_once")
_CHUNK = 1_000
#: what is read to count again
_FIELDS = (
    "category", "description", "contact_name", "contact_phone", "address", "anonymous", "sealed", "triage", "answer",
    "case__kind", "case__rulebook_version",
)  # fmt: skip


def record_of(order: WorkOrder, kind: str, rules: Any) -> Record:
    """Return what is judged of an order."""
    walked = triaging.restored(order.triage, rules)
    return Record(
        kind,
        rules.lineage(order.category),
        order.description,
        order.contact_name,
        order.contact_phone,
        order.address,
        order.anonymous,
        walked.answered if walked else frozenset(),
        order.answer,
    )


def gaps(order: WorkOrder, rules: Any) -> tuple[Fact, ...]:
    """Return the needed facts that an order does not name; what is sealed apart is nobody's to judge."""
    if order.sealed:
        return ()
    return missing(rules.intake, record_of(order, order.case.kind, rules))


def explained(order: WorkOrder, rules: Any) -> quality.Score:
    """Return an order's score with its lines, by the rulebook it was opened under."""
    return quality.score(rules.intake, record_of(order, order.case.kind, rules))


def _counted(order: WorkOrder, now: datetime) -> OrderScore | None:
    if order.sealed:
        return None
    rules = store.get(order.case.rulebook_version)
    record = record_of(order, order.case.kind, rules)
    points = quality.score(rules.intake, record).points
    if points is None:
        return None
    return OrderScore(order_id=order.pk, points=points, gaps=len(missing(rules.intake, record)), at=now)


def keep(orders: Iterable[WorkOrder], now: datetime) -> int:
    """Count orders (with their cases) and keep the scores in one statement; return how many have one."""
    rows = [row for order in orders if (row := _counted(order, now)) is not None]
    if rows:
        OrderScore.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["order"], update_fields=["points", "gaps", "at"]
        )
    return len(rows)


def count_again(now: datetime, since: datetime | None = None) -> int:
    """Count all orders again (those received since then) in chunks by their number; return how many have a score."""
    rows: QuerySet[WorkOrder] = WorkOrder.objects.system("the house counts").select_related("case").only(*_FIELDS)
    if since is not None:
        rows = rows.filter(case__opened_at__gte=since)
    done, last = 0, 0
    while chunk := _next(rows, last):
        done += keep(chunk, now)
        last = chunk[-1].pk
    return done


def _next(rows: QuerySet[WorkOrder], last: int) -> Sequence[WorkOrder]:
    return list(rows.filter(pk__gt=last).order_by("pk")[:_CHUNK])


def listen() -> None:
    """Count an order again when it is answered (once, when Django starts)."""

    @subscribe("workorders.score", *ANSWERED)
    def count(event: Heard, now: datetime) -> None:
        rows = WorkOrder.objects.system("the house counts").select_related("case").only(*_FIELDS)
        keep(rows.filter(pk=event.case_id), now)
