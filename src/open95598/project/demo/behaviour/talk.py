"""The words in which the tables are written: an order's situation, a row of a table, when and what. Pure."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any

from open95598.foundation.calendars.arithmetic import WorkCalendar
from open95598.project.demo import customers
from open95598.project.demo.behaviour.life import Life

#: when customers are called: local minutes of the day (DOMAIN 2.3 keeps noon and night quiet)
WINDOWS = ((8 * 60 + 10, 11 * 60 + 50), (14 * 60 + 10, 20 * 60 + 40))
#: arrival after the crew sets out, in minutes: usual least, usual most
DRIVE = {"city": (9.0, 34.0), "rural": (20.0, 70.0), "remote": (35.0, 95.0)}
#: how long the matter itself takes, in working minutes
MATTER: Mapping[str, tuple[float, float]] = {
    "complaint": (300, 1150), "report": (900, 3300), "opinion": (240, 2300), "suggestion": (240, 2300),
    "consultation": (20, 600), "service_request": (120, 1100),
}  # fmt: skip


@dataclass(frozen=True)
class Situation:
    """A case as it is. ``level`` and ``area`` are those of the unit that has it; times are aware UTC.

    ``since``: when it came into its state, or when its customer was contacted in it. ``done``: how often each action
    was performed on it. ``twin``, ``earlier``: numbers of an open order about the same matter, and of a closed one of
    the same customer; "" when there is none. ``source``: by which system it came in. ``call_at``: when its customer
    was promised a call.
    """

    kind: str
    category: str
    state: str
    version: int
    level: str
    area: str
    since: datetime
    opened_at: datetime
    done: Mapping[str, int] = field(default_factory=dict)
    now_with_station: bool = False
    place: str = ""
    cause: str = ""
    contacted: bool = False
    attempts: int = 0
    reopenings: int = 0
    review_level: int = 0
    satisfaction: str = ""
    #: complaints: what was found, "" when nobody looked yet
    substantiated: str = ""
    extension: str = ""
    twin: str = ""
    earlier: str = ""
    source: str = ""
    call_at: datetime | None = None
    #: nobody is to be called; only who may know a sealed identity calls
    anonymous: bool = False
    sealed: bool = False


@dataclass(frozen=True)
class Step:
    """What somebody does at ``at`` (aware UTC). ``who``: a role at the order's unit, ``owner``, or a desk of the
    centre. A unit or person ``@…`` in the data stands for what the cast finds. ``turn``: of the life, "" the main line.
    ``beside``: not what the case waits for.
    """

    at: datetime
    action: str
    who: str
    data: Mapping[str, Any] = field(default_factory=dict)
    turn: str = ""
    beside: bool = False


@dataclass
class Talk:
    """One question being answered: what, in this situation and this life, about this action."""

    s: Situation
    life: Life
    calendar: WorkCalendar
    zone: tzinfo
    action: str = ""
    #: drawn once for a life, however far the case has come
    fixed: bool = False

    @cached_property
    def dice(self) -> random.Random:
        """What is drawn from: thrown only where a row asks, for to seed them costs as much as all else here."""
        s = self.s
        where = "" if self.fixed else f"/{s.state}/{s.version}/{s.attempts}/{s.contacted}"
        return random.Random(f"{self.life.key}/{self.action}{where}")  # noqa: S311

    def minutes(self, least: float, most: float) -> timedelta:
        """Draw a length between two bounds (minutes), nearer to the lower one."""
        return timedelta(minutes=least + (most - least) * self.dice.random() ** 1.6)


When = Callable[[Talk], datetime]


@dataclass(frozen=True)
class Play:
    """A row of a table: who does what in a state, when, and what is entered (values, or functions of the talk).

    ``turn``: only in a life that takes it, and at most ``times`` times on one case. ``only``: only then. ``late``: the
    step of a life by whose name it is late, and when it is done then.
    """

    action: str
    who: str
    when: When
    data: Mapping[str, Any] | Callable[[Talk], Mapping[str, Any]] = field(default_factory=dict)
    turn: str = ""
    times: int = 1
    only: Callable[[Talk], bool] | None = None
    late: tuple[str, When] | None = None

    def fits(self, talk: Talk) -> bool:
        """Say whether this row is what is done now."""
        if self.turn and (talk.s.done.get(self.action, 0) >= self.times or not talk.life.has(self.turn)):
            return False
        return self.only is None or self.only(talk)

    def step(self, talk: Talk) -> Step:
        """Return the row as a step of this case."""
        when = self.late[1] if self.late and talk.life.late == self.late[0] else self.when
        data = self.data(talk) if callable(self.data) else self.data
        given = {name: value(talk) if callable(value) else value for name, value in data.items()}
        return Step(when(talk), self.action, self.who, given, self.turn, beside=talk.fixed)


# when ----------------------------------------------------------------------------------------------------------------


def soon(least: float, most: float) -> When:
    """Return a moment between two bounds (minutes), round the clock."""
    return lambda t: t.s.since + t.minutes(least, most)


def office(least: float, most: float) -> When:
    """Return a moment in working time, after so many working minutes."""

    def when(t: Talk) -> datetime:
        length = t.minutes(least, most)
        at = t.calendar.add(t.s.since, max(int(length.total_seconds() // 60), 1))
        return at + timedelta(seconds=t.dice.randrange(60))

    return when


def matter(times_least: float = 1.0, times_most: float = 1.0) -> When:
    """Return the moment in working time at which the matter itself is done, by its kind."""

    def when(t: Talk) -> datetime:
        least, most = MATTER[t.s.kind]
        return office(least * times_least, most * times_most)(t)

    return when


def called(least: float, most: float) -> When:
    """Return a moment at which customers may be called, after so many minutes."""

    def when(t: Talk) -> datetime:
        at = t.s.since + t.minutes(least, most)
        local = at.astimezone(t.zone)
        minute = local.hour * 60 + local.minute
        for start, end in WINDOWS:
            if minute < start:
                return at + timedelta(minutes=start - minute + t.dice.randrange(100))
            if minute <= end:
                return at
        return at + timedelta(minutes=24 * 60 - minute + WINDOWS[0][0] + t.dice.randrange(120))

    return when


def opened(field: tuple[float, float], desk: tuple[float, float]) -> When:
    """Return a moment so many minutes (between two bounds) after the opening of a fault, or of any other order."""
    return lambda t: t.s.opened_at + timedelta(minutes=t.dice.uniform(*(field if t.s.kind == "fault" else desk)))


def field_or_desk(field: When, desk: When) -> When:
    """Return one moment for a fault and another for any other case."""
    return lambda t: (field if t.s.kind == "fault" else desk)(t)


def drive(times_least: float = 1.0, times_most: float = 1.0) -> When:
    """Return when a crew arrives that has set out, by the area; ``1.0`` most stands for the usual most."""

    def when(t: Talk) -> datetime:
        least, most = DRIVE[t.s.area]
        return soon(least if times_least == 1.0 else most * times_least, most * times_most)(t)

    return when


def repair(least: float, most: float) -> When:
    """Return when the supply is back: so many times the longest usual repair of the area."""

    def when(t: Talk) -> datetime:
        longest = 165 if t.s.area == "city" else 215
        return soon(max(longest * least, 8), longest * most)(t)

    return when


# what ----------------------------------------------------------------------------------------------------------------


def say(name: str) -> Callable[[Talk], str]:
    """Return a remark of that name from the texts."""
    return lambda t: customers.remark(name, t.dice, t.s.place)


def pick(*codes: str) -> Callable[[Talk], str]:
    """Return one of several codes."""
    return lambda t: t.dice.choice(codes)


def weighted(**shares: float) -> Callable[[Talk], str]:
    """Return one of several codes by weight."""
    return lambda t: t.dice.choices(list(shares), list(shares.values()))[0]
