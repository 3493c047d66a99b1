"""What the people of the utility do next with an order, and when. Pure: no Django, no clock, no state of its own.

The year of history and the simulator ask the same questions here. The answer depends on the order as it is and on its
``Life``, which is drawn from the order's own key: asked twice, it is the same, so nothing has to be remembered.

To let people use a new action of a flow:

1. **Who does it.** A role that acts for the first time gets a desk in ``cast._DESKS``: its name here, the role, the
   levels of unit at which it is held. ``owner`` is whoever has the order.
2. **In a new state** (the order waits for the action): a row in ``STATES``, with a function that returns the ``Step``:
   when, which action, which desk, what is entered. **Beside the main line** (an urge, a note): a row in ``ASIDES``,
   and, where not every order gets it, a chance in ``Life.drawn``.
3. **What is said with it**: texts in ``data/texts.yaml`` under ``notes`` (``talk.note(name)``). What the situation of
   an order must know for it (a field of the typed row): a field of ``Situation``, filled in ``cast.situation``.
4. For work that waits when somebody signs in: a row in ``plan.WAITING``, with the state.

Actions, rights, inputs and guards are checked by the engine: a step that the rules refuse is logged and left. The tests
of the demonstration fail for a refusal in the history, and for a step that no flow declares.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from open95598.foundation.calendars.arithmetic import WorkCalendar
from open95598.project.demo import customers

#: when customers are called back: local minutes of the day (DOMAIN 2.3 keeps noon and night quiet)
WINDOWS = ((8 * 60 + 10, 11 * 60 + 50), (14 * 60 + 10, 20 * 60 + 40))
#: arrival after the crew sets out, in minutes: usual least, usual most
DRIVE = {"city": (9, 34), "rural": (20, 70), "remote": (35, 95)}


@dataclass(frozen=True)
class Life:
    """What becomes of an order, drawn when it comes in. ``forced`` overrides what was drawn."""

    key: str
    returned: bool = False
    suspended: bool = False
    late: str = ""
    dissatisfied: bool = False
    unreached: int = 0
    rejected: bool = False
    joint: bool = False
    urged: bool = False
    noted: bool = False
    reopened: bool = False

    @classmethod
    def drawn(cls, key: str, kind: str, forced: Mapping[str, Any] | None = None) -> Life:
        """Draw the life of an order of a kind."""
        dice = random.Random(f"{key}/life")  # noqa: S311
        fault = kind == "fault"
        steps = ("accept", "arrive", "restore") if fault else ("accept", "contact", "reply")
        chances: dict[str, Any] = {
            "returned": dice.random() < (0.025 if fault else 0.06),
            "suspended": dice.random() < (0.02 if fault else 0.04),
            "late": dice.choice(steps) if dice.random() < (0.11 if fault else 0.14) else "",
            "dissatisfied": dice.random() < (0.025 if fault else 0.09),
            "unreached": dice.choices((0, 1, 2, 3), (88, 8, 3, 1))[0],
            "rejected": dice.random() < 0.08,
            "joint": dice.random() < (0.004 if fault else 0.07),
            "urged": dice.random() < (0.05 if fault else 0.13),
            "noted": dice.random() < 0.08,
            "reopened": dice.random() < 0.012,
        }
        return cls(key, **(chances | dict(forced or {})))


@dataclass(frozen=True)
class Situation:
    """An order as it is. ``level`` and ``area`` are those of the unit that has it; times are aware UTC.

    ``since``: when it came into its state, or when its customer was contacted in it.
    """

    kind: str
    category: str
    state: str
    version: int
    level: str
    area: str
    since: datetime
    opened_at: datetime
    now_with_station: bool = False
    place: str = ""
    cause: str = ""
    contacted: bool = False
    urges: int = 0
    attempts: int = 0
    returns: int = 0
    reopenings: int = 0
    review_level: int = 0
    satisfaction: str = ""
    #: complaints: what was found, "" when nobody looked yet
    substantiated: str = ""
    suspensions: int = 0
    #: nobody is to be called; only who may know a sealed identity calls
    anonymous: bool = False
    sealed: bool = False


@dataclass(frozen=True)
class Step:
    """What somebody does at ``at`` (aware UTC). ``who``: a role at the order's unit, ``owner``, or a desk of the
    centre. A unit ``@…`` in the data stands for what the cast finds."""

    at: datetime
    action: str
    who: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class _Talk:
    """One question being answered."""

    s: Situation
    life: Life
    calendar: WorkCalendar
    zone: tzinfo

    def __post_init__(self) -> None:
        s = self.s
        self.dice = random.Random(f"{self.life.key}/{s.state}/{s.version}/{s.attempts}/{s.contacted}")  # noqa: S311

    def minutes(self, least: float, most: float) -> timedelta:
        """Draw a length between two bounds (minutes), nearer to the lower one."""
        return timedelta(minutes=least + (most - least) * self.dice.random() ** 1.6)

    def soon(self, least: float, most: float) -> datetime:
        """Return a moment round the clock."""
        return self.s.since + self.minutes(least, most)

    def office(self, least: float, most: float) -> datetime:
        """Return a moment in working time, after so many working minutes."""
        length = self.minutes(least, most)
        at = self.calendar.add(self.s.since, max(int(length.total_seconds() // 60), 1))
        return at + timedelta(seconds=self.dice.randrange(60))

    def when_called(self, least: float, most: float) -> datetime:
        """Return a moment at which customers may be called."""
        at = self.soon(least, most)
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        for start, end in WINDOWS:
            if minute < start:
                return at + timedelta(minutes=start - minute + self.dice.randrange(100))
            if minute <= end:
                return at
        return at + timedelta(minutes=24 * 60 - minute + WINDOWS[0][0] + self.dice.randrange(120))

    def after_opening(self, field: tuple[float, float], desk: tuple[float, float]) -> datetime:
        """Return a moment so many minutes (between two bounds) after the opening of a fault, or of any other order."""
        return self.s.opened_at + timedelta(minutes=self.dice.uniform(*(field if self.s.kind == "fault" else desk)))

    def note(self, name: str) -> str:
        """Return a remark."""
        return customers.remark(name, self.dice, self.s.place)

    def is_late(self, step: str) -> bool:
        """Say whether this order's life makes this step late."""
        return self.life.late == step


