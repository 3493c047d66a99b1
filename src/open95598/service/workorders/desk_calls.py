"""What is done at the call-back desk: who is calling whom, what a call brought, how the day stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.foundation.errors import Impossible
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.service.workorders.models import CallingNow, CallMade, WorkOrder
from open95598.service.workorders.steps import calling_back

#: how long a number that was shown is kept for whoever saw it
HOLD = timedelta(minutes=15)
_TAKE = """
INSERT INTO workorders_callingnow (case_id, person_id, since, until) VALUES (%(case)s, %(person)s, %(now)s, %(until)s)
ON CONFLICT (case_id) DO UPDATE SET person_id = %(person)s, since = %(now)s, until = %(until)s
WHERE workorders_callingnow.until <= %(now)s OR workorders_callingnow.person_id = %(person)s
"""


def take(order: WorkOrder, actor: Actor, now: datetime) -> None:
    """Note that the actor is calling this customer. Raises ``Impossible`` when somebody else is."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"case": order.case_id, "person": actor.person_id, "now": now, "until": now + HOLD})
        if cursor.rowcount:
            return
    held = CallingNow.objects.select_related("person").get(pk=order.case_id)
    raise Impossible(
        _("%(person)s is calling this customer since %(time)s.")
        % {"person": held.person.name, "time": f"{timezone.localtime(held.since):%H:%M}"}
    )


@dataclass(frozen=True)
class Heard:
    """What was heard in a call about one order; ``version``: of the case as the clerk saw it."""

    case_id: int
    data: dict[str, Any]
    version: int | None = None


def record(heard: Sequence[Heard], actor: Actor, now: datetime, *, archive: bool) -> list[str]:
    """Record what one call brought, about one order or several of the same customer, all or none; archive with it those
    whose customer is content, when ``archive`` is wanted; let go of the customer.

    The outcome ``later`` is a promise (``call_at``, ``call_language``). Return the states that the orders are in now.
    Raises what ``perform_many`` raises.
    """
    requests = []
    for one in heard:
        outcome = one.data.get("outcome")
        if outcome == calling_back.LATER[0]:
            given = {n: one.data[n] for n in ("call_at", "call_language", "note") if one.data.get(n)}
            requests.append(casework.Request(one.case_id, "promise_call", given, one.version))
            continue
        given = {n: one.data[n] for n in ("outcome", "satisfaction", "note") if one.data.get(n)}
        if outcome in calling_back.DISSATISFIED and one.data.get("reason"):
            given["reason"] = one.data["reason"]
        if outcome == "unreached" and one.data.get("result"):
            given["result"] = one.data["result"]
        requests.append(casework.Request(one.case_id, "call_back", given, one.version))
        if archive and outcome in ("satisfied", "explained", "refused"):
            requests.append(casework.Request(one.case_id, "archive"))
    done = {o.case_id: o.case for o in casework.perform_many(requests, actor, now)}
    CallingNow.objects.filter(pk__in=list(done)).delete()
    return [case.state if (case := done[one.case_id]) is not None else "" for one in heard]


@dataclass(frozen=True)
class Today:
    """The desk's day so far: of all whom this person's desk calls, and their own."""

    calls: int
    reached: int
    rated: int
    content: int
    by_link: int
    mine: int
    promises: int
    promises_late: int

    @property
    def share(self) -> int | None:
        """Share of the rated who are content, in per cent; None without any."""
        return round(100 * self.content / self.rated) if self.rated else None


def today(rights: Rights, now: datetime) -> Today:
    """Count the desk's day (the utility's): two queries."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    content = store.current(now).callback.content
    calls, link = Q(way="phone"), Q(way="link")
    rated = ~Q(satisfaction__in=("", "no_rating"))
    rows = CallMade.objects.restrict(rights, Permission.CASE_CALL_BACK).filter(at__gte=start)
    counts = rows.aggregate(
        calls=Count("pk", filter=calls),
        reached=Count("pk", filter=calls & ~Q(outcome="unreached")),
        rated=Count("pk", filter=rated),
        content=Count("pk", filter=Q(satisfaction__in=content)),
        by_link=Count("pk", filter=link),
        mine=Count("pk", filter=calls & Q(person_id=rights.person_id)),
    )
    orders = WorkOrder.objects.restrict(rights, Permission.CASE_CALL_BACK).filter(
        case__clocks__name="promised_call", case__clocks__stopped_at__gte=start
    )
    late = Q(case__clocks__stopped_at__gt=F("case__clocks__due_at"))
    kept = orders.aggregate(promises=Count("pk"), promises_late=Count("pk", filter=late))
    return Today(**counts, **kept)


def archive(case_ids: Sequence[int], actor: Actor, now: datetime) -> tuple[int, list[str]]:
    """Archive orders whose call-back is done (or not needed); return how many were, and the reasons of the others."""
    requests = [casework.Request(pk, "archive") for pk in dict.fromkeys(case_ids)]
    outcomes = casework.perform_many(requests, actor, now, partial=True)
    refused = [str(o.refusal.detail) for o in outcomes if o.refusal is not None]
    return len(outcomes) - len(refused), refused
