"""What a row of a filled-in sheet means: its times read, checked, and turned into the acts that are missing. Pure.

A row is compared with what is on record, so that the same sheet entered twice does nothing twice.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

TIMES = ("out", "arrived", "restored")
FOUND = ("cause", "ownership", "result")
FAULT, OUTAGE = "fault", "outage"
#: states of a fault from dispatch to restoration, and the act that leads on from each
NEXT = {
    "dispatched": "accept",
    "accepted": "send_crew",
    "crew_dispatched": "arrive",
    "arrived": "diagnose",
    "diagnosed": "restore",
}
#: states of an outage without an order of its own in which nobody has been sent
FRESH = ("unconfirmed", "probable", "confirmed")
_SHAPE = re.compile(
    r"^(?:(?:(?P<year>\d{4})[-/.])?(?P<month>\d{1,2})[-/](?P<day>\d{1,2})[ T]+)?"
    r"(?P<hour>\d{1,2})(?:[:.]?(?P<minute>\d{2}))$"
)


class Misread(Exception):
    """A text is no time."""


class Bad(Exception):
    """What is wrong with a row: a reason's code by field, some with a time or value that belongs to it."""

    def __init__(self, reasons: Mapping[str, tuple[str, Any]]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = dict(reasons)


@dataclass(frozen=True)
class Row:
    """A row as it was filled in, and what is on record of its case.

    ``told``: the times by name (aware, of whole minutes) and what was found (codes); ``on_record`` the same as the case
    has them. ``before``: when the case's present state began. ``crew``: who went (a person's id). ``note``: words.
    """

    kind: str
    state: str
    before: datetime
    told: Mapping[str, Any]
    on_record: Mapping[str, Any]
    crew: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Step:
    """One act that is missing: when it truly happened, what was entered with it, the field that its time is from."""

    action: str
    at: datetime
    told_in: str
    data: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def read(text: str, day: date, after: datetime | None, zone: tzinfo) -> datetime:
    """Return the time that somebody wrote: ``14:20``, ``1420``, ``3-5 14:20``, ``2026-03-05 14:20``; aware UTC.

    Without a day it is the sheet's ``day``, or the next one when it would lie before ``after`` (the time to its left).
    A day without a year is of the sheet's year. Raises ``Misread``.
    """
    plain = text.strip().translate(str.maketrans("：．－／", ":.-/"))
    found = _SHAPE.match(plain)
    if found is None:
        raise Misread(text)
    try:
        on = day
        if found["month"]:
            on = date(int(found["year"] or day.year), int(found["month"]), int(found["day"]))
        at = datetime(on.year, on.month, on.day, int(found["hour"]), int(found["minute"]), tzinfo=zone).astimezone(UTC)
    except ValueError:
        raise Misread(text) from None
    if not found["month"] and after is not None and at < minute(after):
        at += timedelta(days=1)
    return at


def minute(at: datetime) -> datetime:
    """Return the whole minute that a time lies in."""
    return at.replace(second=0, microsecond=0)


def steps(row: Row, now: datetime, oldest: datetime) -> list[Step]:
    """Return the acts that a row tells of and that are not on record, in their order; none when it tells nothing new.

    Raises ``Bad``: a time out of order, before what went before it, ahead, older than ``oldest``; something else on
    record; something missing.
    """
    bad = _against_record(row)
    fresh = {name: row.told[name] for name in TIMES if row.told.get(name) and not row.on_record.get(name)}
    last = row.before
    for name in TIMES:
        at = fresh.get(name)
        if at is None or name in bad:
            continue
        if at > now:
            bad[name] = ("ahead", None)
        elif at < minute(last):
            bad[name] = ("before", last)
        elif at < oldest:
            bad[name] = ("old", oldest)
        last = max(last, at)
    if bad:
        raise Bad(bad)
    return _outage(row, fresh) if row.kind == OUTAGE else _fault(row, fresh)


def _against_record(row: Row) -> dict[str, tuple[str, Any]]:
    """Return what differs from what is on record already."""
    bad: dict[str, tuple[str, Any]] = {}
    for name in TIMES:
        told, known = row.told.get(name), row.on_record.get(name)
        if told and known and minute(told) != minute(known):
            bad[name] = ("on_record", known)
    for name in FOUND:
        told, known = row.told.get(name), row.on_record.get(name)
        if told and known and told != known:
            bad[name] = ("on_record", known)
    return bad


def _fault(row: Row, fresh: Mapping[str, datetime]) -> list[Step]:
    found = {n: row.told[n] for n in FOUND if row.told.get(n) and not row.on_record.get(n)}
    if not fresh and not found:
        return []
    if row.state not in NEXT:
        raise Bad({next(iter((*fresh, *found))): ("past", None)})
    made = _walk(row, fresh, found)
    if bad := _lacking(row, fresh, found, {step.action for step in made}):
        raise Bad(bad)
    return _with_note(made, row.note)


def _walk(row: Row, fresh: Mapping[str, datetime], found: Mapping[str, str]) -> list[Step]:
    """Return the acts from the present state on, as far as what was filled in carries."""
    who: Mapping[str, Any] = {"person": row.crew} if row.crew else {}
    known = "restored" if "restored" in fresh else "arrived"  # whoever restores it has found out why it was dark
    seen = fresh.get(known) or row.on_record.get("arrived") or row.before
    knows = {"cause", "ownership"} <= found.keys()
    wanted: Mapping[str, tuple[datetime | None, str, Mapping[str, Any]]] = {
        "accept": (fresh.get("out"), "out", {}),
        "send_crew": (fresh.get("out"), "out", who),
        "arrive": (fresh.get("arrived"), "arrived", {}),
        "diagnose": (seen if knows else None, known, {n: found[n] for n in ("cause", "ownership") if n in found}),
        "restore": (
            fresh.get("restored") if "result" in found else None, "restored",
            {n: found[n] for n in ("result",) if n in found},
        ),
    }  # fmt: skip
    made: list[Step] = []
    for action in list(NEXT.values())[list(NEXT).index(row.state) :]:
        at, name, data = wanted[action]
        if at is None:
            break
        made.append(Step(action, at, name, data))
    return made


def _lacking(
    row: Row, fresh: Mapping[str, datetime], found: Mapping[str, str], done: set[str]
) -> dict[str, tuple[str, Any]]:
    """Return what is missing beside what was filled in and led to no act."""
    if "out" in fresh and "send_crew" not in done:
        return {"out": ("past", None)}
    if "arrived" in fresh and "arrive" not in done:
        return {"out": ("needed", None)}
    there = "arrive" in done or row.state in ("arrived", "diagnosed")
    if "restored" in fresh and "restore" not in done:
        known = {n for n in FOUND if n in found or row.on_record.get(n)}
        return {n: ("needed", None) for n in FOUND if n not in known} if there else {"arrived": ("needed", None)}
    why = {n for n in ("cause", "ownership") if n in found}
    if why and "diagnose" not in done:
        if len(why) == 1 and there:
            return {n: ("needed", None) for n in ("cause", "ownership") if n not in found}
        return {"arrived": ("needed", None)}
    return {"restored": ("needed", None)} if "result" in found and "restore" not in done else {}


def _outage(row: Row, fresh: Mapping[str, datetime]) -> list[Step]:
    """Return the acts on an outage that no order stands for: sent, on site, restored for everybody below the device."""
    made = []
    if "out" in fresh and row.state in FRESH:
        made.append(Step("send_outage_crew", fresh["out"], "out", {"person": row.crew} if row.crew else {}))
    if "arrived" in fresh:
        if not made and row.state != "crew_sent":
            raise Bad({"out": ("needed", None)})
        made.append(Step("reach_outage", fresh["arrived"], "arrived"))
    if "restored" in fresh:
        if row.state not in (*FRESH, "crew_sent"):
            raise Bad({"restored": ("past", None)})
        data = {"cause": row.told["cause"]} if row.told.get("cause") else {}
        made.append(Step("restore_outage", fresh["restored"], "restored", data))
    return made


def _with_note(made: list[Step], note: str) -> list[Step]:
    """Return the steps, the last one with what was written beside them."""
    if not made or not note:
        return made
    return [*made[:-1], replace(made[-1], data={**made[-1].data, "note": note})]