def next_step(s: Situation, life: Life, calendar: WorkCalendar, zone: tzinfo) -> Step | None:
    """Return what is done next with the order; None when nothing is: it is archived for good, or nobody here knows."""
    found = STATES.get((s.kind, s.state)) or (STATES.get(("", s.state)) if s.kind in ORDERS else None)
    return found(_Talk(s, life, calendar, zone)) if found is not None else None


def asides(s: Situation, life: Life, calendar: WorkCalendar, zone: tzinfo) -> list[Step]:
    """Return what happens beside the main line, each at its moment after the opening: urges, notes, joint handling."""
    talk = _Talk(s, life, calendar, zone)
    talk.dice = random.Random(f"{life.key}/asides")  # noqa: S311
    return [step for aside in ASIDES if (step := aside(talk)) is not None]


# beside the main line ------------------------------------------------------------------------------------------------


def _urge(t: _Talk) -> Step | None:
    if not t.life.urged or t.s.kind not in ORDERS - {"praise"}:
        return None
    reason = t.dice.choice(("not_handled", "no_contact", "livelihood"))
    return Step(t.after_opening((50, 170), (900, 4000)), "urge", "agent", {"reason": reason})


def _note(t: _Talk) -> Step | None:
    if not t.life.noted:
        return None
    return Step(t.after_opening((8, 60), (60, 900)), "note", "agent", {"text": t.note("note")})


def _joint(t: _Talk) -> Step | None:
    if not t.life.joint or t.s.kind not in ORDERS - {"praise", "report", "consultation"}:
        return None
    return Step(t.after_opening((45, 80), (500, 1900)), "joint", "owner", {"unit": "@other", "task": t.note("joint")})


ASIDES: tuple[Callable[[_Talk], Step | None], ...] = (_urge, _note, _joint)


# what any order goes through -----------------------------------------------------------------------------------------


