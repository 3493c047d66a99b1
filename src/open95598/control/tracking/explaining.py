"""Where an order is, why it stands there, who was asked (B2): from its case, clocks, parts and story. Pure.

The answer is a few lines of codes and facts; ``wording`` says them in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

#: what a line is about, in the order of the lines
WHERE, WHY, ASKED, STANDS = "where", "why", "asked", "stands"
#: states in which the order waits in front of somebody: state → line
_WAITS = {
    "created": "to_dispatch", "returned": "to_dispatch_again", "reopened": "reopened", "dispatched": "to_accept",
    "forwarded": "to_acknowledge", "disputed": "to_decide", "accepted": "in_hand", "processing": "in_hand",
    "investigating": "in_hand", "evaluated": "in_hand", "crew_dispatched": "crew_on_way", "arrived": "on_site",
    "diagnosed": "on_site", "restored": "to_reply", "replied": "to_review", "reviewed": "to_call_back",
    "callback": "to_archive", "suspension_asked": "suspension_asked", "suspended": "suspended", "merged": "merged",
    "termination_asked": "termination_asked", "terminating": "to_inquire", "inquired": "to_tell", "told": "to_close",
}  # fmt: skip
#: states in which it waits at the desk that registered it, not at the unit that is responsible
_AT_DESK = ("created", "returned", "reopened")


@dataclass(frozen=True)
class Part:
    """Something that hangs below the order and is not finished: a joint part, an urge, an escalation …"""

    kind: str
    state: str
    unit: str
    since: datetime
    due_at: datetime | None = None


@dataclass(frozen=True)
class Situation:
    """What is known of an order. Names are those of units and people, ``reason`` is a code with the list it is of."""

    state: str
    since: datetime
    unit: str
    desk: str
    owner: str = ""
    is_open: bool = True
    due_clock: str = ""
    due_at: datetime | None = None
    reason: str = ""
    merged_into: str = ""
    attempts: int = 0
    returns: int = 0
    review_level: int = 0
    extension: str = ""
    extension_days: int | None = None
    asked_by: str = ""
    parts: Sequence[Part] = ()
    progress_at: datetime | None = None
    stands_at: datetime | None = None


@dataclass(frozen=True)
class Line:
    """One sentence: what it is about, which one, and what is said in it. ``pressing``: somebody should do something."""

    about: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    pressing: bool = False


def explain(it: Situation, now: datetime) -> list[Line]:
    """Return what to say of an order at ``now``: where it is first; an order that has ended says only that."""
    if not it.is_open:
        return [Line(WHERE, "ended", {"since": it.since})]
    return [_where(it), *_why(it, now), *_asked(it, now), *_stands(it, now)]


def _where(it: Situation) -> Line:
    who = {"unit": it.desk if it.state in _AT_DESK else it.unit, "owner": it.owner, "since": it.since}
    code = _WAITS.get(it.state, "other")
    if code == "in_hand" and not it.owner:
        code = "in_hand_of_nobody"
    return Line(WHERE, code, {**who, "state": it.state, "level": it.review_level + 1, "attempts": it.attempts,
                              "number": it.merged_into, "by": it.asked_by})  # fmt: skip


def _why(it: Situation, now: datetime) -> Iterator[Line]:
    if it.reason:
        yield Line(WHY, "reason", {"reason": it.reason, "state": it.state})
    if it.returns:
        yield Line(WHY, "was_returned", {"times": it.returns})
    if it.due_at is not None and it.due_at < now:
        yield Line(WHY, "overdue", {"clock": it.due_clock, "due": it.due_at}, pressing=True)
    for part in it.parts:
        if part.kind == "joint":
            code = "joint_to_accept" if part.state == "dispatched" else "joint_open"
            yield Line(WHY, code, _of(part), pressing=_late(part, now))


def _asked(it: Situation, now: datetime) -> Iterator[Line]:
    if it.extension == "asked":
        yield Line(ASKED, "extension_asked", {"days": it.extension_days, "by": it.asked_by})
    codes = {"urge": "urged", "escalation": "escalated", "coordination": "coordinating", "supervision": "supervised"}
    for part in it.parts:
        if part.kind in codes:
            code = codes[part.kind] + ("_on" if part.kind == "urge" and part.state == "passed_on" else "")
            yield Line(ASKED, code, _of(part), pressing=_late(part, now))


def _stands(it: Situation, now: datetime) -> Iterator[Line]:
    if it.stands_at is not None and it.stands_at <= now:
        yield Line(STANDS, "stands", {"since": it.progress_at}, pressing=True)


def _of(part: Part) -> dict[str, Any]:
    return {"unit": part.unit, "since": part.since, "due": part.due_at}


def _late(part: Part, now: datetime) -> bool:
    return part.due_at is not None and part.due_at < now
