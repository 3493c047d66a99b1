"""The simulator: customers call, agents register, crews drive, clerks call back — through the services of the pages.

It keeps nothing in memory that matters: whether it plays and up to when customers have called lie in the database, and
what is done next with an order follows from the order itself (``behaviour``). Killed at any moment, it goes on.
An order that belongs to somebody who is not of the utility's made-up people, or that a person touched at a page, is
left alone.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Count

from open95598.casework import registry
from open95598.casework.models import Case
from open95598.casework.services import Request, perform_many
from open95598.casework.work import load_typed
from open95598.foundation import process
from open95598.foundation.calendars import store as calendars
from open95598.foundation.errors import Refused
from open95598.foundation.journal.models import Entry
from open95598.project.demo import behaviour, customers, marker, plan
from open95598.project.demo.behaviour import Life, Step
from open95598.project.demo.cast import Cast
from open95598.project.demo.models import Deed, Play, Storm
from open95598.service.workorders.services import NewOrder, register_many

log = structlog.get_logger(__name__)
#: seconds of the wall between two looks, while it plays
EVERY = 1.0
#: calls a day, outside storms
PER_DAY = 34.0
#: so many acts in one round: a round is short, so that stopping is quick
MOST = 150
#: after an idle time of the house's clock, no more than this is caught up on by callers
CATCH_UP = timedelta(hours=2)
KEPT_DEEDS = 300
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
    """The cast as it was looked up last: looking it up costs more than a round in which little happens."""

    def __init__(self) -> None:
        self._cast: Cast | None = None
        self._until = 0.0

    def cast(self, now: datetime) -> Cast:
        """Return people, units and rights as of ``now`` or of a moment ago."""
        if self._cast is None or time.monotonic() >= self._until or now < self._cast.now:
            self._cast, self._until = Cast(now), time.monotonic() + REMEMBERED
        return self._cast

    def forget(self) -> None:
        """Look everything up anew next time."""
        self._cast = None


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
            calls = [(at, "") for at in plan.arrivals("calls", start, self.now, PER_DAY, self.cast.zone)]
            for storm in Storm.objects.filter(starts_at__lt=self.now, ends_at__gt=start).select_related("city"):
                calls += [(at, storm.city.code) for at in self._storm_calls(storm, start)]
            for at, city in sorted(calls)[:MOST]:
                self._call(at, city)
            row.arrived_until = self.now
            row.save(update_fields=("arrived_until",))

    def _storm_calls(self, storm: Storm, start: datetime) -> Iterable[datetime]:
        length = (storm.ends_at - storm.starts_at).total_seconds()
        dice = random.Random(f"storm/{storm.pk}")  # noqa: S311
        for _ in range(storm.calls):
            at = storm.starts_at + timedelta(seconds=length * dice.random() ** 1.4)
            if start < at <= self.now:
                yield at

    def _call(self, at: datetime, city: str) -> None:
        key = f"call/{at.timestamp()}/{city}"
        dice = random.Random(key)  # noqa: S311
        kind = "fault" if city else dice.choices(list(plan.PROPORTIONS), list(plan.PROPORTIONS.values()))[0]
        who = customers.caller(95598, dice, city=city)
        facts = plan.facts(kind, who, dice, known_place=dice.random() > 0.04)
        answer = customers.answer(kind, "", who.place, dice) if kind == "consultation" and dice.random() < 0.6 else ""
        agent = self.cast.agent(key)
        order = register_many(agent, [NewOrder(facts, answer)], self.now)[0]
        self._done(order.case_id, agent.person_id, "register")

    # people ---------------------------------------------------------------------------------------------------------

    def _acts(self) -> int:
        cases = list(
            Case.objects.system("the simulator looks for its people's work")
            .filter(is_open=True, state_since__lte=self.now)
            .order_by("state_since")[:2000]
        )
        cases = [case for case in cases if self.cast.is_ours(case.owner_id) and self.cast.knows(case.scope)]
        typed = load_typed(cases)
        urges = dict(
            Case.objects.system("urges of the cases at hand")
            .filter(pk__in=[c.pk for c in cases], children__kind="urge")
            .annotate(n=Count("children"))
            .values_list("pk", "n")
        )
        due = [
            (step.at, case, step) for case in cases for step in self._steps(case, typed[case.pk], urges.get(case.pk, 0))
        ]
        due.sort(key=lambda one: (one[0], one[1].pk))
        by_hand = self._by_hand([case.pk for _at, case, _step in due])
        acted = 0
        for _at, case, step in due:
            if case.pk not in by_hand and acted < MOST:
                acted += self._act(case, typed[case.pk], step)
        return acted

    def _steps(self, case: Case, typed: Any, urges: int) -> list[Step]:
        life = Life.drawn(f"play/{case.pk}", case.kind)
        address = getattr(typed, "address", "")
        situation = self.cast.situation(
            case, typed, life, customers.place_in(address), lambda: self._suspensions(case.pk), urges
        )
        step = behaviour.next_step(situation, life, self.calendar, self.cast.zone)
        found = [step] if step is not None and step.at <= self.now else []
        urge = registry.flow(case.kind, case.flow_version).action("urge")
        if urges == 0 and urge is not None and case.state in urge.sources:
            beside = behaviour.asides(situation, life, self.calendar, self.cast.zone)
            found += [aside for aside in beside if aside.action == "urge" and aside.at <= self.now]
        return found

    def _act(self, case: Case, typed: Any, step: Step) -> int:
        key = f"play/{case.pk}/{case.unit_id}"
        address = getattr(typed, "address", "")
        doer = self.cast.doer(step, case, address, key)
        if doer is None:
            return 0
        data = self.cast.data(step, case, address, self.cast.county_of(case, address), key)
        try:
            perform_many([Request(case.pk, step.action, data, case.version)], doer, self.now)
        except Refused as refusal:  # somebody was quicker, or the rules say no: the next round looks again
            log.info("not done", case_id=case.pk, action=step.action, reason=str(refusal))
            return 0
        self._done(case.pk, doer.person_id, step.action)
        return 1

    def _done(self, case_id: int, person_id: int | None, action: str) -> None:
        self.deeds.append(Deed(at=self.now, case_id=case_id, person_id=person_id, action=action))

    def _suspensions(self, case_id: int) -> int:
        return Entry.objects.filter(case_id=case_id, kind="case.ask_suspension").count()

    def _by_hand(self, case_ids: list[int]) -> set[int]:
        """Return the cases that somebody has acted on by hand: theirs to finish."""
        rows = Entry.objects.filter(case_id__in=case_ids).exclude(kind="case.opened")
        marks = [f'"via":"{door}"' for door in _BY_HAND]
        return {case_id for case_id, body in rows.values_list("case_id", "body") if any(m in body for m in marks)}  # type: ignore[misc]
