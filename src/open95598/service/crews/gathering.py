"""What is to be assigned: outages and faults without a crew, and crews with what they have in hand.

The reader's rights say which outages and orders there are; who is important below them is counted for all alike, so
that two dispatchers get the same plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from open95598.casework.models import Case
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.crew_rows import CrewRules
from open95598.registry.customers.models import AccountParty
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.models import GridDevice, GridPoint
from open95598.service.crews.models import Crew
from open95598.service.crews.services import UNDISPATCHED
from open95598.service.crews.values import Job, Place
from open95598.service.outages import flows as outages
from open95598.service.outages import queries as dark
from open95598.service.outages.models import Outage, OutageReport
from open95598.service.workorders import directory
from open95598.service.workorders import queries as orders
from open95598.service.workorders.models import WorkOrder

#: so much is planned at once; what is more waits for the next look
MOST = 400
WITHOUT = (*UNDISPATCHED, "dispatched", "accepted")
#: from being sent to a crew until the work is done
IN_HAND = ("dispatched", "accepted", "crew_dispatched", "arrived", "diagnosed")
ON_WAY, ON_SITE = ("crew_dispatched", "crew_sent"), ("arrived", "diagnosed")
_WHY = "crews are planned alike for all who may send them"
_UP = ("", "parent__", "parent__parent__", "parent__parent__parent__")


@dataclass
class Work:
    """An outage or a fault, with what an assignment must know of it."""

    case: Case
    outage: Outage | None = None
    order: WorkOrder | None = None
    place: Place | None = None
    limit: datetime | None = None
    lasts: int = 60
    needs: tuple[str, ...] = ()
    area: tuple[int, ...] = ()
    since: datetime | None = None
    customers: int = 1
    important: int = 0
    protected: int = 0
    times: int = 1

    @property
    def owner_id(self) -> int | None:
        """Who has it: the owner of the order by which a crew would go there."""
        return self.order.case.owner_id if self.order is not None else None

    @property
    def number(self) -> str:
        """What people call it."""
        return self.outage.number if self.outage is not None else self.order.number if self.order is not None else ""

    def job(self, rules: CrewRules, now: datetime) -> Job:
        """Return it as the assignment wants it, in minutes from ``now``."""

        def minutes(at: datetime) -> float:
            return round((at - now).total_seconds() / 60, 1)

        hours = self.customers + rules.important * self.important + rules.protected * self.protected
        return Job(
            str(self.case.pk), self.place, minutes(self.since or self.case.opened_at),
            None if self.limit is None else minutes(self.limit), float(hours * self.times), float(self.times),
            float(self.lasts), frozenset(self.needs), self.area,
        )  # fmt: skip


@dataclass
class Gathered:
    """What there is: work without a crew, and what is in whose hands (by person). ``skipped``: how many more there are,
    or must be dispatched by somebody who finds out where they are."""

    waiting: list[Work] = field(default_factory=list)
    in_hand: dict[int, list[Work]] = field(default_factory=dict)
    skipped: int = 0


def gather(rights: Rights, unit_id: int, crews: Sequence[Crew], now: datetime) -> Gathered:
    """Return the work of a unit and of those below it that the reader may see. A constant number of queries."""
    members = {p.pk for crew in crews for p in crew.members.all()}
    others = set(Person.objects.filter(crews__closed_at=None).values_list("pk", flat=True))
    seen = dark.outages(rights).filter(case__scope__contains=[unit_id], is_open=True)
    incidents = list(seen.filter(case__state__in=outages.DARK).order_by("-original_customers_served", "pk"))
    leads = {row.lead_id: row for row in incidents if row.lead_id is not None}
    rows: QuerySet[WorkOrder] = WorkOrder.objects.restrict(rights, Permission.CASE_VIEW)
    faults = rows.filter(case__kind="fault", case__is_open=True).select_related("case", "case__unit", "account")
    here = list(faults.filter(case__scope__contains=[unit_id], case__state__in=WITHOUT).order_by("pk")[: MOST * 2])
    busy = list(faults.filter(case__owner__in=members, case__state__in=IN_HAND).order_by("pk")) if members else []
    known = {row.pk: row for row in (*here, *busy)}
    found = Gathered()
    single = [row for row in known.values() if row.pk not in leads]
    sites, minded = places_of_orders(list(known)), _minded_accounts(single)
    clocks = orders.running_clocks([*known, *leads])
    for row in single:
        work = _of_order(row, sites, minded, clocks, now)
        if row.case.owner_id in members and row.case.state in IN_HAND:
            found.in_hand.setdefault(row.case.owner_id or 0, []).append(work)
        elif row.case.state in WITHOUT and (row.case.owner_id is None or row.case.owner_id not in others):
            if row.case.state in UNDISPATCHED and work.place is None and row.account is None:
                found.skipped += 1
            else:
                found.waiting.append(work)
    below = _minded_devices([row.device for row in incidents])
    spots = places_of_devices([row.device for row in incidents])
    for incident in incidents:
        lead = known.get(incident.lead_id or 0)
        work = _of_outage(incident, lead, spots, below, clocks, now)
        taken = lead is not None and lead.case.owner_id in others
        owner = lead.case.owner_id if lead is not None and taken else incident.case.owner_id
        sent = taken or incident.case.state == "crew_sent"
        if owner in members and sent:
            found.in_hand.setdefault(owner or 0, []).append(work)
        elif not sent:
            found.waiting.append(work)
    found.waiting.sort(key=lambda one: (one.limit is None, one.limit or now, one.case.pk))
    found.skipped += max(0, len(found.waiting) - MOST)
    found.waiting = found.waiting[:MOST]
    return found


def _of_order(
    row: WorkOrder, sites: Mapping[int, Place], minded: Mapping[int, tuple[int, int]],
    clocks: Mapping[int, Any], now: datetime,
) -> Work:  # fmt: skip
    case = row.case
    area = tuple(case.scope)
    if case.state in UNDISPATCHED and row.account is not None:
        area = _lineage(row.account.unit_id) or area
    rules = store.get(case.rulebook_version)
    kind = rules.crews.of_category(row.category)
    important, protected = minded.get(row.account_id or 0, (0, 0))
    return Work(
        case, order=row, place=sites.get(row.pk), limit=_limit(case, row, area, clocks, now), lasts=kind.lasts,
        needs=kind.skills, area=area, since=row.received_at, important=important, protected=protected,
        times=rules.crews.times(row.priority),
    )  # fmt: skip


def _of_outage(
    row: Outage, lead: WorkOrder | None, spots: Mapping[str, Place], below: Mapping[str, tuple[int, int]],
    clocks: Mapping[int, Any], now: datetime,
) -> Work:  # fmt: skip
    rules = store.get(row.case.rulebook_version)
    kind = rules.crews.of_device(DeviceKind(row.device_kind).name.lower())
    important, protected = below.get(row.device, (0, 0))
    area = tuple(row.case.unit.lineage)
    if lead is not None:
        limit = _limit(lead.case, lead, area, clocks, now)
    else:
        allowed = rules.limit("arrive", kind="fault", area=row.case.unit.area_type)
        limit = row.actual_start + timedelta(minutes=allowed.minutes) if allowed is not None else None
    return Work(
        row.case, outage=row, order=lead, place=spots.get(row.device), limit=limit, lasts=kind.lasts, needs=kind.skills,
        area=area, since=row.actual_start, customers=max(1, row.original_customers_served), important=important,
        protected=protected, times=1,
    )  # fmt: skip


def _limit(
    case: Case, row: WorkOrder, area: Sequence[int], clocks: Mapping[int, Any], now: datetime
) -> datetime | None:
    """Return when somebody must have arrived: the clock's end, or what it will be when it is dispatched now."""
    running = next((clock for clock in clocks.get(case.pk, ()) if clock.name == "arrive"), None)
    if running is not None:
        due: datetime = running.due_at
        return due
    if case.state not in UNDISPATCHED:
        return None
    kind = next((unit.area for unit in directory.units() if area and unit.id == area[-1]), case.unit.area_type)
    allowed = store.get(case.rulebook_version).limit(
        "arrive", kind=case.kind, category=row.category, area=kind, priority=row.priority
    )
    return now + timedelta(minutes=allowed.minutes) if allowed is not None else None


