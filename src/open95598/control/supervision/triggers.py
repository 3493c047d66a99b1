"""Which triggers of the rulebook hold for what happened to an order (DOMAIN 2.4). Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from open95598.foundation.rulebook.oversight_rows import FACTS, GRADED, OVERDUE, REPEATED, URGED, Trigger


@dataclass(frozen=True)
class Seen:
    """What happened to an order, and what is known of it then.

    ``clock``: the one that was just missed ("" when none was). ``urges``, ``repeats``: how often so far. ``grade``: the
    one just given. ``category``: its codes from the top of the tree down.
    """

    kind: str
    category: tuple[str, ...] = ()
    channel: str = ""
    priority: str = ""
    text: str = ""
    marks: frozenset[str] = frozenset()
    clock: str = ""
    urges: int = 0
    repeats: int = 0
    grade: str = ""


def fitting(triggers: Iterable[Trigger], seen: Seen) -> tuple[Trigger, ...]:
    """Return the triggers that hold, in the rulebook's order. Whether one was used before is not asked here."""
    return tuple(t for t in triggers if (not t.kinds or seen.kind in t.kinds) and _holds(t, seen))


def _holds(trigger: Trigger, seen: Seen) -> bool:
    return {
        OVERDUE: seen.clock in trigger.clocks,
        URGED: 0 < trigger.count <= seen.urges,
        REPEATED: 0 < trigger.count <= seen.repeats,
        GRADED: seen.grade in trigger.grades,
        FACTS: _any_fact(trigger, seen),
    }[trigger.when]


def _any_fact(trigger: Trigger, seen: Seen) -> bool:
    text = _plain(seen.text)
    return (
        seen.channel in trigger.channels
        or seen.priority in trigger.priorities
        or not seen.marks.isdisjoint(trigger.marks)
        or not set(trigger.categories).isdisjoint(seen.category)
        or any(_plain(word) in text for word in trigger.words)
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
