"""Faults inside an outage: they wait beside it for its one crew, and each keeps its own call-back.

The first of them, the *lead*, goes on with the crew that serves everybody; the others wait in their state "merged",
with their clocks running. One act on the outage reaches them all from here, in the worker, some hundreds a
transaction: restored, they are answered and go to their call-backs; told, each one's timeline says so; withdrawn, they
go on as if nothing had been.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from open95598.casework import services as casework
from open95598.casework import telling
from open95598.casework.actors import Actor
from open95598.casework.flow import Moment
from open95598.casework.models import Case, CaseLink
from open95598.casework.services import Request
from open95598.foundation.events.services import Said, say
from open95598.foundation.words import Label
from open95598.registry.grid import areas
from open95598.registry.grid.models import GridDevice
from open95598.service.outages import flows
from open95598.service.outages.kinds import Apart
from open95598.service.outages.models import Outage, OutageReport
from open95598.service.workorders.models import WorkOrder

HOUSE = Actor.house("outages")
#: the link from an order's case to its outage's
LINK = "outage"
#: orders that are changed in one transaction
MOST = 300
#: states of a fault whose crew is out
OUT = ("crew_dispatched", "arrived", "diagnosed")
#: states in which a lead keeps its outage: the last one until the house has heard that power is back
KEEPS = (*OUT, "restored")
_WHY = "the orders inside an outage"
#: what customers are told when nobody wrote anything else
RESTORED = "您反映的停电（{place}）已完成抢修，恢复供电。"


def orders_of(outage_ids: Collection[int]) -> QuerySet[WorkOrder]:
    """Return the orders whose reports belong to outages, the oldest first."""
    told = OutageReport.objects.system(_WHY).filter(outage__in=outage_ids, order__isnull=False)
    rows: QuerySet[WorkOrder] = WorkOrder.objects.system(_WHY).filter(pk__in=told.values("order_id"))
    return rows.select_related("case").order_by("pk")


def waiting(outage: Outage) -> QuerySet[WorkOrder]:
    """Return the orders that wait beside an outage."""
    linked = CaseLink.objects.filter(other_id=outage.pk, kind=LINK).values("case_id")
    rows: QuerySet[WorkOrder] = WorkOrder.objects.system(_WHY).filter(
        pk__in=linked, merged_into=None, case__state="merged"
    )
    return rows.select_related("case").order_by("pk")


def held(outage_id: int) -> Outage | None:
    """Return an outage with its case locked to the end of the transaction, so that whoever sends its crew and whoever
    chooses its lead know of one another; ``None`` when there is none. Raises ``Impossible``, as ``telling.hold``."""
    rows = Outage.objects.system(_WHY).select_related("case", "lead")
    if not rows.filter(pk=outage_id).exists():
        return None
    telling.hold(outage_id)
    return rows.get(pk=outage_id)


def attach(outage_id: int, order_ids: Sequence[int], now: datetime) -> None:
    """Bind faults to the outage that they lie in; while it is dark, all but the lead wait for its crew."""
    outage = held(outage_id)
    if outage is None:
        return
    if outage.merged_into_id is not None:
        attach(outage.merged_into_id, order_ids, now)
        return
    telling.hold_all(order_ids)  # whose crew leaves at this moment is bound after it has left
    rows = WorkOrder.objects.system(_WHY).filter(pk__in=order_ids, case__kind=flows.FAULT, case__is_open=True)
    orders = list(rows.select_related("case").order_by("pk"))
    _link(outage, orders, now)
    if outage.case.state not in (*flows.DARK, "partly_restored"):
        return
    # a crew that was sent for the outage itself serves everybody: no order keeps another
    former = outage.lead_id
    lead_id = None if outage.crew_sent_at else _lead(outage, orders, now)
    joining = [row.pk for row in orders if row.pk != lead_id and row.case.state in flows.JOINABLE]
    if former is not None and lead_id not in (None, former):
        joining.append(former)  # a crew is out for another order already
    join(outage, joining, now)
    if lead_id is None and not outage.crew_sent_at:
        _next_lead(outage, now)  # all wait already: they came from another outage


def join(outage: Outage, order_ids: Iterable[int], now: datetime) -> None:
    """Let orders wait beside an outage; what somebody is doing with one meanwhile stands."""
    requests = [Request(pk, "join_outage", {"outage": outage.number}) for pk in order_ids]
    if requests:
        casework.perform_many(requests, HOUSE, now, partial=True)


def lead_waits(outage: Outage, now: datetime) -> str | None:
    """Let the lead wait beside its outage, as one is sent a crew of its own; return its number when its crew is out
    already, or has just mended it. Its case stays locked to the end of the transaction, so that nobody sends it
    meanwhile."""
    if outage.lead_id is None:
        return None
    lead = telling.hold(outage.lead_id)
    if lead.state in KEEPS:
        return str(WorkOrder.objects.system(_WHY).get(pk=lead.pk).number)
    if lead.is_open and lead.state in flows.JOINABLE:
        join(outage, [lead.pk], now)
    return None


def another_goes(m: Moment) -> Label | None:
    """Say why nobody is sent for an order now: it lies in an outage that has its crew, or whose lead will have it.

    Until the house has let it wait with the others, as one that was being returned when the outage was found.
    """
    linked = CaseLink.objects.filter(case=m.case.pk, kind=LINK).values("other_id")
    rows = Outage.objects.system(_WHY).filter(pk__in=linked, case__state__in=flows.DARK)
    for row in rows.only("pk", "lead_id", "crew_sent_at"):
        if row.crew_sent_at is not None or row.lead_id not in (None, m.case.pk):
            return Label(
                f"本单在停电事件 {row.number} 之内，由该停电的抢修人员处理，不再另派。",
                f"It lies in the outage {row.number}, whose crew serves it: nobody else is sent.",
            )
    return None


def _link(outage: Outage, orders: Sequence[WorkOrder], now: datetime) -> None:
    """Bind orders to this outage alone, and tell each one's timeline once."""
    ids = [row.pk for row in orders]
    CaseLink.objects.filter(case__in=ids, kind=LINK).exclude(other_id=outage.pk).delete()
    led = Outage.objects.system(_WHY).filter(lead__in=ids).exclude(pk=outage.pk).order_by("pk")
    for pk in led.values_list("pk", flat=True):
        other = held(pk)
        if other is None or other.lead_id not in ids:
            continue
        if other.case.state in flows.DARK:
            pass_lead(other, now)  # those that stay behind keep a crew
        else:
            other.lead = None
            other.save(update_fields=("lead",))
    known = set(CaseLink.objects.filter(case__in=ids, kind=LINK).values_list("case_id", flat=True))
    for row in orders:
        if row.pk not in known:
            CaseLink.objects.create(case=row.case, other=outage.case, kind=LINK, at=now)
            telling.tell(row.case, "in_outage", HOUSE, now, {"outage": outage.number, "device": outage.place})


