"""What the people of the utility do next with a case, and when. Pure: no Django, no clock, no state of its own.

The year of history and the simulator ask the same questions here. The answer depends on the case as it is and on its
``Life``, which is drawn from the case's own key: asked twice, it is the same, so nothing has to be remembered.

The tables are rows of ``Play``: who does what in a state, when, and what is entered. The first row of a state that fits
is what is done next. To let people use a new action of a flow:

1. **Main line, or a turn?** What every case goes through stands last in its state. What only some lives take is a row
   above it with a ``turn``, whose share stands in ``life.TURNS``; it is taken once (``times``) on a case.
2. **In a state** (the case waits for the action): a row in ``orders``, ``parts`` or the module of its room.
   **Beside the main line** (an urge, a note): a row in ``beside``.
3. **Who does it**: a role that acts for the first time gets a desk in ``cast.DESKS``: its name here, the role, the
   levels of unit at which it is held. ``owner`` is whoever has the case.
4. **What is said with it**: texts in ``data/texts.yaml`` under ``notes`` (``say(name)``). What the situation of a case
   must know for it is a field of ``Situation``, filled in ``cast.situation``.
5. For work that waits when somebody signs in: a row in ``plan.WAITING``.

Actions, rights, inputs and guards are checked by the engine: a step that the rules refuse is logged and left. The tests
fail for a refusal on the main line of the history, for a step that no flow declares, and for a state or an action that
nobody plays and that does not stand in the tests' list, with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from open95598.foundation.calendars.arithmetic import WorkCalendar
from open95598.project.demo.behaviour import beside, control, orders, parts
from open95598.project.demo.behaviour.life import TURNS, Life
from open95598.project.demo.behaviour.talk import Play, Situation, Step, Talk

__all__ = (
    "ASIDES",
    "BY_CALENDAR",
    "ENDS",
    "STATES",
    "TURNS",
    "Life",
    "Play",
    "Situation",
    "Step",
    "Talk",
    "asides",
    "next_step",
)


def _by_state(*tables: orders.Rows) -> Mapping[tuple[str, str], tuple[Play, ...]]:
    found: dict[tuple[str, str], tuple[Play, ...]] = {}
    for kinds, states, plays in (row for table in tables for row in table):
        for key in ((kind, state) for kind in kinds for state in states):
            found[key] = (*found.get(key, ()), *plays)
    return found


#: kind and state → what may be done next, the first row that fits
STATES = _by_state(orders.ROWS, parts.ROWS, parts.APPEALS, control.ROWS)
#: kind → what may happen beside the main line
ASIDES: Mapping[str, tuple[Play, ...]] = {
    kind: tuple(play for kinds, play in beside.ROWS if kind in kinds) for kind in (*orders.HANDLED, "praise")
}
#: kind and state in which nobody does anything more
ENDS = orders.ENDS | parts.ENDS | control.ENDS
#: kinds of cases that nobody finds waiting: people make and finish them by the calendar (``routines``, ``months``)
BY_CALENDAR = {"process_report", "handover", "knowledge", "visit", "door_visit", "connection_visit",
               "tier_proposal", "appointment", "data_finding", "outage", "planned_outage",
               "outage_information", "improvement"}  # fmt: skip


def next_step(s: Situation, life: Life, calendar: WorkCalendar, zone: tzinfo) -> Step | None:
    """Return what is done next with the case; None when nothing is: it has ended, or nobody here knows."""
    for play in STATES.get((s.kind, s.state), ()):
        talk = Talk(s, life, calendar, zone, play.action)
        if play.fits(talk):
            return play.step(talk)
    return None


def asides(s: Situation, life: Life, calendar: WorkCalendar, zone: tzinfo) -> list[Step]:
    """Return what happens beside the main line and has not happened yet, each at its moment after the opening.

    The moments do not depend on how far the case has come.
    """
    talks = ((play, Talk(s, life, calendar, zone, f"beside/{play.action}/{play.turn}", fixed=True))
             for play in ASIDES.get(s.kind, ()))  # fmt: skip
    return [play.step(talk) for play, talk in talks if play.fits(talk)]
