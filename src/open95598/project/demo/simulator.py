"""The simulator: customers call, agents register, crews drive, clerks call back — through the services of the pages.

It keeps nothing in memory that matters: whether it plays and up to when customers have called lie in the database, and
what is done next with an order follows from the order itself (``behaviour``). Killed at any moment, it goes on.
An order that belongs to somebody who is not of the utility's made-up people, or that a person touched at a page, is
left alone. What it remembers (people and rights, when to look at a case again) only saves it work.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from open95598.casework import registry
from open95598.casework.models import Case
from open95598.casework.services import Request, perform_many
from open95598.casework.work import load_typed
from open95598.foundation import process
from open95598.foundation.calendars import store as calendars
from open95598.foundation.errors import Refused
from open95598.foundation.journal.models import Entry
from open95598.project.demo import behaviour, clientele, customers, marker, plan, routines
from open95598.project.demo.behaviour import Life, Step
from open95598.project.demo.cast import Cast
from open95598.project.demo.models import Build, Deed, Play, Storm
from open95598.service.portal import services as portal
from open95598.service.portal.pages import topics, wire
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.services import NewOrder, register_many
from open95598.service.workorders.steps import joining

log = structlog.get_logger(__name__)
SEED = 95598
#: of the calls in a storm, so many are from where it struck
IN_STRUCK = 0.7
#: seconds of the wall between two looks, while it plays
EVERY = 1.0
#: calls a day, outside storms
PER_DAY = 34.0
#: so many acts in one round: a round is short, so that stopping is quick
MOST = 150
#: after an idle time of the house's clock, no more than this is caught up on by callers
CATCH_UP = timedelta(hours=2)
KEPT_DEEDS = 300
#: so many cases are looked at in one round
AT_ONCE = 1000
#: for so long customers call again about an order that was archived, or rate it
LOOKS_BACK = timedelta(days=4)
#: where nobody could act, it is looked at again after so long
TRY_AGAIN = timedelta(minutes=5)
#: seconds of the wall for which people, units and rights are remembered; a new unit or role acts after that
REMEMBERED = 60.0
#: doors through which a person acts by hand
_BY_HAND = ("page", "api")


def play_row() -> Play:
    """Return the one row that says whether it plays."""
    return Play.objects.get_or_create(pk=1)[0]


def run() -> None:
    """Play, when told to, until the process ends: the ``simulator`` process."""
    process.loop("simulator", round_, every=EVERY)


def round_(now: datetime) -> int:
    """Do what is due at ``now`` (aware UTC) when it plays; return 0, so that the loop waits."""
    if not settings.DEMO or not marker.is_set(settings.HOME):
        return 0
    play = play_row()
    if not play.running:
        return 0
    if play.until is not None and now >= play.until:
        from open95598.project.demo import playing

        playing.stop(None, now)
        return 0
    Round(now).go(play)
    return 0


def round_or_end(now: datetime, stop: process.Stop) -> int:
    """Do a round; ask for the end of the loop when it no longer plays (for playing at a terminal)."""
    round_(now)
    if not play_row().running:
        stop.set()
    return 0


class _Memory:
    """What looking up costs more than a round in which little happens: the cast, and when to look at cases again."""

    def __init__(self) -> None:
        self._cast: Cast | None = None
        self._until = 0.0
        #: case → how long its journal was when it was looked at, and when its people do something next
        self.looks: dict[int, tuple[int, datetime]] = {}
        #: turns that the rules refused to a case
        self.refused: set[tuple[int, str]] = set()

    def cast(self, now: datetime) -> Cast:
        """Return people, units and rights as of ``now`` or of a moment ago."""
        if self._cast is None or time.monotonic() >= self._until or now < self._cast.now:
            self.looks.clear()
            self._cast, self._until = Cast(now), time.monotonic() + REMEMBERED
        return self._cast

    def forget(self) -> None:
        """Look everything up anew next time."""
        self._cast = None
        self.looks.clear()
        self.refused.clear()


_memory = _Memory()
#: for whoever throws the people away
forget = _memory.forget


class Round:
    """One look at everything, at one moment of the house's time."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.cast = _memory.cast(now)
        self.calendar = calendars.get("cn")
        self.deeds: list[Deed] = []

    def go(self, play: Play) -> int:
        """Let customers call and people act; return how many things were done."""
        self._calls(play)
        acted = self._acts()
        Deed.objects.bulk_create(self.deeds)
        newest = Deed.objects.order_by("-id").values_list("id", flat=True)[KEPT_DEEDS : KEPT_DEEDS + 1]
        for oldest in list(newest):
            Deed.objects.filter(id__lte=oldest).delete()
        return acted

    # customers ------------------------------------------------------------------------------------------------------

    def _calls(self, play: Play) -> None:
        """Register the calls since the last round; they and the mark of how far it got are one transaction."""
        with transaction.atomic():
            row = Play.objects.select_for_update().get(pk=play.pk)
            start = max(row.arrived_until or self.now, self.now - CATCH_UP)
            if start >= self.now:
                row.arrived_until = row.arrived_until or self.now
                row.save(update_fields=("arrived_until",))
                return
            calls: list[tuple[datetime, str, tuple[customers.Customer, ...]]] = [
                (at, "", ()) for at in plan.arrivals("calls", start, self.now, PER_DAY, self.cast.zone)
            ]
            for storm in Storm.objects.filter(starts_at__lt=self.now, ends_at__gt=start).select_related("city"):
                known = clientele.known(Build.objects.get().orders)
                struck = customers.struck(SEED, str(storm.pk), storm.city.code, known)
                calls += [(at, storm.city.code, struck) for at in self._storm_calls(storm, start)]
            for at, city, struck in sorted(calls, key=lambda call: call[:2])[:MOST]:
                self._call(at, city, struck)
            for _at, routine in routines.due(self.cast, start, self.now):
                self._routine(routine)
            row.arrived_until = self.now
            row.save(update_fields=("arrived_until",))

    def _routine(self, routine: routines.Routine) -> None:
        """Do what is done by the calendar; what somebody does by hand meanwhile stands in nobody's way."""
        try:
            with transaction.atomic():
                routine.do(self.cast, self.now)
        except Refused as refusal:
            log.info("not done", routine=routine.name, reason=str(refusal))

    def _storm_calls(self, storm: Storm, start: datetime) -> Iterable[datetime]:
        length = (storm.ends_at - storm.starts_at).total_seconds()
        dice = random.Random(f"storm/{storm.pk}")  # noqa: S311
        for _ in range(storm.calls):
            at = storm.starts_at + timedelta(seconds=length * dice.random() ** 1.4)
            if start < at <= self.now:
                yield at

    def _call(self, at: datetime, city: str, struck: Sequence[customers.Customer] = ()) -> None:
        key = f"call/{at.timestamp()}/{city}"
        dice = random.Random(key)  # noqa: S311
        kind = "fault" if city else dice.choices(list(plan.PROPORTIONS), list(plan.PROPORTIONS.values()))[0]
        # most who call in a storm are below the few devices that failed
        there = struck if dice.random() < IN_STRUCK else ()
        who = dice.choice(there) if there else customers.caller(SEED, dice, city=city)
        facts = plan.facts(kind, who, dice, known_place=dice.random() > 0.04)
        if dice.random() < plan.TWINS.get(kind, (0.0,))[0]:
            facts |= self._same_matter(kind, who, dice)
        if facts["channel"] == "web" and kind in topics.KINDS:
            self._sent(facts, key)
            return
        answer = customers.answer(kind, "", who.place, dice) if kind == "consultation" and dice.random() < 0.6 else ""
        agent = self.cast.agent(key)
        order = register_many(agent, [NewOrder(facts, answer)], self.now)[0]
        self._done(order.case_id, agent.person_id, "register")

    def _same_matter(self, kind: str, who: customers.Customer, dice: random.Random) -> dict[str, Any]:
        """Return what is told in a call about the same matter as another one of a moment ago; {} without any."""
        recent = WorkOrder.objects.system("what somebody else called about").filter(
            case__kind=kind, case__is_open=True, case__opened_at__gt=self.now - timedelta(minutes=45), anonymous=False
        )
        rows = list(recent.order_by("-case_id").values("category", "address")[:20])
        if not rows:
            return {}
        same = dice.choice(rows)
        there = replace(who, place=customers.place_in(same["address"]))
        return {**same, "channel": "phone", "description": customers.words_of(kind, same["category"], there, dice)}

    def _sent(self, facts: Mapping[str, Any], key: str) -> None:
        """Let a customer send a report through the customer's page."""
        kind = facts["kind"]
        fitting = [t for t in topics.TOPICS.get(kind, ()) if facts["category"].startswith(t.category)]
        topic = max(fitting, key=lambda t: len(t.category)).code if fitting else ""
        words = {name: facts[name] for name in ("description", "contact_name", "contact_phone")}
        report = wire.Report(kind=kind, topic=topic, place=facts["address"], by_sms=True, **words)
        try:
            done = portal.register(report, key, self.cast.portal, self.now)
        except Refused as refusal:  # the same phone again and again
            log.info("not sent", reason=str(refusal))
            return
        case_id = (
            WorkOrder.objects.system("what was just sent").values_list("case_id", flat=True).get(number=done.number)
        )
        self._done(case_id, self.cast.portal.pk, "register")

    # people ---------------------------------------------------------------------------------------------------------

    def _acts(self) -> int:
        cases = self._to_look_at()
        typed = load_typed(cases)
        done = self._deeds_of([case.pk for case in cases])
        due = [
            (step.at, case, step)
            for case in cases
            for step in self._steps(case, typed[case.pk], done.get(case.pk, Counter()))
        ]
        due.sort(key=lambda one: (one[0], one[1].pk))
        by_hand = self._by_hand([case.pk for _at, case, _step in due])
        acted: set[int] = set()
        for _at, case, step in due:
            if len(acted) >= MOST:
                break
            if case.pk in acted:
                continue
            if case.pk not in by_hand and self._act(case, typed[case.pk], step):
                acted.add(case.pk)
                _memory.looks.pop(case.pk, None)
            else:
                _memory.looks[case.pk] = (case.journal_seq, self.now + TRY_AGAIN)
        return len(acted)

    def _to_look_at(self) -> list[Case]:
        """Return the cases of the utility's people that something happened to since the last look, or whose time came.

        Archived ones too, for some days: customers call again, or rate.
        """
        rows = Case.objects.system("the simulator looks for its people's work")
        rows = rows.filter(Q(is_open=True) | Q(closed_at__gt=self.now - LOOKS_BACK), state_since__lte=self.now)
        wanted = []
        for pk, length in rows.order_by("state_since").values_list("pk", "journal_seq"):
            seen, again = _memory.looks.get(pk, (-1, self.now))
            if seen != length or again <= self.now:
                wanted.append(pk)
        cases = list(Case.objects.system("their work").filter(pk__in=wanted[:AT_ONCE]))
        ours = [case for case in cases if self.cast.is_ours(case.owner_id) and self.cast.knows(case.scope)]
        _memory.looks |= {case.pk: (case.journal_seq, self.now + TRY_AGAIN) for case in cases}
        return ours

    def _deeds_of(self, case_ids: list[int]) -> dict[int, Counter[str]]:
        """Return how often each action was performed on cases."""
        found: dict[int, Counter[str]] = {}
        rows = Entry.objects.filter(case_id__in=case_ids, kind__startswith="case.").values_list("case_id", "kind")
        for case_id, kind in rows:
            found.setdefault(case_id or 0, Counter())[kind.removeprefix("case.")] += 1
        return found

    def _steps(self, case: Case, typed: Any, done: Counter[str]) -> list[Step]:
        """Return what is due on a case: the next step, and what happens beside; keep when to look again."""
        refused = {turn: False for pk, turn in _memory.refused if pk == case.pk}
        life = Life(f"play/{case.pk}", case.kind, refused)
        situation = self.cast.situation(
            case, typed, customers.place_in(getattr(typed, "address", "")), done,
            twin=self._twin(case, typed) if life.has("merged") else "",
            earlier=self._earlier(case, typed) if life.has("repeated") else "",
        )  # fmt: skip
        step = behaviour.next_step(situation, life, self.calendar, self.cast.zone)
        flow = registry.flow(case.kind, case.flow_version)
        beside = [
            aside
            for aside in behaviour.asides(situation, life, self.calendar, self.cast.zone)
            if (action := flow.action(aside.action)) is not None and case.state in action.sources
        ]
        steps = [*([step] if step is not None else []), *(beside if case.is_open else [])]
        # what stands beside the main line happens at its time or not at all
        steps = [s for s in steps if (s is step and case.is_open) or s.at > self.now - CATCH_UP]
        _memory.looks[case.pk] = (case.journal_seq, min((one.at for one in steps), default=self.now + LOOKS_BACK))
        return [one for one in steps if one.at <= self.now]

    def _twin(self, case: Case, order: Any) -> str:
        """Return the number of an older open order about the same place; "" without one."""
        if not isinstance(order, WorkOrder) or not order.place or case.state not in ("created", "dispatched"):
            return ""
        rows = WorkOrder.objects.system("the same matter").filter(
            place=order.place, case__kind=case.kind, case__is_open=True, case_id__lt=case.pk
        )
        found = rows.exclude(case__state__in=joining.TOO_LATE).order_by("-case_id").values_list("number", flat=True)
        return found.first() or ""

    def _earlier(self, case: Case, order: Any) -> str:
        """Return the number of the last closed order of the same customer and kind; "" without one."""
        if not isinstance(order, WorkOrder) or not order.contact_phone or order.repeat_of_id is not None:
            return ""
        rows = WorkOrder.objects.system("the same customer").filter(
            contact_phone=order.contact_phone, case__kind=case.kind, case__is_open=False, case_id__lt=case.pk
        )
        return rows.order_by("-case_id").values_list("number", flat=True).first() or ""

    def _act(self, case: Case, typed: Any, step: Step) -> bool:
        key = f"play/{case.pk}/{case.unit_id}"
        address = getattr(typed, "address", "")
        doer = self.cast.doer(step, case, typed, key)
        if doer is None:
            return False
        data = self.cast.data(step, case, address, self.cast.county_of(case, address), key)
        version = None if step.beside else case.version
        try:
            perform_many([Request(case.pk, step.action, data, version)], doer, self.now)
        except Refused as refusal:  # somebody was quicker, or the rules say no: the next round looks again
            log.info("not done", case_id=case.pk, action=step.action, reason=str(refusal))
            if step.turn:
                _memory.refused.add((case.pk, step.turn))
            return False
        self._done(case.pk, doer.person_id, step.action)
        return True

    def _done(self, case_id: int, person_id: int | None, action: str) -> None:
        self.deeds.append(Deed(at=self.now, case_id=case_id, person_id=person_id, action=action))

    def _by_hand(self, case_ids: list[int]) -> set[int]:
        """Return the cases that somebody has acted on by hand: theirs to finish."""
        rows = Entry.objects.filter(case_id__in=case_ids).exclude(kind="case.opened")
        marks = [f'"via":"{door}"' for door in _BY_HAND]
        return {case_id for case_id, body in rows.values_list("case_id", "body") if any(m in body for m in marks)}  # type: ignore[misc]