def _lead(outage: Outage, orders: Sequence[WorkOrder], now: datetime) -> int | None:
    """Return the order that keeps the crew: the present one, while it can and no other's crew is out before its own;
    else the first whose crew is out, else the oldest of ``orders``."""
    able = [row for row in orders if row.case.state in (*flows.JOINABLE, *OUT)]
    out = any(row.case.state in OUT for row in able)
    stays = KEEPS if out else (*KEEPS, *flows.JOINABLE)
    if outage.lead is not None and outage.lead.is_open and outage.lead.state in stays:
        return outage.lead_id
    able.sort(key=lambda row: (row.case.state not in OUT, row.pk))
    chosen = able[0] if able else None
    if chosen is not None:
        outage.lead = chosen.case
        outage.save(update_fields=("lead",))
        if chosen.case.state in OUT and outage.case.state in flows.FRESH:
            casework.perform_many([Request(outage.pk, "crew_went")], HOUSE, now, partial=True)
    return chosen.pk if chosen else None


def pass_lead(outage: Outage, now: datetime, *, alone: bool = False) -> None:
    """Give the crew to the next order: the present lead goes its own way (``alone``: its fault was the customer's own,
    and no sign of this outage)."""
    former = outage.lead_id
    outage.lead = None
    outage.save(update_fields=("lead",))
    if alone and former is not None:
        CaseLink.objects.filter(case_id=former, kind=LINK).delete()
        OutageReport.objects.system(_WHY).filter(order_id=former, outage=outage).update(outage=None, apart=Apart.SINGLE)
    _next_lead(outage, now)


def _next_lead(outage: Outage, now: datetime) -> None:
    """Let the oldest of those that wait keep the crew."""
    following = None if outage.crew_sent_at else waiting(outage).first()
    if following is None:
        return
    note = {"note": f"{outage.number} 改由本单派出抢修 / its crew goes out with this order now"}
    done = casework.perform_many([Request(following.pk, "leave_outage", note)], HOUSE, now, partial=True)
    if done[0].refusal is None:
        outage.lead = following.case
        outage.save(update_fields=("lead",))
        CaseLink.objects.get_or_create(case=following.case, other=outage.case, kind=LINK, defaults={"at": now})


