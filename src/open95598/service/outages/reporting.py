"""Taking reports that it is dark somewhere, or light: from orders, other channels, meters and switches.

A report is kept as it was said, once for its key, whoever tells it and however often. What cannot be evidence (a
place that the grid does not know, a time that cannot be true, a caller whose reports were found wrong again and again)
is kept apart with the reason; the engine judges the rest (docs/decisions/outage-inference.md).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation import phones
from open95598.foundation.errors import Forbidden, Invalid
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.outage_rows import OutageRules
from open95598.registry.customers import facts
from open95598.registry.customers.kinds import SupplyState
from open95598.registry.customers.models import Meter
from open95598.registry.grid import placing, renumbering
from open95598.registry.grid.models import GridPoint
from open95598.service.outages.kinds import Apart
from open95598.service.outages.models import OutageReport
from open95598.service.workorders.models import WorkOrder

HOUSE = Actor.house("outages")
#: reports that are taken at once
MOST = 1000
#: where an order came from → what source its report is of; any other channel is the hotline's
SOURCES = {"web": "web", "app": "web", "wechat": "chat"}
STILL_OUT, ORDER = "still_out", "order"
#: what rooms above know of planned outages: codes of devices, when → those of them that are dark by plan then
planned: list[Callable[[Collection[str], datetime], Collection[str]]] = []
#: what sources say that a planned outage explains
_DARK = ("dark", "open")
_WHY = "where a report is from"


@dataclass(frozen=True)
class Told:
    """What is told. ``key``: whose report it is, once for ever; ``at``: when it was so (aware). The place is a device
    (its code), a point of the grid (its code), a meter (its number) or an account (id); the first that is given
    counts. ``caller``: a phone number, of which only a keyed digest is kept."""

    key: str
    source: str
    at: datetime
    device: str = ""
    point: str = ""
    meter: str = ""
    account_id: int | None = None
    caller: str = ""
    order_id: int | None = None


@dataclass(frozen=True)
class Place:
    """A place in the grid: the code of the device, its unit with everything above it, and the point (id)."""

    device: str
    unit_id: int
    lineage: Sequence[int]
    point: int | None = None


def take(told: Sequence[Told], actor: Actor, now: datetime) -> list[OutageReport]:
    """Keep reports; return their rows in the order given. One that is known already is returned as it is.

    Raises ``Forbidden`` without the right to report at the place's unit (at any, where the place is not known),
    ``Invalid`` for a source that the rules do not know, or for more than ``MOST``. Five statements for all.
    """
    rules = store.current(now).outages
    _check(told, rules)
    places = _places(told)
    _must(told, places, actor)
    callers = {one.key: caller_of(one.caller) for one in told}
    doubted = _doubted(set(callers.values()) - {""}, rules, now)
    codes = {place.device for place in places.values()}
    by_plan = {code for ask in planned for code in ask(codes, now)} if codes else set()
    rows = [
        OutageReport(
            key=one.key,
            source=one.source,
            at=one.at,
            received_at=now,
            said=one.device or one.point or one.meter,
            device=place.device if place else "",
            point=place.point if place else None,
            unit_id=place.unit_id if place else None,
            caller=callers[one.key],
            order_id=one.order_id,
            apart=_apart(one, place, rules, now, doubted=callers[one.key] in doubted, by_plan=by_plan),
            by_id=actor.person_id,
        )
        for one in told
        for place in (places.get(one.key),)
    ]
    OutageReport.objects.bulk_create(rows, ignore_conflicts=True)
    known = {row.key: row for row in OutageReport.objects.system("just told").filter(key__in=[o.key for o in told])}
    return [known[one.key] for one in told]


def caller_of(phone: str) -> str:
    """Return what is kept of who told: a keyed digest, so that the same number is known again and none can be read."""
    try:
        number = phones.national(phones.plain(phone))
    except ValueError:
        return ""
    key = f"outage caller {settings.SECRET_KEY}".encode()
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()


def _check(told: Sequence[Told], rules: OutageRules) -> None:
    sources = {one.code for one in rules.sources}
    bad = {}
    if len(told) > MOST:
        bad["reports"] = _("At most %(most)s at once.") % {"most": MOST}
    if unknown := next((one.source for one in told if one.source not in sources), None):
        names = {"name": unknown[:40], "names": ", ".join(sorted(sources))}
        bad["source"] = _("There is no source %(name)s. There are: %(names)s.") % names
    if bad:
        raise Invalid(_("Some fields need your attention."), fields=bad)


def _must(told: Sequence[Told], places: Mapping[str, Place], actor: Actor) -> None:
    if actor.rights is None:
        return
    right = Permission.OUTAGE_REPORT
    found = (places.get(one.key) for one in told)
    if not actor.rights.anywhere(right) or any(p and not actor.rights.at(right, p.lineage) for p in found):
        raise Forbidden(_("You have no right to report outages there."), permission=right.value)


def _apart(
    one: Told, place: Place | None, rules: OutageRules, now: datetime, *, doubted: bool, by_plan: Collection[str]
) -> str:
    """Return why a report is no evidence, before the engine has seen it; "" when it may be."""
    if place is None:
        return Apart.UNKNOWN_PLACE
    if not now - timedelta(minutes=rules.behind) <= one.at <= now + timedelta(minutes=rules.ahead):
        return Apart.IMPOSSIBLE_TIME
    if place.device in by_plan and any(one.source == known.code and known.says in _DARK for known in rules.sources):
        return Apart.PLANNED
    return Apart.DOUBTED if doubted else Apart.NONE


def _doubted(callers: Collection[str], rules: OutageRules, now: datetime) -> set[str]:
    """Return those of the callers whose reports were found wrong too often within a year."""
    if not callers:
        return set()
    rows: Any = OutageReport.objects.system("whose reports were wrong").filter(
        caller__in=callers, found_wrong=True, at__gte=now - timedelta(days=365)
    )
    counts = rows.order_by().values_list("caller").annotate(times=Count("outage", distinct=True))
    return {caller for caller, times in counts if times >= rules.doubt_after}


def _places(told: Sequence[Told]) -> dict[str, Place]:
    """Return where the reports are from, by their keys; those of unknown places are left out."""
    by_device = _devices({one.device for one in told if one.device})
    points: dict[tuple[str, Any], GridPoint] = {}
    rows = GridPoint.objects.system(_WHY).select_related("device__unit")
    if codes := {one.point for one in told if one.point and not one.device}:
        points |= {("point", row.code): row for row in rows.filter(code__in=codes)}
    if numbers := {one.meter for one in told if one.meter and not (one.device or one.point)}:
        meters: Any = Meter.objects.system(_WHY).filter(number__in=numbers, removed_on=None)
        on = dict(meters.order_by("pk").values_list("number", "point_id"))
        hanging = {row.usage_point_id: row for row in rows.filter(usage_point__in=on.values())}
        points |= {("meter", number): hanging[pk] for number, pk in on.items() if pk in hanging}
    if accounts := {one.account_id for one in told if one.account_id and not (one.device or one.point or one.meter)}:
        held = rows.filter(usage_point__account__in=accounts).select_related("usage_point").order_by("-pk")
        points |= {("account", row.usage_point.account_id): row for row in held}
    found: dict[str, Place] = {}
    for one in told:
        if one.device:
            place = by_device.get(one.device)
        else:
            wanted = ("point", one.point) if one.point else ("meter", one.meter) if one.meter else None
            row = points.get(wanted or ("account", one.account_id))
            place = Place(row.device.code, row.device.unit_id, row.device.unit.lineage, row.pk) if row else None
        if place is not None:
            found[one.key] = place
    return found


def _devices(codes: Iterable[str]) -> dict[str, Place]:
    found = renumbering.by_code(codes, _WHY)
    return {code: Place(row.code, row.unit_id, row.unit.lineage) for code, row in found.items()}


# from orders ---------------------------------------------------------------------------------------------------------


def of_order(order: WorkOrder, now: datetime) -> OutageReport | None:
    """Keep the report that a fault is; None for a fault that says nothing of the dark (a damaged meter box)."""
    book = store.get(order.case.rulebook_version)
    if not set(book.lineage(order.category)) & set(book.outages.categories):
        return None
    return _of(order, f"order/{order.pk}", source_of(order, book.outages, now), order.received_at, now)


def still_out(order: WorkOrder, now: datetime) -> OutageReport | None:
    """Keep that a customer who was called back, or who calls again, is still dark; None when there was no report.

    Where an outage was restored over them it is an outage of its own from now on; else it is one more report.
    """
    before = OutageReport.objects.system("what was told before").filter(order_id=order.pk, key=f"order/{order.pk}")
    told = before.select_related("outage").first()
    if told is None:
        return None
    restored = told.outage is not None and told.outage.actual_end is not None
    key = f"order/{order.pk}/again/{order.reopenings}"
    return _of(order, key, STILL_OUT if restored else ORDER, now, now)


def source_of(order: WorkOrder, rules: OutageRules, now: datetime) -> str:
    """Return what an order says of its place: by the triage's answers, the state of the account, its channel."""
    given = {(a["question"], a.get("answer")) for a in (order.triage or {}).get("answers", ())}
    for said in rules.triage:
        if (said.question, said.answer) in given:
            return said.source
    if order.account_id is not None and order.account is not None:
        known = facts.of_one(order.account, None, now)
        if known.known and known.supply in (SupplyState.STOPPED, SupplyState.PAUSED):
            return "arrears"
    return SOURCES.get(order.channel, ORDER)


def _of(order: WorkOrder, key: str, source: str, at: datetime, now: datetime) -> OutageReport:
    """Keep what an order says: at its account, else where its address and its caller's number lead to."""
    caller = "" if order.sealed or order.confidential else order.contact_phone
    on_grid = GridPoint.objects.system(_WHY).filter(usage_point__account=order.account_id)
    spot = None
    if order.account_id is None or not on_grid.exists():
        spot = placing.spot(placing.meant(order.address, caller))
    device, point = ("", spot.point) if spot and spot.point else (spot.device if spot else "", "")
    told = Told(
        key, source, at, device=device, point=point, account_id=order.account_id, caller=caller, order_id=order.pk
    )
    return take([told], HOUSE, now)[0]
