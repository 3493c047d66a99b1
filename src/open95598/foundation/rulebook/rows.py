"""The rows of a rulebook as frozen values: categories, limits, steps, windows. Pure: no Django, no clock, no files.

Times are minutes; windows are minutes of the local day (0 to 1440). Every rule carries ``source``: the row of the
specification it comes from, with its mark ([G] and [Q] are defaults that a utility is expected to look at).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from open95598.foundation.calendars.arithmetic import DAY
from open95598.foundation.words import Label

#: a window of the local day in minutes, from < to
Window = tuple[int, int]


@dataclass(frozen=True)
class Choice:
    """One entry of a list to choose from (return reasons, fault causes, channels …)."""

    code: str
    label: Label
    #: kinds of order it is offered for; empty = all
    kinds: tuple[str, ...] = ()
    note: Label | None = None
    source: str = ""


@dataclass(frozen=True)
class Category:
    """A node of the category tree of one kind of order. ``code`` is unique in the whole rulebook."""

    code: str
    label: Label
    kind: str
    level: int
    parent: str | None = None
    children: tuple[Category, ...] = ()
    #: priority an order of it starts with; "" = the kind's default
    priority: str = ""
    #: words a caller uses for it (search, import)
    words: tuple[str, ...] = ()
    source: str = ""

    def walk(self) -> Iterator[Category]:
        """Yield the category and everything below it, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Limit:
    """How long a clock may run. ``minutes`` and ``warn_minutes`` count on ``calendar`` ("" = round the clock)."""

    clock: str
    minutes: int
    calendar: str
    warn_minutes: int
    #: as written in the rulebook: ``4wd``, ``24h``, ``20min``
    text: str = ""
    source: str = ""


@dataclass(frozen=True)
class LimitRule:
    """A row of the limits: applies where every selector that it names matches. Empty selector = any."""

    clock: str
    #: working days or None; minutes or None: exactly one is given
    working_days: int | None
    minutes: int | None
    text: str
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    note: Label | None = None
    source: str = ""
    grades: tuple[str, ...] = ()

    def weight(self, lineage: tuple[str, ...]) -> tuple[int, int, int, int, int, int]:
        """Return how specific the rule is for a category with that lineage (top first): channel, grade, depth, …"""
        depth = max((lineage.index(c) + 1 for c in self.categories if c in lineage), default=0)
        return (
            bool(self.channels),
            bool(self.grades),
            depth,
            bool(self.priorities),
            bool(self.areas),
            bool(self.kinds),
        )

    def matches(
        self,
        kind: str,
        lineage: tuple[str, ...],
        area: str,
        priority: str,
        channel: str,
        grade: str = "",
    ) -> bool:
        """Say whether the rule applies to an order of these facts."""
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.categories or not set(self.categories).isdisjoint(lineage))
            and (not self.areas or area in self.areas)
            and (not self.priorities or priority in self.priorities)
            and (not self.channels or channel in self.channels)
            and (not self.grades or grade in self.grades)
        )


@dataclass(frozen=True)
class WarnRule:
    """When a clock turns pink: ``before`` due, or in the last ``percent`` of limits up to ``under``.

    In either case not later than ``least_minutes`` before due, so that a warning is never one with the breach.
    """

    before_minutes: int = 2 * DAY
    before_working_days: int = 2
    percent: int = 20
    under_minutes: int = 2 * DAY
    under_working_days: int = 2
    least_minutes: int = 1
    source: str = ""

    def minutes(self, limit: int, day: int, *, working: bool) -> int:
        """Return how many minutes before due to warn, for a limit in minutes on a calendar with that day length.

        Between ``least_minutes`` (1 at least) and the whole limit.
        """
        under = self.under_working_days * day if working else self.under_minutes
        before = self.before_working_days * day if working else self.before_minutes
        wanted = limit * self.percent // 100 if limit <= under else before
        return min(max(wanted, self.least_minutes), limit)


@dataclass(frozen=True)
class Step:
    """One rung of an escalation ladder: when, who is told, how.

    ``when`` is ``warn``, ``breach`` or ``later``. A ``later`` step comes ``after_minutes`` after the limit, counted on
    the clock's calendar (a working day of the file is the rulebook's ``working_day`` of minutes). ``roles`` are
    roles of the policy; the word ``owner`` means the case's owner. ``level`` is where the roles are held: ``own`` (the
    handling unit), ``parent`` (one above), ``opener`` (the unit that opened the case) or a level of the tree
    (``county``, ``city``, ``province``, ``headquarters``).
    """

    index: int
    when: str
    after_minutes: int
    roles: tuple[str, ...]
    level: str
    channels: tuple[str, ...]
    text: str = ""
    source: str = ""