def regather(outage: Outage, now: datetime) -> None:
    """Have all orders of an outage bound to it (again), in the worker."""
    ids = list(orders_of([outage.pk]).values_list("pk", flat=True))
    parts = [ids[at : at + MOST] for at in range(0, len(ids), MOST)]
    kind = {"kind": flows.KIND}
    say(Said("outage.gathered", f"case/{outage.pk}", now, outage.pk, kind | {"orders": part}) for part in parts)


# one act reaches all -------------------------------------------------------------------------------------------------


def answer(outage: Outage, still_dark: Sequence[str], now: datetime) -> int:
    """Answer some of the orders that wait, each of which goes to its own call-back; return how many.

    ``still_dark``: codes of devices below which nobody is answered, because nothing is restored there.
    """
    left = set(_below(still_dark, outage))
    lead = outage.lead
    if lead is not None and lead.is_open and lead.state in flows.JOINABLE and lead.pk not in left:
        join(outage, [lead.pk], now)  # no crew was needed for it: it is answered with the others
    rows = list(waiting(outage).exclude(pk__in=left)[:MOST])
    words = (
        outage.told
        if _told_at_end(outage)
        else RESTORED.format(place=areas.of_device(outage.device).zh or outage.place)
    )
    arrived = [Request(row.pk, "outage_attended") for row in rows if row.arrived_at is None]
    if arrived:
        casework.perform_many(arrived, HOUSE, now, partial=True)
    answers = [Request(row.pk, "answer_merged", {"answer": words, "result": "solved"}) for row in rows]
    done = casework.perform_many(answers, HOUSE, now, partial=True) if answers else []
    return sum(outcome.refusal is None for outcome in done)


def _told_at_end(outage: Outage) -> bool:
    """Say whether the last words to everybody were those of the restoration, and not of an estimate before."""
    return bool(outage.told) and outage.told_at is not None and outage.told_at >= outage.case.state_since


def _below(codes: Sequence[str], outage: Outage) -> list[int]:
    """Return the orders of an outage that lie below devices."""
    if not codes:
        return []
    devices = GridDevice.objects.system(_WHY)
    ranges = list(devices.filter(code__in=list(codes)).values_list("lft", "rgt"))
    told = OutageReport.objects.system(_WHY).filter(outage_id=outage.pk, order__isnull=False).exclude(device="")
    places = list(told.values_list("order_id", "device"))
    lft = dict(devices.filter(code__in={code for _pk, code in places}).values_list("code", "lft"))
    return [pk for pk, code in places if code in lft and any(a <= lft[code] < b for a, b in ranges)]


def let_go(outage: Outage, now: datetime) -> int:
    """Let some of the orders that wait beside an outage that is none go on by themselves; return how many."""
    note = {"note": f"{outage.number} 已撤销，工单继续办理 / withdrawn, the order goes on"}
    requests = [Request(row.pk, "leave_outage", note) for row in waiting(outage)[:MOST]]
    done = casework.perform_many(requests, HOUSE, now, partial=True) if requests else []
    return sum(outcome.refusal is None for outcome in done)


def attended(outage: Outage, now: datetime) -> int:
    """Note for some of the orders that wait that the crew is on site; return how many."""
    rows = waiting(outage).filter(arrived_at=None)[:MOST]
    done = casework.perform_many([Request(row.pk, "outage_attended") for row in rows], HOUSE, now, partial=True)
    return sum(outcome.refusal is None for outcome in done)


def tell(outage: Outage, after: int, now: datetime) -> int:
    """Tell the timelines of some of the open orders of an outage what its customers are told; return the last one's
    id, 0 when all were told."""
    rows = list(orders_of([outage.pk]).filter(pk__gt=after, case__is_open=True)[:MOST])
    for row in rows:
        telling.tell(row.case, "outage_told", HOUSE, now, {"outage": outage.number}, {"text": outage.told})
    return rows[-1].pk if len(rows) == MOST else 0


def left(case: Case, order: WorkOrder, data: Any, actor: Actor, now: datetime) -> None:
    """Unbind an order from its outage; taken out by a person, its report is no evidence of it any more."""
    CaseLink.objects.filter(case=case, kind=LINK).delete()
    if actor.rights is not None:
        told = OutageReport.objects.system(_WHY).filter(order_id=case.pk, outage__isnull=False)
        told.update(outage=None, apart=Apart.SINGLE)
