"""The year that is told: which orders came in when, in the proportions of H3. Pure; the same seed, the same year."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from itertools import cycle
from typing import Any

from open95598.foundation.calendars.arithmetic import WorkCalendar
from open95598.project.demo import customers, utility
from open95598.project.demo.behaviour import Life
from open95598.service.portal.pages import topics
from open95598.service.workorders.redaction import Identity, proposed

#: H3: 2,563 orders of a year; the 58 "others" are suggestions and praise
PROPORTIONS = {
    "fault": 2176, "opinion": 117, "service_request": 117, "complaint": 66, "suggestion": 33, "praise": 25,
    "consultation": 24, "report": 5,
}  # fmt: skip
MONTHS = (1.15, 0.9, 0.7, 0.75, 0.95, 1.35, 1.95, 2.05, 1.2, 0.7, 0.75, 1.0)
HOURS = (5, 3, 2, 2, 2, 4, 8, 14, 18, 17, 15, 14, 14, 12, 13, 14, 15, 17, 21, 25, 24, 20, 14, 9)
STORMS = 9
#: of the faults outside the last days, so many come with a storm
WITH_STORM = 0.2
#: the present: of the year's orders of a kind so many came in lately, within so many hours
LATELY = {
    "fault": (21, 30), "opinion": (10, 170), "service_request": (10, 110), "complaint": (12, 120),
    "suggestion": (3, 190), "praise": (1, 30), "consultation": (1, 20), "report": (2, 150),
}  # fmt: skip
#: in the last weeks people call so many times as often as in the year before, as where one county after the other was
#: connected: so the work that waits now is not much more than on any of these days. Over ``RAMP`` it came to that
GROWTH, FULL, RAMP = 8.0, timedelta(weeks=8), timedelta(weeks=4)


@dataclass(frozen=True)
class Waiting:
    """An order that the present finds in the middle of its way: its state, how long ago it came in.

    ``hours``: round the clock for a fault; of any other order whole days are days on which offices work.
    ``county`` (code): where, else the counties take turns. ``turns``: what its life takes beside what leads there.
    """

    state: str
    hours: float
    county: str = ""
    turns: tuple[str, ...] = ()


#: the county of the accounts that are easy to remember (``crew``, ``handler``, ``manager``) and one beside it
HOME, BESIDE = "LL-XH", "LL-WJ"
_W = Waiting
#: the turns without which an order does not come into a state
LEADS_TO: Mapping[str, tuple[str, ...]] = {
    "returned": ("returned",), "disputed": ("disputed",), "suspension_asked": ("suspended",),
    "suspended": ("suspended",), "termination_asked": ("terminated",), "terminating": ("terminated",),
    "inquired": ("terminated",), "told": ("terminated",),
}  # fmt: skip
#: kind → of its orders so many are about a matter for which somebody called so many minutes before
TWINS: Mapping[str, tuple[float, tuple[float, float]]] = {
    "fault": (0.015, (3, 30)), "complaint": (0.03, (30, 500)), "opinion": (0.02, (30, 500)),
}  # fmt: skip
#: a customer who calls again after so long (kind; "": any other) calls about something that came back
COMES_BACK = {"fault": timedelta(days=6), "": timedelta(days=15)}
#: states in which an order at a desk is in somebody's hands
IN_HAND = ("accepted", "processing", "evaluated", "suspended", "suspension_asked")
#: so that whoever signs in finds work: kind → its orders under way. Without a county: each county in turn has one for
#: its crew, and all but ``HOME``, which has more, one in a handler's hands
WAITING = {
    "fault": (
        # in every county the crew has something
        _W("created", 0.05), _W("dispatched", 0.25), _W("accepted", 0.5), _W("crew_dispatched", 1.6),
        _W("arrived", 2.0), _W("diagnosed", 5.5), _W("suspended", 11.0), _W("suspended", 21.0), _W("restored", 3.8),
        _W("dispatched", 0.04, HOME), _W("crew_dispatched", 0.5, HOME), _W("diagnosed", 2.2, HOME),
        _W("suspension_asked", 1.9, HOME), _W("diagnosed", 3.4, HOME, ("escalated",)),
        _W("returned", 0.4), _W("disputed", 0.3), _W("termination_asked", 9.0), _W("reviewed", 20.0),
        _W("reviewed", 22.0),
    ),
    "complaint": (
        _W("accepted", 30.0), _W("replied", 100.0, HOME), _W("processing", 190.0), _W("suspended", 80.0),
        _W("dispatched", 0.6, HOME), _W("processing", 60.0, BESIDE, ("joint",)), _W("accepted", 20.0, HOME),
        _W("replied", 90.0), _W("reviewed", 95.0), _W("processing", 70.0, HOME, ("extended",)),
        _W("disputed", 5.0), _W("terminating", 100.0, HOME),
    ),
    "report": (_W("created", 0.4), _W("investigating", 150.0)),
    "opinion": (
        _W("evaluated", 120.0, HOME, ("joint",)), _W("evaluated", 130.0), _W("evaluated", 190.0), _W("replied", 160.0),
        _W("reviewed", 150.0), _W("dispatched", 1.0), _W("returned", 3.0),
        _W("evaluated", 130.0, HOME, ("coordinated",)), _W("evaluated", 330.0),
    ),
    "service_request": (
        _W("accepted", 5.0), _W("processing", 200.0), _W("suspension_asked", 40.0), _W("replied", 70.0),
        _W("processing", 50.0, HOME), _W("dispatched", 0.8),
        _W("processing", 60.0, BESIDE, ("escalated", "urged")),
    ),
    "suggestion": (_W("evaluated", 100.0), _W("replied", 140.0)),
    "praise": (_W("forwarded", 5.0),),
}  # fmt: skip


@dataclass(frozen=True)
class Order:
    """An order of the told year. ``stays_in``: the state in which the present finds it, whatever its life had been."""

    index: int
    at: datetime
    facts: Mapping[str, Any]
    #: the county (code) whose customers it concerns
    county: str
    place: str
    forced: Mapping[str, Any] = field(default_factory=dict)
    stays_in: str = ""
    at_once: bool = False
    #: index of the order about the same matter that came in just before, and of the last one of the same customer
    twin: int | None = None
    earlier: int | None = None

    def life(self, seed: int) -> Life:
        """Return what becomes of it."""
        return Life(f"{seed}/{self.index}", self.facts["kind"], self.forced)

    @property
    def source(self) -> str:
        """The system by which it came in: the customer's page for what came over the web."""
        return "portal" if self.facts["channel"] == "web" and self.facts["kind"] in topics.KINDS else ""