def _created(t: _Talk) -> Step:
    at = t.soon(0.4, 2.6) if t.s.kind == "fault" else t.soon(3, 40)
    return Step(at, "forward" if t.s.kind == "praise" else "dispatch", "dispatcher", {"unit": "@home"})


def _dispatched(t: _Talk) -> Step:
    fault = t.s.kind == "fault"
    who = "accepter" if fault else "manager" if t.s.kind == "report" else "handler"
    if t.life.returned and t.s.returns == 0 and t.s.kind in ORDERS:
        reason = t.dice.choice(("wrong_unit", "missing_data", "missing_data", "wrong_class"))
        at = t.soon(1, 2.8) if fault else t.soon(20, 100)
        return Step(at, "return", who, {"reason": reason, "note": t.note("return")})
    late = t.is_late("accept") and t.s.returns == 0
    at = (
        t.soon(3.5, 14)
        if fault and late
        else t.soon(0.3, 2.7)
        if fault
        else t.soon(*((125, 400) if late else (6, 105)))
    )
    return Step(at, "accept", who)


def _returned(t: _Talk) -> Step:
    at = t.soon(0.6, 3) if t.s.kind == "fault" else t.soon(5, 60)
    return Step(at, "dispatch", "dispatcher", {"unit": "@again"})


def _suspension_asked(t: _Talk) -> Step:
    return Step(t.soon(5, 40), "approve_suspension", "approver", {"note": t.note("approve")})


def _suspended(t: _Talk) -> Step:
    at = t.soon(240, 1300) if t.s.kind == "fault" else t.office(300, 1500)
    return Step(at, "resume", "owner", {"note": t.note("resume")})


def _replied(t: _Talk) -> Step:
    at = t.office(20, 330)
    if t.life.rejected and t.s.review_level == 0 and t.s.version <= 6:
        return Step(at, "reject", "auditor", {"note": t.note("reject")})
    return Step(at, "approve", "auditor")


def _reviewed(t: _Talk) -> Step:
    s = t.s
    if s.anonymous or s.kind in ("consultation", "suggestion"):
        return Step(t.office(10, 200), "archive", "callback")
    caller = "confidential" if s.sealed else "callback"
    at = t.when_called(*((130, 420) if s.attempts else (25, 720)))
    if s.attempts >= 3:
        return Step(t.soon(5, 60), "archive", "callback", {"note": t.note("unreached")})
    if s.attempts < t.life.unreached:
        return Step(at, "call_back", caller, {"outcome": "unreached", "note": t.note("unreached")})
    if t.life.dissatisfied and s.reopenings == 0 and not s.satisfaction:
        why = t.dice.choice(("not_solved", "slow", "attitude", "unclear", "result"))
        given = {"outcome": "unsatisfied", "satisfaction": "unsatisfied", "note": t.note("unsatisfied")}
        return Step(at, "call_back", caller, given | {"reason": why})
    outcome = "explained" if t.dice.random() < 0.03 else "satisfied"
    liked = t.dice.choices(("very_satisfied", "satisfied", "fair", "no_rating"), (38, 46, 8, 8))[0]
    given = {"outcome": outcome, "satisfaction": "fair" if outcome == "explained" else liked}
    if outcome == "explained":
        given["reason"] = t.dice.choice(("slow", "unclear", "charges", "beyond"))
    return Step(at, "call_back", caller, given | {"note": t.note("call_back")})


def _callback(t: _Talk) -> Step:
    return Step(t.soon(1, 25), "archive", "callback")


def _archived(t: _Talk) -> Step | None:
    if not t.life.reopened or t.s.reopenings or t.s.kind in ("praise", "joint"):
        return None
    return Step(t.soon(900, 5000), "reopen", "agent", {"reason": "not_solved", "note": t.note("unsatisfied")})


# the fault, in the field ---------------------------------------------------------------------------------------------


def _sent(t: _Talk) -> Step:
    if t.s.now_with_station:
        return Step(t.soon(0.5, 2.5), "transfer", "owner", {"unit": "@station", "note": t.note("transfer")})
    return Step(t.soon(0.7, 5), "send_crew", "owner")


