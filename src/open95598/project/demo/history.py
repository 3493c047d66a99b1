"""Tells the year: registers its orders and lets the utility's people act on them, window by window, through the
services, each act at its own moment. A window and the mark of how far it got are one transaction."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.casework.recipients import Directory
from open95598.casework.replay import Replay
from open95598.casework.services import Request
from open95598.casework.work import load_typed
from open95598.foundation.calendars import store as calendars
from open95598.foundation.events.services import as_past
from open95598.foundation.journal.models import Entry
from open95598.foundation.units import queries as tree
from open95598.project.demo import behaviour, customers, plan
from open95598.project.demo.behaviour import Life, Step
from open95598.project.demo.cast import Cast
from open95598.project.demo.models import Build, Planned
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.services import NewOrder, register_past

#: a window is a tenth of its age: long for what is long ago, so that there are few, short for the last hours, so that
#: the journal's newest pages read in order
LONGEST, SHORTEST = timedelta(days=5), timedelta(hours=1)
#: what happened after that is told to people (bells, messages) as if it were now
FRESH = timedelta(hours=3)
#: kinds of cases below an order that the history goes on with
PARTS = ("joint", "urge")


@dataclass
class _Told:
    """A case of the history: where it concerns, and what becomes of it."""

    case_id: int
    life: Life
    county: str
    place: str
    address: str
    stays_in: str = ""
    suspensions: int = 0
    #: the step that is planned next; an older one that is still in the queue has been overtaken
    next: Step | None = None


#: what is to be done: the next step or something beside it, or what follows a registration
_What = Step | tuple[Request, Actor]


class History:
    """The telling of one build."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._cast = Cast(build.until)
        self._directory = Directory(build.until)
        self._calendar = calendars.get("cn")
        span = build.until - build.begun_at
        self._orders = plan.year(build.seed, build.orders, build.until, span, self._cast.zone, self._calendar)
        self._known: dict[int, _Told] = {}
        self._coming: list[tuple[datetime, int, _Told, _What]] = []
        self._count = 0
        #: refusals met: the behaviour asked for something that the rules do not allow
        self.refused: list[str] = []

    def tell(self, progress: Callable[[int, int], None]) -> None:
        """Tell everything from where the build stands to its end."""
        self._pick_up()
        done = sum(1 for order in self._orders if order.at < self._build.done_until)
        for end in self._windows():
            fresh = end > self.told_apart
            with transaction.atomic(), tree.remembering(), nullcontext() if fresh else as_past():
                done += self._window(end)
                self._build.done_until = end
                self._build.save(update_fields=("done_until",))
            progress(done, len(self._orders))

    @property
    def told_apart(self) -> datetime:
        """The moment up to which what happened is history, heard by nobody; what is later is told as if it were now."""
        return self._build.until - FRESH

    def _windows(self) -> Iterator[datetime]:
        at = self._build.done_until
        while at < self._build.until:
            length = min(max((self._build.until - at) / 10, SHORTEST), LONGEST)
            at = min(at + length, self._build.until)
            yield at

    def _window(self, end: datetime) -> int:
        """Tell one window up to ``end``; return how many orders came in."""
        start = self._build.done_until
        last = end == self._build.until
        new = [o for o in self._orders if start <= o.at < end or (last and o.at == end)]
        registered = register_past([self._call(order) for order in new])
        Planned.objects.bulk_create(
            [Planned(index=o.index, case_id=row.case_id) for o, (row, _r, _a) in zip(new, registered, strict=True)]
        )
        for order, (row, at_once, doer) in zip(new, registered, strict=True):
            self._take_up(order, row.case, row, follows=(at_once, doer) if at_once else None)
        wanted = {told.case_id for at, _n, told, _step in self._coming if at < end}
        replay = Replay(wanted, end, self._directory)
        while self._coming and self._coming[0][0] < end:
            at, _number, told, what = heapq.heappop(self._coming)
            self._act(replay, told, at, what)
        replay.finish()
        self._take_up_parts(start)
        return len(new)

    def _call(self, order: plan.Order) -> tuple[Actor, NewOrder, datetime]:
        dice = random.Random(f"{self._build.seed}/{order.index}/answer")  # noqa: S311
        answer = customers.answer(order.facts["kind"], "", order.place, dice) if order.at_once else ""
        satisfaction = dice.choice(("very_satisfied", "satisfied")) if answer else ""
        return self._cast.agent(f"{order.index}"), NewOrder(order.facts, answer, satisfaction), order.at

    def _take_up(
        self, order: plan.Order, case: Case, typed: WorkOrder, follows: tuple[Request, Actor] | None = None
    ) -> None:
        life = order.life(self._build.seed)
        told = _Told(case.pk, life, order.county, order.place, typed.address, order.stays_in)
        self._known[case.pk] = told
        if follows is not None:
            self._push(told, order.at, follows)
        else:
            self._plan_next(told, case, typed)
        if case.is_open and not order.at_once:
            situation = self._cast.situation(case, typed, life, told.place, lambda: 0)
            for step in behaviour.asides(situation, life, self._calendar, self._cast.zone):
                if step.at >= self._build.done_until:
                    self._push(told, step.at, step)

    def _take_up_parts(self, since: datetime) -> None:
        """Let people go on with what was opened below the orders since: joint parts, urges."""
        parts = Case.objects.system("the demonstration").filter(kind__in=PARTS, is_open=True, opened_at__gte=since)
        cases = [case for case in parts if case.pk not in self._known]
        typed = load_typed(cases)
        for case in cases:
            parent = self._known.get(case.parent_id or 0)
            if parent is not None:
                told = _Told(
                    case.pk, Life(f"{parent.life.key}/part"), parent.county, parent.place, parent.address,
                    stays_in="accepted" if case.kind == "joint" and parent.stays_in else "",
                )  # fmt: skip
                self._known[case.pk] = told
                self._plan_next(told, case, typed[case.pk])

    def _act(self, replay: Replay, told: _Told, at: datetime, what: _What) -> None:
        item = replay.work(told.case_id)
        case, key = item.case, f"{told.life.key}/{item.case.unit_id}"
        aside = False
        if isinstance(what, tuple):
            request, doer = what
        else:
            aside = what is not told.next
            found = self._cast.doer(what, case, told.address, key, listed=bool(told.stays_in))
            if found is None:
                return
            data = self._cast.data(what, case, told.address, told.county, key)
            request, doer = Request(told.case_id, what.action, data), found
        refusal = replay.perform(request, doer, at)
        if refusal is None:
            told.suspensions += request.action == "ask_suspension"
            if not aside:
                self._plan_next(told, case, item.typed)
        elif not aside:
            why = f"{refusal} {dict(refusal.fields)}"
            self.refused.append(f"{case.kind} in {case.state}: {request.action}: {why}")

    def _plan_next(self, told: _Told, case: Case, typed: object) -> None:
        if case.state == told.stays_in:
            return
        situation = self._cast.situation(case, typed, told.life, told.place, lambda: told.suspensions)
        told.next = behaviour.next_step(situation, told.life, self._calendar, self._cast.zone)
        if told.next is not None:
            self._push(told, told.next.at, told.next)

    def _push(self, told: _Told, at: datetime, what: _What) -> None:
        self._count += 1
        heapq.heappush(self._coming, (at, self._count, told, what))

    def _pick_up(self) -> None:
        """After an interruption: take up the cases that were told already."""
        if not Planned.objects.exists():
            return
        orders = {order.index: order for order in self._orders}
        cases = Case.objects.system("the demonstration").in_bulk(Planned.objects.values_list("case_id", flat=True))
        typed = load_typed(cases.values())
        for row in Planned.objects.all():
            self._take_up(orders[row.index], cases[row.case_id], typed[row.case_id])
        asked = Entry.objects.filter(case_id__in=cases, kind="case.ask_suspension").values_list("case_id", flat=True)
        for case_id in filter(None, asked):
            self._known[case_id].suspensions += 1
        self._take_up_parts(self._build.begun_at)