@dataclass(frozen=True)
class LadderRule:
    """The ladder of some kinds and clocks; empty = any. The most specific one counts (kind before clock)."""

    kinds: tuple[str, ...]
    clocks: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class QuietHours:
    """Windows of the local day in which customers are not called; a window may run over midnight (21:00–08:00)."""

    windows: tuple[Window, ...]
    source: str = ""

    def covers(self, minute: int) -> bool:
        """Say whether a minute of the local day is quiet."""
        return any(a <= minute < b if a < b else (minute >= a or minute < b) for a, b in self.windows)

    def next_allowed(self, at: datetime, zone: tzinfo) -> datetime:
        """Return ``at`` itself when it is not quiet, else the first later instant that is not (aware)."""
        here = at
        for _ in range(2 * len(self.windows) + 1):
            local = here.astimezone(zone)
            minute = local.hour * 60 + local.minute
            window = next((w for w in self.windows if QuietHours((w,)).covers(minute)), None)
            if window is None:
                return here
            wait = (window[1] - minute) % DAY or DAY
            here = here + timedelta(minutes=wait) - timedelta(seconds=local.second, microseconds=local.microsecond)
        return here


@dataclass(frozen=True)
class CallBackNeed:
    """Whether the orders of some kinds or categories are called back."""

    needed: bool
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    #: the call may be left out when the customer confirmed by message
    message_is_enough: bool = False
    source: str = ""


@dataclass(frozen=True)
class MessageRule:
    """The rating by a one-time link in a text message (2.2: a fault may skip its call-back, H12).

    ``not_solved`` and ``unsatisfied`` say what such an answer leads to: ``reopen`` (handled again at once) or ``call``
    (a person calls). ``archive``: an order whose customer is content is archived by the house.
    """

    valid_minutes: int = 3 * DAY
    not_solved: str = "reopen"
    unsatisfied: str = "call"
    archive: bool = True
    source: str = ""


@dataclass(frozen=True)
class CallTime:
    """A part of the day in which a customer wishes to be called: minutes of the local day, from < to."""

    code: str
    label: Label
    start: int
    end: int
    source: str = ""

    def covers(self, minute: int) -> bool:
        """Say whether a minute of the local day lies in it."""
        return self.start <= minute < self.end


@dataclass(frozen=True)
class CallBack:
    """How customers are called back (DOMAIN 2.3): attempts, the gap between them, when, which orders."""

    attempts: int
    gap_minutes: int
    #: windows of the local day in which calls are made: the day without the quiet hours
    windows: tuple[Window, ...]
    needs: tuple[CallBackNeed, ...]
    #: what an unsatisfied customer leads to: codes of choices ``callback_outcomes``
    unsatisfied: tuple[str, ...] = ()
    source: str = ""
    #: the ratings that count as content: codes of choices ``satisfaction``
    content: tuple[str, ...] = ("very_satisfied", "satisfied")
    #: parts of the day that customers can wish for
    times: tuple[CallTime, ...] = ()
    #: a call can be promised so far ahead
    longest_promise_minutes: int = 7 * DAY
    message: MessageRule = MessageRule()

    def time(self, code: str) -> CallTime | None:
        """Return a part of the day that customers can wish for; None for "" and an unknown one."""
        return next((t for t in self.times if t.code == code), None)


@dataclass(frozen=True)
class ReviewRule:
    """How many levels review an answer (逐级审核), by kind, category and grade; empty = any."""

    depth: int
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class ReturnRule:
    """Within how many minutes of dispatch an order may be sent back (退单), how often, and who decides then."""

    minutes: int
    most: int
    decided_by: str
    kinds: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class UrgeRule:
    """How an urge (催办) is passed on: within minutes; how often before half the period, and where without limit."""

    pass_on_minutes: int
    most_before_half: int
    unlimited_priorities: tuple[str, ...] = ()
    unlimited_categories: tuple[str, ...] = ()
    unlimited_reasons: tuple[str, ...] = ()
    unlimited_marks: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class ExtensionRule:
    """How often an order's limit may be extended (延期), by how many days, and how many levels above approves."""

    most: int
    approved_levels_up: int
    most_days: int
    source: str = ""


@dataclass(frozen=True)
class RepeatRule:
    """From how many repeats of one matter on who is told, and at which level above the order's unit."""

    tell_from: int
    roles: tuple[str, ...]
    level: str
    source: str = ""


@dataclass(frozen=True)
class Retention:
    """For how many days after archiving personal content is kept (DOMAIN 2.6), by what it is and its grade."""

    what: str
    days: int
    grades: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class RouteRule:
    """Where orders of these facts go: the unit of ``level`` whose territory matches, or a named ``unit``."""

    code: str
    label: Label
    level: str = ""
    unit: str = ""
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    #: dispatched by itself when the unit is certain; else a dispatcher confirms
    automatic: bool = True
    source: str = ""

    def matches(self, facts: Mapping[str, Any], lineage: tuple[str, ...]) -> bool:
        """Say whether the rule applies to an order of these facts."""
        return (
            (not self.kinds or facts.get("kind") in self.kinds)
            and (not self.categories or not set(self.categories).isdisjoint(lineage))
            and (not self.areas or facts.get("area") in self.areas)
            and (not self.channels or facts.get("channel") in self.channels)
            and (not self.priorities or facts.get("priority") in self.priorities)
        )


@dataclass(frozen=True)
class Amendment:
    """What a new version changes in cases that are open already, and why: whose running clocks take the new limits."""

    clocks: tuple[str, ...]
    kinds: tuple[str, ...]
    reason: Label


@dataclass(frozen=True)
class Kind:
    """A kind of order and what is usual for it."""

    code: str
    label: Label
    priority: str = "normal"
    confidential: bool = False
    source: str = ""
