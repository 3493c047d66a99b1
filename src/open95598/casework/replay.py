"""Many acts at many moments in one transaction: for loading a history as it happened.

``perform_many`` does several things at one moment; here each act has its own, in the order of time, by its own actor,
through the same checks. Between the acts the clocks say what they had to say, at their own moments, as if the sweeper
had looked all the time.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, Protocol, TypeVar

from django.db import transaction

from open95598.casework import acting, effects, registry, work
from open95598.casework.acting import Request
from open95598.casework.actors import Actor
from open95598.casework.flow import Action
from open95598.casework.models import CaseClock
from open95598.casework.recipients import Directory
from open95598.casework.sweeper import speak
from open95598.casework.work import Work
from open95598.foundation.errors import Refused
from open95598.foundation.events.services import Said, say
from open95598.foundation.journal.services import Draft, append, append_to_streams

#: when an act's effect happens: at its moment (``sure``: it refuses nothing), when it is written, not at all
Effect = Literal["now", "sure", "later", "never"]


class Replay:
    """Cases in hand from one moment to another: kept in memory until an effect needs them written, or the end.

    The caller holds a transaction from before the making to after ``finish``, and gives the acts in order of time.
    ``directory`` says whom the clocks tell (default: who held a role at ``until``); several replays may share one.
    ``heard`` is told of every act and every word of a clock at once, before anything is written.
    """

    def __init__(
        self,
        case_ids: Iterable[int],
        until: datetime,
        directory: Directory | None = None,
        heard: Callable[[Said], object] = lambda _said: None,
    ) -> None:
        due = CaseClock.objects.filter(next_at__lt=until).values_list("case_id", flat=True)
        self._until = until
        #: the moment of the last act: nothing is told of an earlier one any more
        self._reached = datetime.min.replace(tzinfo=UTC)
        self._works: dict[int, work.Work] = {}
        self._directory = directory or Directory(until)
        self._heard = heard
        self._drafts: list[Draft] = []
        self._events: list[Said] = []
        #: what is written after the cases: notes beside them, and effects that need not happen at once; in their order
        self._later: list[_Later] = []
        self._moments: list[tuple[datetime, int, CaseClock, work.Work]] = []
        self._count = 0
        self.take({*case_ids, *due})

    def take(self, case_ids: Iterable[int]) -> None:
        """Take cases into hand as they are in the database, also those that are in hand already."""
        found = acting.load(case_ids, lock=True)
        self._works |= found
        for item in found.values():
            self._note_moments(item)

    def work(self, case_id: int) -> work.Work:
        """Return a case as it is now, in memory."""
        if case_id not in self._works:
            self.take([case_id])
        return self._works[case_id]

    def perform(
        self, request: Request, actor: Actor, at: datetime, *, near: Collection[int] = (), effect: Effect = "now"
    ) -> Refused | None:
        """Perform one act at its moment, after what clocks had to say before it; return the refusal, if any.

        ``near``: other cases that its effect may touch or tell of something, which are written before it and read again
        after it. What the caller knows of the effect saves writing: it never refuses (``sure``: when it does, that is
        raised), changes no case that is in hand (``later``), or does nothing (``never``).
        """
        self._let_clocks_speak(at)
        self._reached = at
        item = self._works.get(request.case_id)
        try:
            action, cleaned = acting.check(item, request, actor, at)
        except Refused as refusal:
            return refusal
        assert item is not None
        if not action.effect or effect in ("later", "never"):
            self._do(item, action, cleaned, request, actor, at)
            if action.effect and effect == "later":
                then = effects.Happened(copy(item.case), copy(item.typed), cleaned, actor, at)
                self._later.append(_Later(item.case.pk, registry.effect(item.case.kind, action), then))
            return None
        touched = {item.case.pk, *near}  # an effect acts on what is in the database
        if effect == "sure":
            self._do(item, action, cleaned, request, actor, at)
            self.write(touched)
            registry.effect(item.case.kind, action)(item.case, item.typed, cleaned, actor, at)
            self.take(pk for pk in touched - {item.case.pk} if pk in self._works)
            return None
        self.write(touched)
        try:
            with transaction.atomic():
                self._do(item, action, cleaned, request, actor, at)
                self.write(touched)
                registry.effect(item.case.kind, action)(item.case, item.typed, cleaned, actor, at)
        except Refused as refusal:
            self.take([item.case.pk])  # as it was before
            return refusal
        self.take(pk for pk in touched - {item.case.pk} if pk in self._works)
        return None

    def _do(
        self, item: Work, action: Action, data: dict[str, Any], request: Request, actor: Actor, at: datetime
    ) -> None:
        before, unit_before = item.case.state, item.case.unit_id
        if not action.appends:
            acting.apply(item, action, data, actor, at, at)
        draft = acting.draft(item, action, data, before, request, actor, at)
        if action.appends:
            self._later.append(_Later(item.case.pk, note=replace(draft, stream=f"case/{item.case.pk}/notes")))
        else:
            self._drafts.append(draft)
            item.touched = True
            self._note_moments(item)
        self._say(acting.performed(item, action, before, unit_before, draft, at))

    def _say(self, said: Said) -> None:
        self._events.append(said)
        self._heard(said)

    def write(self, case_ids: Collection[int] | None = None) -> None:
        """Write what happened so far, in few statements; ``case_ids``: to these cases only, the others wait."""
        drafts, self._drafts = _parted(self._drafts, case_ids)
        events, self._events = _parted(self._events, case_ids)
        later, self._later = _parted(self._later, case_ids)
        append(drafts)
        chosen = self._works.values() if case_ids is None else (self._works.get(pk) for pk in case_ids)
        touched = [w for w in chosen if w is not None and w.touched]
        work.store(touched)
        say(events)
        for item in touched:
            item.new_clocks, item.changed_clocks, item.changed_fields, item.touched = [], {}, set(), False
        _write_beside(later)

    def finish(self) -> None:
        """Let the clocks speak to the end, then write everything."""
        self._let_clocks_speak(self._until)
        self.write()

    def _let_clocks_speak(self, at: datetime) -> None:
        while self._moments and self._moments[0][0] <= at:
            moment, _number, clock, item = heapq.heappop(self._moments)
            if clock.next_at != moment or self._works[item.case.pk] is not item:
                continue  # stopped, paused or moved meanwhile; or the case was read again
            # a clock that was moved may have had something to say before it was moved
            spoken = speak(item.case, item.rules, clock, self._directory, max(moment, self._reached))
            if spoken is not None:
                self._drafts.append(spoken.draft)
                self._say(spoken.said)
                item.case.breached = item.case.breached or clock.breached_at is not None
            if clock.pk is not None:
                item.changed_clocks[clock.pk] = clock
            item.touched = True
            self._note_moments(item)

    def _note_moments(self, item: Work) -> None:
        for clock in item.clocks:
            if clock.next_at is not None:
                self._count += 1
                heapq.heappush(self._moments, (clock.next_at, self._count, clock, item))


@dataclass(frozen=True)
class _Later:
    """What is written after a case: a note beside it, or an effect."""

    case_id: int
    effect: effects.Effect | None = None
    act: effects.Happened | None = None
    note: Draft | None = None


def _write_beside(later: Iterable[_Later]) -> None:
    """Write notes together as far as no effect lies between them, for that may tell the same stories of something."""
    notes: list[Draft] = []
    together: list[tuple[effects.Effect, effects.Happened]] = []
    for one in later:
        if one.note is not None:
            notes.append(one.note)
        elif one.effect is not None and one.act is not None:
            if isinstance(one.effect, effects.Together):
                together.append((one.effect, one.act))
                continue
            append_to_streams(notes)
            notes = []
            effects.follow([(one.effect, one.act)])
    append_to_streams(notes)
    effects.follow(together)


class _OfCase(Protocol):
    @property
    def case_id(self) -> int | None: ...


_One = TypeVar("_One", bound=_OfCase)


def _parted(found: list[_One], case_ids: Collection[int] | None) -> tuple[list[_One], list[_One]]:
    """Return what is of the cases (None: everything), and the rest."""
    if case_ids is None:
        return found, []
    return [one for one in found if one.case_id in case_ids], [one for one in found if one.case_id not in case_ids]