def _on_the_way(t: _Talk) -> Step:
    least, most = DRIVE[t.s.area]
    at = t.soon(most * 1.35, most * 2.2) if t.is_late("arrive") else t.soon(least, most)
    return Step(at, "arrive", "owner")


def _arrived(t: _Talk) -> Step:
    found, whose = customers.cause(t.s.category, t.dice)
    return Step(t.soon(3, 25), "diagnose", "owner", {"cause": found, "ownership": whose})


def _diagnosed(t: _Talk) -> Step:
    s = t.s
    if t.life.suspended and not s.suspensions:
        reason = t.dice.choice(("weather", "customer_absent", "no_access"))
        return Step(t.soon(4, 20), "ask_suspension", "owner", {"reason": reason, "note": t.note("suspend")})
    longest = 165 if s.area == "city" else 215
    at = t.soon(longest * 1.2, longest * 2.4) if t.is_late("restore") else t.soon(8, longest * 0.75)
    result = "explained" if s.cause in ("customer", "none", "planned") else "solved"
    return Step(at, "restore", "owner", {"result": result})


def _restored(t: _Talk) -> Step:
    answer = customers.answer("fault", t.s.cause, t.s.place, t.dice)
    return Step(t.soon(4, 45), "reply", "owner", {"answer": answer})


# everything else, at a desk ------------------------------------------------------------------------------------------


def _finish(t: _Talk) -> Step:
    return Step(t.office(90, 700), "finish", "owner", {"result": t.note("joint_result")})


def _pass_on(t: _Talk) -> Step:
    return Step(t.soon(1, 9), "pass_on", "dispatcher")


def _answer_urge(t: _Talk) -> Step:
    return Step(t.soon(5, 100), "answer_urge", "handler", {"result": t.note("contact")})


def _instruct(t: _Talk) -> Step:
    given = {"outcome": t.dice.choice(("instruct", "support", "own_powers")), "result": t.note("instruct")}
    return Step(t.office(20, 240), "instruct", "approver", given)


# supervision and inspection -------------------------------------------------------------------------------------------


def _take_note(t: _Talk) -> Step:
    return Step(t.soon(2, 25), "take_note", "supervisor")


def _second_note(t: _Talk) -> Step:
    return Step(t.soon(1, 13), "take_second_note", "second_supervisor")


def _answer_supervision(t: _Talk) -> Step:
    at = t.soon(20, 230)
    given = {"measures": t.note("contact"), "promised_at": at + timedelta(hours=t.dice.randrange(3, 30))}
    return Step(at, "answer_supervision", "handler", given)


def _judge_answer(t: _Talk) -> Step:
    if t.s.version <= 5 and t.dice.random() < 0.15:
        return Step(t.soon(10, 200), "send_back", "supervisor", {"decision": t.note("reject")})
    return Step(t.soon(10, 200), "accept_answer", "supervisor")


def _inspect(t: _Talk) -> Step:
    return Step(t.office(60, 1400), "judge", "auditor", {"sheet": "@sheet"})


def _take_result(t: _Talk) -> Step:
    if t.dice.random() < 0.1:
        return Step(t.office(60, 900), "object", "manager", {"objection": t.note("contact")})
    return Step(t.office(60, 900), "agree", "manager")


def _decide_objection(t: _Talk) -> Step:
    given = {"outcome": t.dice.choice(("keep", "aside")), "decision": t.note("reject")}
    return Step(t.office(60, 900), "decide_objection", "city_auditor", given)


def _acknowledge(t: _Talk) -> Step:
    return Step(t.office(20, 400), "acknowledge", "handler")


def _accepted(t: _Talk) -> Step:
    s = t.s
    if s.kind in ("complaint", "report", "service_request") and not s.contacted:
        at = t.when_called(1500, 2400) if t.is_late("contact") else t.when_called(20, 600)
        return Step(at, "contact", "owner", {"outcome": "reached", "note": t.note("contact")})
    begin = {"opinion": "evaluate", "suggestion": "evaluate", "report": "investigate"}.get(s.kind, "begin")
    given = {"evaluation": t.dice.choice(("adopt", "partly", "known"))} if begin == "evaluate" else {}
    return Step(t.office(15, 240), begin, "owner", given)