@dataclass(frozen=True, eq=False)
class _Draft:
    """An order of the year before it is known who called. ``city``: over which the storm was that brought it."""

    at: datetime
    kind: str
    city: str = ""
    county: str = ""
    waiting: Waiting | None = None
    #: somebody called about this matter before
    first: _Draft | None = None


@dataclass(frozen=True)
class Weather:
    """A storm over a city."""

    city: str
    start: datetime
    hours: float


def shares(count: int) -> dict[str, int]:
    """Return how many orders of each kind there are among ``count``: exactly H3 for 2,563, else as near as can be."""
    whole = sum(PROPORTIONS.values())
    exact = {kind: count * share / whole for kind, share in PROPORTIONS.items()}
    found = {kind: int(number) for kind, number in exact.items()}
    rest = sorted(exact, key=lambda kind: exact[kind] - found[kind], reverse=True)
    for kind in rest[: count - sum(found.values())]:
        found[kind] += 1
    return found


def year(seed: int, count: int, until: datetime, span: timedelta, zone: tzinfo, calendar: WorkCalendar) -> list[Order]:
    """Return the orders of the span that ends ``until``, in the order of their time; ``calendar``: the offices'."""
    dice = random.Random(f"{seed}/year")  # noqa: S311
    storms = _storms(dice, until, span, zone)
    scale = count / sum(PROPORTIONS.values())
    codes = [county.code for _city, county in utility.counties()]
    turns, at_desk = cycle(codes), cycle(code for code in codes if code != HOME)
    drafts: list[_Draft] = []
    for kind, number in shares(count).items():
        lately, hours = LATELY[kind]
        came = {w: _came(w, kind, until, zone, calendar) for w in WAITING.get(kind, ())[:number]}
        waiting = [w for w, at in came.items() if at > until - span]
        recent = min(max(round(lately * scale), len(waiting)), number)
        for w in waiting:
            county = w.county or next(at_desk if kind != "fault" and w.state in IN_HAND else turns)
            drafts.append(_Draft(came[w], kind, county=county, waiting=w))
        for _ in range(recent - len(waiting)):
            age = min(hours, span / timedelta(hours=2)) * dice.random() ** (1.15 if kind == "fault" else 1.0)
            drafts.append(_Draft(until - timedelta(hours=max(age, 0.02)), kind))
        for _ in range(number - recent):
            at, city = _moment(kind, dice, until, span, zone, storms)
            drafts.append(_Draft(at, kind, city))
    drafts = sorted(_paired(drafts, dice, until), key=lambda draft: draft.at)
    night = dice.choice(utility.CITIES).code
    orders: dict[_Draft, Order] = {}
    for index, draft in enumerate(drafts):
        at_night = night if until - draft.at < timedelta(hours=30) and dice.random() < 0.5 else ""
        orders[draft] = _order(index, seed, draft, at_night, orders.get(draft.first) if draft.first else None)
    return _with_earlier(list(orders.values()))


