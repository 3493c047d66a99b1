"""One case in hand: row, typed row, clocks, flow and rules, changed in memory and stored in sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, models

from open95598.casework import clocks as arithmetic
from open95598.casework import registry, truth
from open95598.casework.actors import Actor
from open95598.casework.flow import Computed, Flow, FromInput, Moment, Plus, Source
from open95598.casework.models import Case, CaseClock, ClockState
from open95598.foundation.calendars import store as calendars
from open95598.foundation.calendars.arithmetic import DAY
from open95598.foundation.rulebook.model import Limit, Rulebook
from open95598.foundation.units.models import Unit

#: fields of a case that an action can change
CASE_FIELDS = (
    "state", "back_state", "version", "unit", "owner", "scope", "sight", "is_open", "state_since", "closed_at",
    "due_at", "due_clock", "warn_at", "breached", "review_level", "journal_seq", "journal_head",
)  # fmt: skip
CLOCK_FIELDS = (
    "state", "calendar", "limit_minutes", "warn_minutes", "due_at", "warn_at", "paused_at", "left_minutes",
    "stopped_at", "warned_at", "breached_at", "escalated", "next_at",
)  # fmt: skip


@dataclass
class Work:
    """A locked case while something is done to it."""

    case: Case
    typed: Any
    flow: Flow
    rules: Any
    unit: Unit
    clocks: list[CaseClock] = field(default_factory=list)
    new_clocks: list[CaseClock] = field(default_factory=list)
    changed_clocks: dict[int, CaseClock] = field(default_factory=dict)
    changed_fields: set[str] = field(default_factory=set)
    clock_notes: list[dict[str, Any]] = field(default_factory=list)
    #: what the fields that an action keeps were before it
    before: dict[str, Any] = field(default_factory=dict)
    #: clocks that were told to be overdue, and that this act stopped in time in truth
    cleared: list[CaseClock] = field(default_factory=list)
    touched: bool = False
    #: the absent owner for whom a delegate acts
    acted_for: int | None = None

    def moment(self, data: Mapping[str, Any], now: datetime, actor: Actor) -> Moment:
        """Return what guards and deciders look at."""
        running = {c.name: c for c in self.clocks if c.state != ClockState.STOPPED}
        zone = ZoneInfo(settings.TIME_ZONE)
        return Moment(self.case, self.typed, data, self.rules, now, running, zone, actor.person_id)

    def begin(self, at: datetime) -> None:
        """Start the clocks of a case that is being opened."""
        state = self.flow.state(self.case.state)
        for name in dict.fromkeys((*self.flow.starts, *state.starts, *filter(None, (state.clock,)))):
            self.start_clock(name, at)
        self.settle_clocks()

    def enter(self, target: str, at: datetime, now: datetime, *, back: bool = False) -> None:
        """Go to the state ``target`` (it may be the present one): version, way back, the states' clocks, the end.

        ``back``: from a side state to where one was: that state's clock goes on as if one had stayed.
        """
        case, old, new = self.case, self.flow.state(self.case.state), self.flow.state(target)
        if new.side and not old.side:
            case.back_state = case.state
        case.state, case.state_since = target, at
        case.version += 1
        was_open = case.is_open
        if new.final and case.is_open:
            self.stop_clocks(("*",), at)
            case.is_open, case.closed_at = False, now
        elif not new.final:
            case.is_open, case.closed_at = True, None
        mirror = registry.typed(case.kind).open_field
        if mirror and case.is_open != was_open:
            setattr(self.typed, mirror, case.is_open)
            self.changed_fields.add(mirror)
        if old is not new:
            self.stop_clocks(filter(None, (old.clock,)), at)
            if back:
                self.revive_clock(new.clock)
                return
            for name in (*new.starts, *filter(None, (new.clock,))):
                self.start_clock(name, at)

    def set_fields(
        self, sets: Mapping[str, Any], data: Mapping[str, Any], actor: Actor, at: datetime, now: datetime
    ) -> None:
        """Set fields of the typed row (``case.<field>`` sets one of the case) as an action declares."""
        for name, declared in sets.items():
            source = declared.of(self.moment(data, now, actor)) if isinstance(declared, Computed) else declared
            on_case = name.startswith("case.")
            row, attribute = (self.case, name.removeprefix("case.")) if on_case else (self.typed, name)
            if isinstance(source, FromInput):
                if source.name not in data:
                    continue
                value = data[source.name]
            elif isinstance(source, Plus):
                value = (getattr(row, attribute) or 0) + source.amount
            elif source is Source.NOW:
                value = at
            elif source is Source.ACTOR:
                value = actor.person_id
            else:
                value = source
            column: Any = row._meta.get_field(attribute)
            setattr(row, column.attname, value)
            if not on_case:
                self.changed_fields.add(name)

    def move_to(self, unit: Unit) -> None:
        """Make ``unit`` responsible. The unit before it loses sight unless it opened the case or takes part in it."""
        opener = set(self.case.opened_by_unit.lineage)
        participants = set(self.case.sight) - set(self.case.scope) - opener
        self.case.unit, self.unit = unit, unit
        self.case.scope = list(unit.lineage)
        self.case.sight = sorted({*unit.lineage, *opener, *participants})

    # clocks -----------------------------------------------------------------------------------------------------

    def start_clock(self, name: str, at: datetime, since: datetime | None = None) -> None:
        """Start a clock when the rulebook has a limit for it; one of the same name that still runs is stopped first.

        ``since``: the moment from which it counts, when that is not ``at``.
        """
        owed = registry.typed(self.case.kind).owed
        if owed is not None and not owed(self.typed, name):
            return
        limit = self._set_by_hand(name, at) or self.limit(name)
        if limit is None:
            return
        self.stop_clocks((name,), at)
        begun = since or at
        times = arithmetic.start(calendars.get(limit.calendar), begun, limit.minutes, limit.warn_minutes)
        clock = CaseClock(
            case_id=self.case.pk,
            name=name,
            round=1 + max((c.round for c in self.clocks if c.name == name), default=0),
            calendar=limit.calendar,
            limit_minutes=limit.minutes,
            warn_minutes=limit.warn_minutes,
            started_at=begun,
            due_at=times.due_at,
            warn_at=times.warn_at,
            next_at=min(times.warn_at, times.due_at),
        )
        self.clocks.append(clock)
        self.new_clocks.append(clock)
        self.clock_notes.append({"clock": name, "started": begun.isoformat(), "due": times.due_at.isoformat()})

    def _set_by_hand(self, name: str, at: datetime) -> Limit | None:
        """Return the limit that ends when somebody said it should; None when nobody did, or that time has passed."""
        ends = registry.typed(self.case.kind).ends
        end = ends(self.typed, name) if ends is not None else None
        if end is None or end <= at:
            return None
        minutes = -int((at - end).total_seconds() // 60)
        return Limit(name, minutes, "", self.rules.warn.minutes(minutes, DAY, working=False))

    def limit(self, name: str) -> Any:
        """Return the rulebook's limit for a clock of this case at its present unit, or None."""
        return self.rules.limit(
            name,
            kind=self.case.kind,
            area=self.unit.area_type,
            calendar=calendars.get(self.unit.calendar),
            **registry.typed(self.case.kind).limit_facts(self.typed),
        )

    def stop_clocks(self, names: Iterable[str], at: datetime) -> None:
        """Stop clocks (``*``: all that have not ended)."""
        for clock in self._named(names, ClockState.RUNNING, ClockState.PAUSED):
            was_paused = clock.state == ClockState.PAUSED
            clock.state, clock.stopped_at, clock.next_at = ClockState.STOPPED, at, None
            late = clock.due_at < at and not was_paused
            note = {"clock": clock.name, "stopped": at.isoformat(), "late": late}
            if truth.taken_back(clock.breached_at, clock.due_at, at):
                clock.breached_at, clock.escalated = None, 0
                self.case.breached = any(c.breached_at for c in self.clocks)
                self.cleared.append(clock)
                note["cleared"] = True
            self._changed(clock)
            self.clock_notes.append(note)

    def pause_clocks(self, names: Iterable[str], at: datetime) -> None:
        """Pause running clocks: what is left of them is kept in minutes of their calendar."""
        for clock in self._named(names, ClockState.RUNNING):
            clock.left_minutes = arithmetic.left(calendars.get(clock.calendar), at, clock.due_at)
            clock.state, clock.paused_at, clock.next_at = ClockState.PAUSED, at, None
            self._changed(clock)
            self.clock_notes.append({"clock": clock.name, "paused": at.isoformat(), "left": clock.left_minutes})

    def resume_clocks(self, names: Iterable[str], at: datetime) -> None:
        """Let paused clocks go on with what was left."""
        for clock in self._named(names, ClockState.PAUSED):
            times = arithmetic.resume(calendars.get(clock.calendar), at, clock.left_minutes or 0, clock.warn_minutes)
            clock.state, clock.paused_at, clock.left_minutes = ClockState.RUNNING, None, None
            clock.due_at, clock.warn_at = times.due_at, times.warn_at
            self._look_again(clock)
            self.clock_notes.append({"clock": clock.name, "resumed": at.isoformat(), "due": clock.due_at.isoformat()})

    def revive_clock(self, name: str) -> None:
        """Let the last round of a clock that was stopped go on as if it never had been."""
        ended = [c for c in self._named((name,), ClockState.STOPPED) if name]
        for clock in sorted(ended, key=lambda c: c.round)[-1:]:
            clock.state, clock.stopped_at = ClockState.RUNNING, None
            self._look_again(clock)
            self.clock_notes.append({"clock": name, "revived": True, "due": clock.due_at.isoformat()})

    def extend_clock(self, name: str, days: int, now: datetime) -> None:
        """Move the end of a clock that has not ended by days of its calendar; what was missed before is so no more."""
        for clock in self._named((name,), ClockState.RUNNING, ClockState.PAUSED):
            calendar = calendars.get(clock.calendar)
            minutes = days * (calendar.nominal_day or DAY)
            times = arithmetic.extend(calendar, clock.due_at, minutes, clock.warn_minutes)
            clock.limit_minutes += minutes
            clock.due_at, clock.warn_at = times.due_at, times.warn_at
            if clock.left_minutes is not None:
                clock.left_minutes += minutes
            if clock.due_at > now:
                clock.warned_at = clock.breached_at = None
                clock.escalated = 0
            if clock.state == ClockState.RUNNING:
                self._look_again(clock)
            self._changed(clock)
            self.clock_notes.append({"clock": name, "extended": days, "due": clock.due_at.isoformat()})
            self.case.breached = any(c.breached_at for c in self.clocks)

    def limits(self) -> dict[str, int | None]:
        """Return the rulebook's present limits of the running clocks, in minutes, by name."""
        found = {c.name: self.limit(c.name) for c in self._named(("*",), ClockState.RUNNING)}
        return {name: limit.minutes if limit is not None else None for name, limit in found.items()}

    def relimit(self, usual: Mapping[str, int | None]) -> None:
        """Give running clocks whose limit is another one now that limit, counted from their start.

        ``usual``: what ``limits`` said before. A clock that runs to another end than that (extended, or set by hand)
        keeps it.
        """
        for clock in self._named(usual, ClockState.RUNNING):
            limit = self.limit(clock.name)
            if limit is None or clock.limit_minutes != usual[clock.name] or limit.minutes == clock.limit_minutes:
                continue
            self.set_limit(clock, limit)
            self.clock_notes.append({"clock": clock.name, "relimited": limit.text, "due": clock.due_at.isoformat()})

    def set_limit(self, clock: CaseClock, limit: Limit) -> None:
        """Give a running clock another limit, counted from its start."""
        times = arithmetic.start(calendars.get(limit.calendar), clock.started_at, limit.minutes, limit.warn_minutes)
        clock.calendar, clock.limit_minutes, clock.warn_minutes = limit.calendar, limit.minutes, limit.warn_minutes
        clock.due_at, clock.warn_at = times.due_at, times.warn_at
        self._look_again(clock)

    def _look_again(self, clock: CaseClock) -> None:
        clock.next_at = arithmetic.next_look(
            calendars.get(clock.calendar),
            warn_at=clock.warn_at,
            due_at=clock.due_at,
            warned=clock.warned_at is not None,
            breached=clock.breached_at is not None,
            escalated=clock.escalated,
            ladder_minutes=ladder_minutes(self.rules, self.case.kind, clock.name),
        )
        self._changed(clock)

    def settle_clocks(self) -> None:
        """Bring what lists show of the clocks (the running one that ends first) up to date on the case."""
        running = [c for c in self.clocks if c.state == ClockState.RUNNING]
        first = min(running, key=lambda c: c.due_at, default=None)
        self.case.due_at = first.due_at if first else None
        self.case.warn_at = first.warn_at if first else None
        self.case.due_clock = first.name if first else ""
        self.case.breached = self.case.breached or any(c.breached_at for c in self.clocks)

    def _named(self, names: Iterable[str], *states: ClockState) -> list[CaseClock]:
        wanted = set(names)
        return [c for c in self.clocks if c.state in states and ("*" in wanted or c.name in wanted)]

    def _changed(self, clock: CaseClock) -> None:
        if clock.pk is not None:
            self.changed_clocks[clock.pk] = clock