#: how long the matter itself takes, in working minutes
_MATTER: dict[str, tuple[float, float]] = {
    "complaint": (300, 1150), "report": (900, 3300), "opinion": (240, 2300), "suggestion": (240, 2300),
    "consultation": (20, 600), "service_request": (120, 1100),
}  # fmt: skip


def _in_hand(t: _Talk) -> Step:
    s = t.s
    if t.life.suspended and not s.suspensions:
        reason = t.dice.choice(("third_party", "customer_absent", "government"))
        given = {"reason": reason, "note": t.note("suspend")}
        return Step(t.office(60, 300), "ask_suspension", "owner", given)
    least, most = _MATTER[s.kind]
    if t.is_late("reply"):
        least, most = most * 1.7, most * 2.4
    if s.kind == "complaint" and not s.substantiated:
        return Step(t.office(least * 0.6, least * 0.95), "substantiate", "owner", _finding(t))
    solved = t.dice.choices(("solved", "explained", "partly"), (7, 2, 1))[0]
    given = {"answer": customers.answer(s.kind, "", s.place, t.dice), "result": solved}
    return Step(t.office(least, most), "reply", "owner", given)


def _finding(t: _Talk) -> dict[str, Any]:
    """Return what the inquiry into a complaint comes to: two in five are found to be so, at least in part."""
    verdict = t.dice.choices(("yes", "partly", "no"), (25, 15, 60))[0]
    if verdict == "no":
        return {"substantiated": verdict, "finding": t.note("inquiry_no"), "explanation": t.note("explanation")}
    cause = next((c for part, c in _CAUSES.items() if part in t.s.category), "work_quality")
    return {
        "substantiated": verdict,
        "finding": t.note("inquiry_yes"),
        "cause": cause,
        "rectification": t.note("rectification"),
        "effect": t.note("effect"),
    }


#: part of a complaint's category → its usual cause
_CAUSES = {
    "conduct": "attitude", "quality.voltage": "power_quality", "frequent": "power_quality", "overtime": "efficiency",
    "not_reconnected": "efficiency", "information": "inconvenience", "urging": "language",
}  # fmt: skip
#: kinds of orders; what hangs below an order (a joint part, an urge) is a case of another kind
ORDERS = frozenset({"fault", "praise", *_MATTER})
#: kind ("": any other order) and state → what is done next
STATES: Mapping[tuple[str, str], Callable[[_Talk], Step | None]] = {
    ("", "created"): _created,
    ("", "dispatched"): _dispatched,
    ("", "returned"): _returned,
    ("", "reopened"): _returned,
    ("", "accepted"): _accepted,
    ("", "processing"): _in_hand,
    ("", "evaluated"): _in_hand,
    ("", "investigating"): _in_hand,
    ("", "suspension_asked"): _suspension_asked,
    ("", "suspended"): _suspended,
    ("", "replied"): _replied,
    ("", "reviewed"): _reviewed,
    ("", "callback"): _callback,
    ("", "archived"): _archived,
    ("fault", "accepted"): _sent,
    ("fault", "crew_dispatched"): _on_the_way,
    ("fault", "arrived"): _arrived,
    ("fault", "diagnosed"): _diagnosed,
    ("fault", "restored"): _restored,
    ("praise", "forwarded"): _acknowledge,
    ("joint", "dispatched"): _dispatched,
    ("joint", "accepted"): _finish,
    ("urge", "created"): _pass_on,
    ("urge", "passed_on"): _answer_urge,
    ("escalation", "created"): _instruct,
    ("supervision", "issued"): _take_note,
    ("supervision", "seconding"): _second_note,
    ("supervision", "noted"): _answer_supervision,
    ("supervision", "rejected"): _answer_supervision,
    ("supervision", "answered"): _judge_answer,
    ("inspection", "drawn"): _inspect,
    ("inspection", "judged"): _take_result,
    ("inspection", "objected"): _decide_objection,
}