def arrivals(seed: str, start: datetime, end: datetime, per_day: float, zone: tzinfo) -> Iterator[datetime]:
    """Yield the moments at which customers call between two times, by the hour of the day (a Poisson process)."""
    dice = random.Random(f"{seed}/{start.timestamp()}")  # noqa: S311
    at = start
    peak = max(HOURS) * 24 / sum(HOURS)
    while True:
        at += timedelta(days=dice.expovariate(per_day * peak))
        if at >= end:
            return
        if dice.random() < HOURS[at.astimezone(zone).hour] / max(HOURS):
            yield at


def facts(kind: str, who: customers.Customer, dice: random.Random, *, known_place: bool = True) -> dict[str, Any]:
    """Return what the agent enters for a customer's call."""
    code = customers.category(kind, dice)
    secret = kind == "report"
    address = who.address if known_place else who.place
    told: dict[str, Any] = {
        "kind": kind,
        "category": code,
        "description": customers.words_of(kind, code, who, dice),
        "contact_name": who.name,
        "contact_phone": who.phone,
        "address": address,
        "channel": "phone" if secret else customers.channel(kind, dice),
    }
    if secret and dice.random() < 0.4:
        told |= {"anonymous": True, "contact_name": "", "contact_phone": ""}
    elif secret:
        told["confidential"] = True
    if secret:  # the seat writes what whoever handles it may read
        told["disclosed"] = proposed(told["description"], Identity(who.name, who.phone, address))
    return told


def _came(w: Waiting, kind: str, until: datetime, zone: tzinfo, calendar: WorkCalendar) -> datetime:
    """Return when an order came in that waits now: weekends and holidays do not bring an answer nearer."""
    if kind == "fault":
        return until - timedelta(hours=w.hours)
    days, hours = divmod(w.hours, 24)
    at = until - timedelta(hours=hours)
    while days:
        at -= timedelta(days=1)
        days -= calendar.is_working(at.astimezone(zone).replace(hour=10, minute=0))
    return at


def _paired(drafts: list[_Draft], dice: random.Random, until: datetime) -> list[_Draft]:
    """Let some orders be about a matter for which somebody else called just before."""
    free: dict[str, list[_Draft]] = {}
    for draft in drafts:
        if draft.waiting is None and draft.kind in TWINS:
            free.setdefault(draft.kind, []).append(draft)
    moved: dict[_Draft, _Draft] = {}
    for kind, found in free.items():
        share, (least, most) = TWINS[kind]
        count = round(len(found) * share)
        chosen = dice.sample(found, 2 * count)
        for first, second in zip(chosen[:count], chosen[count:], strict=True):
            at = first.at + timedelta(minutes=dice.uniform(least, most))
            if at < until:
                moved[second] = replace(second, at=at, first=first)
    return [moved.get(draft, draft) for draft in drafts]