def _lineage(unit_id: int | None) -> tuple[int, ...]:
    return next((tuple(unit.lineage) for unit in directory.units() if unit.id == unit_id), ())


# where ---------------------------------------------------------------------------------------------------------------


def places_of_orders(order_ids: Collection[int]) -> dict[int, Place]:
    """Return where orders are, by the device of their report or of their account's supply point. Three queries."""
    told = OutageReport.objects.system(_WHY).filter(order__in=order_ids).exclude(device="").order_by("pk")
    device = dict(told.values_list("order_id", "device"))
    rest = WorkOrder.objects.system(_WHY).filter(pk__in=set(order_ids) - set(device), account__isnull=False)
    accounts = dict(rest.values_list("pk", "account_id"))
    points = GridPoint.objects.system(_WHY).filter(usage_point__account__in=set(accounts.values()))
    of = dict(points.order_by("-pk").values_list("usage_point__account_id", "device__code"))
    device |= {pk: of[account] for pk, account in accounts.items() if account in of}
    spots = places_of_devices(set(device.values()))
    return {pk: spots[code] for pk, code in device.items() if code in spots}


def places_of_devices(codes: Iterable[str]) -> dict[str, Place]:
    """Return where devices are; one without coordinates is where the next above it is. One query."""
    columns = [f"{up}{axis}" for up in _UP for axis in ("x", "y")]
    found: dict[str, Place] = {}
    rows: Any = GridDevice.objects.system(_WHY).filter(code__in=set(codes)).values_list("code", *columns)
    for code, *values in rows:
        pairs = zip(values[::2], values[1::2], strict=True)
        place = next(((x, y) for x, y in pairs if x is not None and y is not None), None)
        if place is not None:
            found[code] = place
    return found


