"""Tells the year: registers its orders and lets the utility's people act on them, window by window, through the
services, each act at its own moment. A window and the mark of how far it got are one transaction."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.casework.recipients import Directory
from open95598.casework.replay import Effect, Replay
from open95598.casework.services import Request
from open95598.casework.work import load_typed
from open95598.control.supervision import events as supervision
from open95598.control.supervision import services as supervisions
from open95598.foundation.calendars import store as calendars
from open95598.foundation.errors import Impossible, Refused
from open95598.foundation.events.registry import Heard
from open95598.foundation.events.services import Said, as_past
from open95598.foundation.journal.models import Entry
from open95598.foundation.rulebook.oversight_rows import Trigger
from open95598.foundation.units import queries as tree
from open95598.project.demo import behaviour, customers, hearing, plan, routines
from open95598.project.demo.behaviour import Life, Step
from open95598.project.demo.cast import Cast
from open95598.project.demo.models import Build, Planned
from open95598.service.portal import accounts as portal
from open95598.service.portal.models import Origin
from open95598.service.portal.pages import receipts
from open95598.service.workorders import merging
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.services import NewOrder, register_past

#: a window is a fifth of its age: long for what is long ago, so that there are few, short for the last hours, so that
#: the journal's newest pages read in order
LONGEST, SHORTEST = timedelta(days=12), timedelta(hours=1)
#: what happened after that is told to people (bells, messages) as if it were now
FRESH = timedelta(hours=3)
#: effects that open or change another case, or may refuse: they happen at their moment, for which all that came before
#: is written; what others do (tell, keep a row of their own) is written with the rest
AT_ONCE: Mapping[str, Effect] = {
    "urge": "sure", "escalate": "sure", "supervise": "sure", "answered": "sure", "unmerge": "sure",
    "unlink_repeat": "sure", "link_repeat": "now", "joint": "now", "coordinate": "now", "invite": "now",
    "conclude": "now", "merge": "now", "recuse": "now", "let_back": "now", "name": "now", "ask_keeper": "now",
    "mark": "sure", "unmark": "now", "charge": "now",
}  # fmt: skip
#: what was missed in the last weeks is charged in the ledger, and made supervisions by the rulebook's triggers; writing
#: down a whole year's would take as long as a fifth of the rest
CHARGED = timedelta(days=45)
#: so soon the worker hears of an order that came in
HEARD_AFTER = timedelta(seconds=20)
#: cases that are made by the calendar and then wait for people
MADE = ("inspection", "appeal")
#: in which state a part below an order that waits is left
PARTS_STAY = {"joint": "accepted", "urge": "passed_on", "escalation": "created", "coordination": "created"}


@dataclass
class _Told:
    """A case of the history: where it concerns, and what becomes of it."""

    case_id: int
    life: Life
    county: str
    place: str
    address: str
    number: str = ""
    source: str = ""
    stays_in: str = ""
    #: the order about the same matter that came in before, and the last one of the same customer
    twin: _Told | None = None
    earlier: _Told | None = None
    is_open: bool = True
    #: how often each action was performed on it
    done: Counter[str] = field(default_factory=Counter)
    #: cases that an act on this one may touch: what hangs below it, what it hangs below, what is merged with it
    near: set[int] = field(default_factory=set)
    #: the step that is planned next, and the case's version then; an older one in the queue has been overtaken
    next: Step | None = None
    version: int = 0


#: what is to be done: the next step or something beside it, what follows a registration, a supervision called for
_What = Step | tuple[Request, Actor] | Trigger


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
        self._by_index: dict[int | None, _Told] = {}
        self._coming: list[tuple[datetime, int, _Told, _What]] = []
        self._count = 0
        #: what is done by the calendar, and up to when the ledger has been told
        self._routines = routines.due(self._cast, build.begun_at, build.until, build.until)
        self._heard = build.until - CHARGED
        #: what may call for a supervision, since the last act
        self._noted: list[Said] = []
        #: refusals met on the main line: the behaviour asked for something that the rules do not allow
        self.refused: list[str] = []
        #: turns that a life would have taken and the rules refused: it went on without
        self.turned_down: Counter[str] = Counter()

    def tell(self, progress: Callable[[int, int], None]) -> None:
        """Tell everything from where the build stands to its end."""
        self._pick_up()
        done = sum(1 for order in self._orders if order.at < self._build.done_until)
        with tree.remembering():
            for end in self._windows():
                fresh = end > self.told_apart
                with transaction.atomic(), nullcontext() if fresh else as_past():
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
            length = min(max((self._build.until - at) / 5, SHORTEST), LONGEST)
            end = min(at + length, self._build.until)
            at = next((moment for moment, _routine in self._routines if at < moment < end), end)
            yield at

    def _window(self, end: datetime) -> int:
        """Tell one window up to ``end``; return how many orders came in."""
        start = self._build.done_until
        last = end == self._build.until
        self._by_calendar(start)
        new = [o for o in self._orders if start <= o.at < end or (last and o.at == end)]
        registered = register_past([self._call(order) for order in new])
        Planned.objects.bulk_create(
            [Planned(index=o.index, case_id=row.case_id) for o, (row, _r, _a) in zip(new, registered, strict=True)]
        )
        for order, (row, at_once, doer) in zip(new, registered, strict=True):
            told = self._take_up(order, row.case, row, follows=(at_once, doer) if at_once else None)
            if not order.at_once:
                self._plan_asides(told, row.case, row)
                for trigger in self._called_for_at_once(told, row):
                    self._push(told, order.at + HEARD_AFTER, trigger)
        Origin.objects.bulk_create(
            Origin(case_id=row.case_id, receipt=self._receipt(order), by_sms=True)
            for order, (row, _request, _doer) in zip(new, registered, strict=True)
            if order.source
        )
        wanted = {told.case_id for at, _n, told, _step in self._coming if at < end}
        replay = Replay(wanted, end, self._directory, self._note)
        while self._coming and self._coming[0][0] < end:
            at, _number, told, what = heapq.heappop(self._coming)
            if isinstance(what, Trigger):
                self._supervise(replay, told, at, what)
            else:
                self._act(replay, told, at, what)
            self._heed(replay, at)
        replay.finish()
        self._heed(replay, end)
        self._hear(end)
        return len(new)

    # what the worker hears of in the present --------------------------------------------------------------------------

    def _note(self, said: Said) -> None:
        told = self._known.get(said.case_id or 0)
        if told is not None and told.number and said.type in supervision.HEARD and self._is_supervised(said.at):
            self._noted.append(said)

    def _is_supervised(self, at: datetime) -> bool:
        return self._build.until - CHARGED < at <= self.told_apart

    def _heed(self, replay: Replay, at: datetime) -> None:
        """Let what happened up to ``at`` call for supervisions."""
        noted, self._noted = self._noted, []
        for said in noted:
            told = self._known[said.case_id or 0]
            event = Heard(0, said.type, said.key, said.at, said.case_id, said.payload)
            for trigger in supervision.called_for(event, replay.work(told.case_id).typed):
                self._supervise(replay, told, at, trigger)

    def _called_for_at_once(self, told: _Told, order: WorkOrder) -> list[Trigger]:
        """Return the triggers that hold for an order as it came in."""
        if not self._is_supervised(order.case.opened_at):
            return []
        facts = {"case.opened": {}, "complaint.graded": {"grade": order.grade}}
        return [
            trigger
            for name, payload in facts.items()
            for trigger in supervision.called_for(
                Heard(0, name, f"case/{told.case_id}", order.case.opened_at, told.case_id, payload), order
            )
        ]

    def _supervise(self, replay: Replay, told: _Told, at: datetime, trigger: Trigger) -> None:
        """Issue a supervision by a trigger of the rulebook, and let people go on with it."""
        replay.write(self._family(told))
        if supervisions.issue(told.case_id, trigger, at) is not None:
            self._take_up_parts(replay, told, at)

    def _by_calendar(self, at: datetime) -> None:
        """Do what is done by the calendar at a moment, and let people go on with the cases that it made."""
        due = [routine for moment, routine in self._routines if moment == at]
        for routine in due:
            routine.do(self._cast, at)
            made = Case.objects.system("the demonstration").filter(kind__in=MADE, opened_at=at).order_by("pk")
            new = [case for case in made if case.pk not in self._known]
            typed = load_typed(new)
            for case in new:
                if (order := self._order_of(case, typed[case.pk])) is not None:
                    self._take_up_part(order, case, typed[case.pk], at)

    def _hear(self, until: datetime) -> None:
        """Let the ledger be told of what happened: of the past here, of the present by the worker."""
        until = min(until, self.told_apart)
        if until > self._heard:
            hearing.hear(self._heard, until)
            self._heard = until

    def _order_of(self, case: Case, typed: Any) -> _Told | None:
        """Return the order of which a case is a part, or that an appeal goes back to."""
        found = self._known.get(typed.entry.case_id if case.kind == "appeal" else case.parent_id or 0)
        return self._known.get(min(found.near)) if found is not None and not found.number else found

    def _call(self, order: plan.Order) -> tuple[Actor, NewOrder, datetime]:
        dice = random.Random(f"{self._build.seed}/{order.index}/answer")  # noqa: S311
        answer = customers.answer(order.facts["kind"], "", order.place, dice) if order.at_once else ""
        satisfaction = dice.choice(("very_satisfied", "satisfied")) if answer else ""
        if order.source:
            notes = {"waited": False, "danger": "", "by_sms": True}
            new = NewOrder(order.facts, source=order.source, source_ref=self._receipt(order), notes=notes)
            return portal.actor(self._cast.portal), new, order.at
        return self._cast.agent(f"{order.index}"), NewOrder(order.facts, answer, satisfaction), order.at

    def _receipt(self, order: plan.Order) -> str:
        return receipts.of(f"demonstration/{self._build.seed}/{order.index}")

    def _take_up(
        self, order: plan.Order, case: Case, typed: WorkOrder, follows: tuple[Request, Actor] | None = None
    ) -> _Told:
        life = order.life(self._build.seed)
        told = _Told(
            case.pk, life, order.county, order.place, typed.address, typed.number, order.source, order.stays_in,
            self._by_index.get(order.twin), self._by_index.get(order.earlier), case.is_open,
        )  # fmt: skip
        self._known[case.pk] = self._by_index[order.index] = told
        if follows is not None:
            self._push(told, order.at, follows)
        else:
            self._plan_next(told, case, typed, order.at)
        return told

    def _plan_asides(self, told: _Told, case: Case, typed: object) -> None:
        if case.is_open:
            for step in behaviour.asides(
                self._situation(told, case, typed), told.life, self._calendar, self._cast.zone
            ):
                if step.at >= self._build.done_until:
                    self._push(told, step.at, step)

    def _take_up_parts(self, replay: Replay, told: _Told, at: datetime) -> None:
        """Let people go on with what an act opened below an order."""
        order_id = told.case_id if told.number else min(told.near)  # a part is near its order and nothing else
        parts = Case.objects.system("the demonstration").filter(parent_id=order_id).order_by("pk")
        for case_id in parts.values_list("pk", flat=True):
            if case_id not in self._known:
                item = replay.work(case_id)
                self._take_up_part(self._known[order_id], item.case, item.typed, at)

    def _take_up_part(self, order: _Told, case: Case, typed: object, at: datetime) -> _Told:
        stays_in = PARTS_STAY.get(case.kind, "") if order.stays_in else ""
        key = f"{order.life.key}/{case.kind}/{len(order.near)}"
        life = Life.of(key=key, kind=case.kind) if order.stays_in else Life(key, case.kind)
        part = _Told(case.pk, life, order.county, order.place, order.address, stays_in=stays_in, is_open=case.is_open)
        part.near.add(order.case_id)
        order.near.add(case.pk)
        self._known[case.pk] = part
        if case.is_open:
            self._plan_next(part, case, typed, at)
        return part

    def _act(self, replay: Replay, told: _Told, at: datetime, what: Step | tuple[Request, Actor]) -> None:
        if isinstance(what, Step) and what is not told.next and not what.beside:
            return  # overtaken
        item = replay.work(told.case_id)
        case, key = item.case, f"{told.life.key}/{item.case.unit_id}"
        if isinstance(what, tuple):
            request, doer = what
        elif (found := self._request(told, case, item.typed, what, key)) is not None:
            request, doer = found
        else:
            if not what.beside:
                self._turned_down(told, case, item.typed, what, Impossible("nobody is there to do it"), at)
            return
        action = item.flow.action(request.action)
        effect = action.effect if action is not None else ""
        when = self._when(told, effect)
        near = self._family(told)
        if request.action == "merge" and told.twin is not None:
            near |= self._family(told.twin)
        refusal = replay.perform(request, doer, at, near=near, effect=when)
        if refusal is not None:
            item = replay.work(told.case_id)  # it was read again when its effect refused
            self._turned_down(told, item.case, item.typed, what, refusal, at)
            return
        told.done[request.action] += 1
        told.is_open = case.is_open
        if effect and when in ("now", "sure"):
            self._after(replay, told, request.action, effect, at)
        if not (isinstance(what, Step) and what.beside):
            self._plan_next(told, case, item.typed, at)

    def _family(self, told: _Told) -> set[int]:
        """Return the cases whose stories touch each other's: a case, what is near it, what is near that."""
        found, coming = {told.case_id}, [told]
        while coming:
            new = coming.pop().near - found
            found |= new
            coming += [self._known[pk] for pk in new if pk in self._known]
        return found

    def _when(self, told: _Told, effect: str) -> Effect:
        """Say when an effect happens: writing everything before one is what a history spends most of its time on."""
        if effect == "answered" and not any(self._known[pk].number for pk in told.near):
            return "never"  # no other order waits for its answer
        if effect == "link_repeat" and not told.life.has("mistaken"):
            return "later"  # the other one was closed before this window began
        return AT_ONCE.get(effect, "later")

    def _request(self, told: _Told, case: Case, typed: Any, step: Step, key: str) -> tuple[Request, Actor] | None:
        doer = self._cast.doer(step, case, typed, key, listed=bool(told.stays_in))
        if doer is None:
            return None
        data = self._cast.data(step, case, told.address, told.county, key)
        return Request(told.case_id, step.action, data), doer

    def _turned_down(
        self, told: _Told, case: Case, typed: object, what: Step | tuple[Request, Actor], refusal: Refused, at: datetime
    ) -> None:
        """Go on without a turn that the rules refused; keep what they refused of the main line."""
        if not isinstance(what, Step) or not what.turn:
            name = what.action if isinstance(what, Step) else what[0].action
            self.refused.append(f"{case.kind} in {case.state}: {name}: {refusal} {dict(refusal.fields)}")
            return
        self.turned_down[f"{case.kind}: {what.action} in {case.state}"] += 1
        if not what.beside:
            told.life = replace(told.life, forced={**told.life.forced, what.turn: False})
            self._plan_next(told, case, typed, at)

    def _after(self, replay: Replay, told: _Told, action: str, effect: str, at: datetime) -> None:
        """See to what an effect left behind: parts to be taken up, orders that an answer lets go on."""
        if action == "merge" and told.twin is not None:
            told.near.add(told.twin.case_id)
            told.twin.near.add(told.case_id)
        if action == "unmerge" and told.twin is not None:
            told.near.discard(told.twin.case_id)
            told.twin.near.discard(told.case_id)
        if effect == "answered":  # what the worker does when it hears of the answer
            merging.hear(Heard(0, "order.answered", f"case/{told.case_id}", at, told.case_id, {}), at)
            replay.take(told.near)
        else:
            self._take_up_parts(replay, told, at)
        for other in (self._known[pk] for pk in told.near if pk in self._known):
            item = replay.work(other.case_id)
            if item.case.version != other.version:
                other.is_open = item.case.is_open
                self._plan_next(other, item.case, item.typed, at)

    def _situation(self, told: _Told, case: Case, typed: object) -> behaviour.Situation:
        twin = told.twin.number if told.twin is not None and told.twin.is_open else ""
        earlier = told.earlier.number if told.earlier is not None and not told.earlier.is_open else ""
        return self._cast.situation(case, typed, told.place, told.done, twin=twin, earlier=earlier)

    def _plan_next(self, told: _Told, case: Case, typed: object, at: datetime) -> None:
        told.version = case.version
        situation = self._situation(told, case, typed)
        step = behaviour.next_step(situation, told.life, self._calendar, self._cast.zone)
        if step is not None and case.state == told.stays_in and not step.turn:
            step = None  # here the present finds it
        told.next = step
        if step is not None:
            self._push(told, max(step.at, at), step)

    def _push(self, told: _Told, at: datetime, what: _What) -> None:
        self._count += 1
        heapq.heappush(self._coming, (at, self._count, told, what))

    def _pick_up(self) -> None:
        """After an interruption: take up the cases that were told already."""
        if not Planned.objects.exists():
            return
        orders = {order.index: order for order in self._orders}
        rows = dict(Planned.objects.order_by("index").values_list("case_id", "index"))
        ours = Q(pk__in=rows) | Q(parent_id__in=rows) | Q(kind__in=MADE)
        found = Case.objects.system("the demonstration").filter(ours).order_by("pk")
        cases = {case.pk: case for case in found}
        typed = load_typed(cases.values())
        done: dict[int, Counter[str]] = {}
        entries = Entry.objects.filter(case_id__in=cases, kind__startswith="case.").values_list("case_id", "kind")
        for case_id, kind in entries:
            done.setdefault(case_id or 0, Counter())[kind.removeprefix("case.")] += 1
        until = self._build.done_until
        for case_id in sorted(cases, key=lambda pk: (pk not in rows, rows.get(pk, pk))):
            case = cases[case_id]
            if case_id in rows:
                told = self._take_up(orders[rows[case_id]], case, typed[case_id])
            elif (order := self._order_of(case, typed[case_id])) is not None:
                told = self._take_up_part(order, case, typed[case_id], until)
            else:
                continue
            told.done = done.get(case_id, Counter())
            self._plan_next(told, case, typed[case_id], until)
            if case_id in rows:
                self._plan_asides(told, case, typed[case_id])
            merged = getattr(typed[case_id], "merged_into_id", None)
            if merged and case.state == "merged":
                told.near.add(merged)
                self._known[merged].near.add(case_id)