def _with_earlier(orders: list[Order]) -> list[Order]:
    """Say of each order which one the same customer's last one of that kind was, if it is long enough ago."""
    last: dict[tuple[str, str], Order] = {}
    found = []
    for order in orders:
        key = (order.facts["kind"], order.facts["contact_phone"])
        before = last.get(key) if order.twin is None and key[1] else None
        again = before is not None and order.at - before.at > COMES_BACK["fault" if key[0] == "fault" else ""]
        found.append(replace(order, earlier=before.index) if before is not None and again else order)
        last[key] = order
    return found


def _order(index: int, seed: int, draft: _Draft, night: str, first: Order | None) -> Order:
    kind, waiting = draft.kind, draft.waiting
    dice = random.Random(f"{seed}/{index}/order")  # noqa: S311
    where = {"county": draft.county} if draft.county else {"city": draft.city or night}
    who = customers.caller(seed, dice, **where)
    for _try in range(300 if waiting else 0):
        if utility.station_at(who.address) == utility.first_station(who.county):
            break  # the crew on the sign-in page is to find it
        who = customers.caller(seed, dice, **where)
    state = waiting.state if waiting else ""
    known = state != "created" and (kind != "fault" or dice.random() > 0.03)
    told = facts(kind, who, dice, known_place=known)
    at_once = kind == "consultation" and dice.random() < 0.75 and not state
    if first is not None:  # the same customer again, or a neighbour
        same = ("category", "address", *(("contact_name", "contact_phone") if dice.random() < 0.4 else ()))
        told |= {name: first.facts[name] for name in same} | {"channel": "phone"}
        who = replace(who, county=first.county, place=first.place)
        told["description"] = customers.words_of(kind, told["category"], who, dice)
    forced = _forced(waiting) if waiting else {"merged": first is not None}
    twin = first.index if first is not None else None
    return Order(index, draft.at, told, who.county, who.place, forced, state, at_once, twin)


def _forced(waiting: Waiting) -> Mapping[str, bool]:
    """Return how a life must be for an order to come into a state and to wait there."""
    return Life.of(*waiting.turns, *LEADS_TO.get(waiting.state, ())).forced


def _storms(dice: random.Random, until: datetime, span: timedelta, zone: tzinfo) -> list[Weather]:
    found: list[Weather] = []
    if span <= timedelta(days=3):  # storms keep away from the last two days: there is no room for any
        return found
    while len(found) < STORMS:
        at = until - timedelta(days=2) - span * dice.random() * 0.97
        season = at.astimezone(zone).month
        if dice.random() < (1.0 if 5 <= season <= 9 else 0.12) and at > until - span:
            found.append(Weather(dice.choice(utility.CITIES).code, at, dice.uniform(2, 7)))
    return found


def _moment(
    kind: str, dice: random.Random, until: datetime, span: timedelta, zone: tzinfo, storms: list[Weather]
) -> tuple[datetime, str]:
    """Return when an order came in and, when a storm brought it, over which city."""
    if kind == "fault" and dice.random() < WITH_STORM and storms:
        storm = dice.choice(storms)
        return storm.start + timedelta(hours=storm.hours * dice.random() ** 1.5), storm.city
    lately = min(timedelta(hours=LATELY[kind][1]), span / 2)
    heaviest = max(MONTHS) * max(HOURS)
    while True:
        age = lately + (span - lately) * dice.random()
        if dice.random() * GROWTH > _grown(age):
            continue
        at = until - age
        local = at.astimezone(zone)
        weight = MONTHS[local.month - 1] * HOURS[local.hour]
        if kind != "fault":
            weight = (
                (6 + MONTHS[local.month - 1]) / 8 * max(MONTHS) * (HOURS[local.hour] if 8 <= local.hour < 21 else 1)
            )
        if dice.random() < weight / heaviest:
            return at, ""


def _grown(age: timedelta) -> float:
    """Return how many times as often people called so long ago as at the beginning."""
    return 1 + (GROWTH - 1) * min(max((FULL + RAMP - age) / RAMP, 0.0), 1.0)
