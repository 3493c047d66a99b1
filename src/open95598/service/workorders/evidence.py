"""Files that prove something (佐证材料): kept for the years that the rulebook sets by the complaint's grade.

They are neither taken away nor erased before (DOMAIN 2.4). Then a tidying job takes them away, and the order's timeline
says so.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from open95598.casework import attachments, telling
from open95598.casework.actors import Actor
from open95598.casework.models import Attachment
from open95598.casework.services import facts_of
from open95598.foundation.errors import Forbidden, Impossible
from open95598.foundation.files import store as files
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.service.workorders.models import Evidence, Finding, Judgement, WorkOrder

HOUSE = Actor.house("tidying")
#: so many are taken away in one transaction
_BATCH = 200
#: words that go with the evidence
_WORDS = {"finding": "", "rectification": "", "effect": "", "explanation": ""}
#: who may keep a file as evidence
MARKERS = (Permission.CASE_HANDLE, Permission.CASE_REVIEW, Permission.CASE_APPROVE, Permission.CASE_DISPATCH)


def mark(order: WorkOrder, attachment_id: int, actor: Actor, now: datetime) -> Evidence:
    """Keep a file of an order as evidence, for good: it is not unmarked. Again: nothing more happens.

    Raises ``NotFound`` (no such file on the order), ``Forbidden`` for those who only look, ``Impossible`` when the time
    of the order's evidence is over.
    """
    row = attachments.get(order.pk, attachment_id)
    if not any(actor.may(permission, facts_of(order.case)) for permission in MARKERS):
        raise Forbidden(_("You have no right to do this here."))
    assert actor.person_id is not None  # the house itself marks nothing
    if not holds(order, now):
        raise Impossible(_("The time for which this order's evidence is kept is over."))
    with transaction.atomic():
        found, new = Evidence.objects.get_or_create(attachment=row, defaults={"by_id": actor.person_id, "at": now})
        if new:
            telling.tell(order.case, "evidence", actor, now, {"attachment": row.pk, "sha256": row.sha256},
                         {"name": row.name})  # fmt: skip
    return found


def kept_until(order: WorkOrder) -> datetime | None:
    """Return until when an order's evidence is kept (aware UTC); None while it is open: then at least until it ends."""
    closed = order.case.closed_at
    if closed is None:
        return None
    days = store.get(order.case.rulebook_version).retention_days("evidence", order.grade)
    return closed + timedelta(days=days or 0)


def holds(order: WorkOrder, now: datetime) -> bool:
    """Say whether an order's evidence is still kept at ``now``."""
    until = kept_until(order)
    return until is None or now < until


def of(case_ids: list[int]) -> QuerySet[Evidence]:
    """Return the evidence of cases, with its files."""
    return Evidence.objects.filter(attachment__case_id__in=case_ids).select_related("attachment")


def words(order: WorkOrder) -> int:
    """Return how many findings and judgements of an order still hold words."""
    found = Finding.objects.filter(order=order).exclude(**_WORDS).count()
    return int(found + Judgement.objects.system("erasure").filter(order=order).exclude(note="").count())


def forget_words(order: WorkOrder) -> None:
    """Take away the words of an order's finding and of what was judged; what was found stays."""
    Finding.objects.filter(order=order).update(**_WORDS)
    Judgement.objects.system("erasure").filter(order=order).update(note="")


def tidy(now: datetime) -> int:
    """Take away the evidence of closed orders whose time is over; return how many files went.

    Each order's timeline says so. The files themselves go when nothing else refers to them.
    """
    gone = 0
    last = 0
    while True:
        orders = _closed_with_evidence(last)
        if not orders:
            return gone
        last = orders[-1].pk
        for order in orders:
            if not holds(order, now):
                gone += _end(order, now)


def _closed_with_evidence(after: int) -> list[WorkOrder]:
    rows = WorkOrder.objects.system("evidence whose time is over").select_related("case")
    held = Evidence.objects.values("attachment__case_id")
    return list(rows.filter(pk__gt=after, pk__in=held, case__is_open=False).order_by("pk")[:_BATCH])


def _end(order: WorkOrder, now: datetime) -> int:
    with transaction.atomic():
        case = telling.hold(order.pk)
        if case.is_open:  # reopened meanwhile
            return 0
        rows = list(of([order.pk]))
        digests = sorted({row.attachment.sha256 for row in rows})
        ids = [row.pk for row in rows]
        Evidence.objects.filter(pk__in=ids).delete()
        Attachment.objects.filter(pk__in=ids).delete()
        telling.tell(case, "evidence_ended", HOUSE, now, {"files": len(ids), "grade": order.grade})
        transaction.on_commit(lambda: [files.remove(digest) for digest in digests])
    return len(ids)