@lru_cache(maxsize=1024)
def ladder_minutes(rules: Rulebook, kind: str, clock: str) -> tuple[int, ...]:
    """Return when the steps after a breach come, in minutes after due, ascending."""
    return tuple(sorted({step.after_minutes for step in rules.ladder(kind, clock) if step.when == "later"}))


def load_typed(cases: Iterable[Case]) -> dict[int, Any]:
    """Return the typed rows of cases by case id: one query a table."""
    by_model: dict[type[models.Model], list[int]] = {}
    for case in cases:
        by_model.setdefault(registry.typed(case.kind).model, []).append(case.pk)
    return {pk: row for model, ids in by_model.items() for pk, row in model._base_manager.in_bulk(ids).items()}


def store(works: Sequence[Work]) -> None:
    """Write everything that changed: cases, typed rows, clocks; few statements for many rows."""
    save_rows([w.case for w in works], CASE_FIELDS)
    by_shape: dict[tuple[type[models.Model], tuple[str, ...]], list[models.Model]] = {}
    for item in works:
        if item.changed_fields:
            by_shape.setdefault((type(item.typed), tuple(sorted(item.changed_fields))), []).append(item.typed)
    for (_model, fields), rows in by_shape.items():
        save_rows(rows, fields)
    new = [c for w in works for c in w.new_clocks]
    if new:
        CaseClock.objects.bulk_create(new)
    save_rows([c for w in works for c in w.changed_clocks.values()], CLOCK_FIELDS)


def save_rows(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Save the named fields of rows of one model in one round trip.

    One plain UPDATE a row, sent together: Django's ``bulk_update`` spends ten times as long on composing its
    ``CASE WHEN`` over all fields.
    """
    if not rows:
        return
    meta = rows[0]._meta
    by_name = {field.name: field for field in meta.concrete_fields}
    chosen = [by_name[name] for name in fields]
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(str(field.column))} = %s" for field in chosen)
    assert meta.pk is not None
    statement = f"UPDATE {quote(meta.db_table)} SET {sets} WHERE {quote(str(meta.pk.column))} = %s"  # noqa: S608 our names
    values = [
        [*(f.get_db_prep_save(getattr(row, f.attname), connection=connection) for f in chosen), row.pk] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
