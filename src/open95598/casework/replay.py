"""Many acts at many moments in one transaction: for loading a history as it happened.

``perform_many`` does several things at one moment; here each act has its own, in the order of time, by its own actor,
through the same checks. Between the acts the clocks say what they had to say, at their own moments, as if the sweeper
had looked all the time.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from open95598.casework import acting, registry, work
from open95598.casework.acting import Request
from open95598.casework.actors import Actor
from open95598.casework.flow import Action
from open95598.casework.models import CaseClock
from open95598.casework.recipients import Directory
from open95598.casework.sweeper import speak
from open95598.casework.work import Work
from open95598.foundation.errors import Refused
from open95598.foundation.events.services import Said, say
from open95598.foundation.journal.services import Draft, append, append_to_stream


class Replay:
    """Cases in hand from one moment to another. Everything is kept in memory until ``finish``.

    The caller holds a transaction from before the making to after ``finish``, and gives the acts in order of time.
    ``directory`` says whom the clocks tell (default: who held a role at ``until``); several replays may share one.
    """

    def __init__(self, case_ids: Iterable[int], until: datetime, directory: Directory | None = None) -> None:
        due = CaseClock.objects.filter(next_at__lt=until).values_list("case_id", flat=True)
        self._until = until
        self._works = acting.load({*case_ids, *due}, lock=True)
        self._directory = directory or Directory(until)
        self._drafts: list[Draft] = []
        self._events: list[Said] = []
        self._after: list[tuple[work.Work, Action, dict[str, Any], Actor, datetime]] = []
        self._moments: list[tuple[datetime, int, CaseClock, work.Work]] = []
        self._count = 0
        for item in self._works.values():
            self._note_moments(item)

    def work(self, case_id: int) -> work.Work:
        """Return a case as it is now, in memory."""
        return self._works[case_id]

    def perform(self, request: Request, actor: Actor, at: datetime) -> Refused | None:
        """Perform one act at its moment, after what clocks had to say before it; return the refusal, if any."""
        self._let_clocks_speak(at)
        item = self._works.get(request.case_id)
        try:
            action, cleaned = acting.check(item, request, actor, at)
        except Refused as refusal:
            return refusal
        assert item is not None
        before, unit_before = item.case.state, item.case.unit_id
        if not action.appends:
            acting.apply(item, action, cleaned, actor, at, at)
        draft = acting.draft(item, action, cleaned, before, request, actor, at)
        if action.appends:
            append_to_stream(f"case/{item.case.pk}/notes", [draft])
        else:
            self._drafts.append(draft)
            item.touched = True
            self._note_moments(item)
        self._events.append(acting.performed(item, action, before, unit_before, draft, at))
        if action.effect:
            self._after.append((item, action, cleaned, actor, at))
        return None

    def finish(self) -> None:
        """Let the clocks speak to the end, then write everything, in few statements."""
        self._let_clocks_speak(self._until)
        append(self._drafts)
        work.store([w for w in self._works.values() if w.touched])
        say(self._events)
        for item, action, cleaned, actor, at in self._after:
            registry.typed(item.case.kind).effects[action.effect](item.case, item.typed, cleaned, actor, at)

    def _let_clocks_speak(self, at: datetime) -> None:
        while self._moments and self._moments[0][0] <= at:
            moment, _number, clock, item = heapq.heappop(self._moments)
            if clock.next_at != moment:
                continue  # stopped, paused or moved meanwhile
            spoken = speak(item.case, item.rules, clock, self._directory, moment)
            if spoken is not None:
                self._drafts.append(spoken.draft)
                self._events.append(spoken.said)
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
