"""What the house's people do by the calendar rather than because a case waits: the change of shift, the week's samples,
appeals against what was charged. The year of history and the simulator ask the same table."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog

from open95598.casework import services as casework
from open95598.control.assessment import appeals
from open95598.control.assessment.models import LedgerEntry
from open95598.control.sampling import services as sampling
from open95598.foundation.errors import Refused
from open95598.project.demo import crews, customers, utility
from open95598.project.demo.behaviour import Life
from open95598.project.demo.cast import Cast
from open95598.service.shifts import queries as shifts_queries
from open95598.service.shifts import services as shifts
from open95598.service.shifts.models import Handover

log = structlog.get_logger(__name__)
#: so long before a handover is signed for, its list was prepared, and handed over
PREPARED, HANDED = timedelta(minutes=11), timedelta(minutes=5)
#: charges of so long are looked at before somebody appeals
LOOKS_BACK = timedelta(days=8)


@dataclass(frozen=True)
class Routine:
    """Something done at times of the day (local), on days of the week (Monday is 0). ``lately``: how long before its
    end a history begins with it; what is longer ago has left its mark in nothing that is shown."""

    name: str
    do: Callable[[Cast, datetime], None]
    times: tuple[time, ...]
    days: tuple[int, ...] = tuple(range(7))
    lately: timedelta = timedelta(days=21)

    def moments(self, cast: Cast, start: datetime, end: datetime) -> Iterator[datetime]:
        """Yield when it is done after ``start``, up to ``end`` (aware UTC)."""
        day = start.astimezone(cast.zone).date()
        while day <= end.astimezone(cast.zone).date():
            for at in (datetime.combine(day, t, cast.zone).astimezone(start.tzinfo) for t in self.times):
                if start < at <= end and day.weekday() in self.days:
                    yield at
            day += timedelta(days=1)


def hand_over(cast: Cast, now: datetime) -> None:
    """Hand the shift of the province's centre over: one leader prepares the list and goes, the other signs for it."""
    unit = cast.by_code[utility.PROVINCE[0]]
    leaders = [cast.of_role(role, unit) for role in ("shift_leader", "deputy_leader")]
    going, coming = leaders if now.astimezone(cast.zone).hour >= 12 else leaders[::-1]
    if not going or not coming or Handover.objects.system("one at a time").filter(case__is_open=True).exists():
        return
    actor, rights = going[0], going[0].rights
    assert rights is not None
    leaving = [person_id for person_id, _name, _count in shifts_queries.keepers(rights, unit)][:4]
    made = shifts.prepare(unit, leaving, actor, now - PREPARED)
    shifts.note(made, {}, _said("handover", now.isoformat()), actor, now - PREPARED)
    casework.perform(made.pk, "hand_over", actor, now - HANDED)
    shifts.sign(made, coming[0], now)


def draw(cast: Cast, now: datetime) -> None:
    """Draw the samples of the last whole week, as the house's housekeeping does."""
    sampling.draw_week(sampling.last_week(now), sampling.HOUSE, now)


def appeal(cast: Cast, now: datetime) -> None:
    """Let some of those who were charged lately appeal: the person, or else the head of the unit."""
    charged = LedgerEntry.objects.filter(at__gt=now - LOOKS_BACK, at__lte=now, reverses=None, reversal=None)
    for entry in charged.select_related("unit").order_by("pk"):
        if not Life(f"charge/{entry.key}").has("appealed"):
            continue
        who = cast.person(entry.person_id) or next(iter(cast.of_role("unit_manager", entry.unit)), None)
        if who is None or appeals.against(entry, now) is not None:
            continue
        try:
            appeals.ask(entry.pk, _said("appeal", entry.key), who, now)
        except Refused as refusal:  # whoever was charged may have been kept from it meanwhile
            log.info("not appealed", entry=entry.pk, reason=str(refusal))


def _said(name: str, key: str) -> str:
    return customers.remark(name, random.Random(f"{key}/{name}"))  # noqa: S311


ROUTINES = (
    Routine("handover", hand_over, (time(8, 0), time(20, 0)), lately=timedelta(days=3)),
    Routine("crews", crews.change_shift, (time(8, 5), time(20, 5)), lately=timedelta(0)),
    Routine("draw", draw, (time(2, 40),), days=(0,)),
    Routine("appeal", appeal, (time(9, 40),), days=(0, 3)),
)


def due(cast: Cast, start: datetime, end: datetime, until: datetime | None = None) -> list[tuple[datetime, Routine]]:
    """Return what is done by the calendar after ``start``, up to ``end``, in the order of time.

    ``until``: where a history ends; of what is told of it, only what is late enough for each routine.
    """
    found = [
        (at, routine)
        for routine in ROUTINES
        for at in routine.moments(cast, max(start, until - routine.lately) if until else start, end)
    ]
    return sorted(found, key=lambda one: one[0])