# who -----------------------------------------------------------------------------------------------------------------


def _minded_accounts(rows: Iterable[WorkOrder]) -> dict[int, tuple[int, int]]:
    """Return which accounts are an important user's, and one's on life support. One query."""
    wanted = {row.account_id for row in rows if row.account_id is not None}
    parties: Any = AccountParty.objects.system(_WHY).filter(account__in=wanted, valid_to=None)
    parties = parties.filter(~Q(customer__importance="") | Q(customer__protected=True))
    found: dict[int, tuple[int, int]] = {}
    for account, importance, protected in parties.values_list(
        "account_id", "customer__importance", "customer__protected"
    ):
        before = found.get(account, (0, 0))
        found[account] = (max(before[0], int(bool(importance))), max(before[1], int(protected)))
    return found


def _minded_devices(codes: Collection[str]) -> dict[str, tuple[int, int]]:
    """Return how many important users, and how many on life support, hang below devices. Two queries."""
    if not codes:
        return {}
    spans = list(GridDevice.objects.system(_WHY).filter(code__in=codes).values_list("code", "lft", "rgt"))
    below = Q(pk__in=[])
    for _code, lft, rgt in spans:
        if not any(a < lft < b for _other, a, b in spans):
            below |= Q(device__lft__gte=lft, device__lft__lt=rgt)
    party = "usage_point__account__parties"
    points: Any = GridPoint.objects.system(_WHY).filter(below, **{f"{party}__valid_to": None})
    points = points.filter(~Q(**{f"{party}__customer__importance": ""}) | Q(**{f"{party}__customer__protected": True}))
    counted = points.values_list("device__lft").annotate(
        important=Count(f"{party}__customer", distinct=True, filter=~Q(**{f"{party}__customer__importance": ""})),
        protected=Count(f"{party}__customer", distinct=True, filter=Q(**{f"{party}__customer__protected": True})),
    )
    rows = list(counted.order_by())
    return {
        code: (sum(n for at, n, _p in rows if lft <= at < rgt), sum(p for at, _n, p in rows if lft <= at < rgt))
        for code, lft, rgt in spans
    }
