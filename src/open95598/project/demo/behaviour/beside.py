"""What happens beside the main line of an order, each at its moment after the opening. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from open95598.project.demo.behaviour.orders import HANDLED
from open95598.project.demo.behaviour.talk import Play, Talk, opened, pick, say

#: the promise to the customer passes to another agent, who signs for it or does not
_PASSED_ON = {"person": "@agent", "why": pick("handover", "leave", "duty"), "note": say("offer_promise")}
PROMISE = (
    Play("offer_promise", "keeper", opened((10, 40), (60, 600)), _PASSED_ON, turn="promise_passed"),
    Play("sign_promise", "asked_keeper", opened((45, 90), (700, 1500)), turn="promise_passed"),
    Play("offer_promise", "keeper", opened((10, 40), (60, 600)), _PASSED_ON, turn="promise_declined"),
    Play("decline_promise", "asked_keeper", opened((45, 90), (700, 1500)), {"note": say("decline_promise")},
         turn="promise_declined"),
)  # fmt: skip


def _wanted(t: Talk) -> datetime:
    """Return by when a supervisor wants an answer: long after the supervision itself."""
    return t.s.opened_at + (timedelta(hours=12) if t.s.kind == "fault" else timedelta(days=3))


def _mark(t: Talk) -> str:
    """Return the mark that an order gets, and loses again when it was a mistake."""
    return t.life.drawn("mark", ("media", "important_customer", "group", "life_support"))


#: kinds, and what happens beside: urges, notes, others drawn in. What the state does not allow is left undone
ROWS: tuple[tuple[tuple[str, ...], Play], ...] = (
    (HANDLED, Play("urge", "customer_or_agent", opened((50, 170), (900, 4000)),
                   {"reason": pick("not_handled", "no_contact", "livelihood")}, turn="urged")),
    (HANDLED, Play("urge", "customer_or_agent", opened((100, 200), (1500, 5000)),
                   {"reason": pick("not_handled", "safety")}, turn="urged_again", times=2)),
    (HANDLED, Play("note", "agent", opened((8, 60), (60, 900)), {"text": say("note")}, turn="noted")),
    (HANDLED, Play("note", "customer", opened((5, 50), (30, 900)), {"text": say("added")}, turn="added",
                   only=lambda t: t.s.source == "portal")),
    (HANDLED, Play("link_repeat", "agent", opened((1, 12), (5, 90)),
                   {"of": lambda t: t.s.earlier, "note": say("repeat")}, turn="repeated",
                   only=lambda t: bool(t.s.earlier))),
    (HANDLED, Play("unlink_repeat", "agent", opened((15, 60), (100, 600)), {"why": say("unlink")}, turn="mistaken",
                   only=lambda t: bool(t.s.earlier) and t.life.has("repeated"))),
    (HANDLED, Play("escalate", "handler", opened((45, 90), (500, 1900)),
                   {"reason": pick("beyond_powers", "resources", "risk", "rules", "safety"), "task": say("escalate")},
                   turn="escalated")),
    (HANDLED, Play("coordinate", "handler", opened((45, 90), (500, 1900)),
                   {"unit": "@other", "task": say("coordinate")}, turn="coordinated")),
    (HANDLED, Play("joint", "handler", opened((45, 80), (500, 1900)), {"unit": "@other", "task": say("joint")},
                   turn="joint")),
    (HANDLED, Play("call_wish", "agent", opened((5, 60), (60, 900)),
                   {"call_time": pick("morning", "afternoon", "evening"), "note": say("wish"),
                    "call_language": pick("mandarin", "dialect", "slow")}, turn="wished")),
    *((HANDLED, play) for play in PROMISE),
    (HANDLED, Play("supervise", "supervisor", opened((40, 100), (400, 1500)),
                   {"reason": pick("slow", "unkept", "evasive", "risk", "instruction"), "demand": say("demand"),
                    "wanted_by": _wanted}, turn="supervised")),
    (HANDLED, Play("mark", "agent", opened((3, 20), (10, 200)),
                   {"mark": _mark, "why": say("mark")}, turn="marked")),
    (HANDLED, Play("unmark", "agent", opened((25, 60), (250, 900)), {"mark": _mark, "why": say("unmark")},
                   turn="unmarked", only=lambda t: t.life.has("marked"))),
    (HANDLED, Play("charge", "supervisor", opened((60, 180), (1500, 4000)),
                   {"charge": pick("false_order", "blocked"), "note": say("charge")}, turn="charged")),
    (("complaint",), Play("grade", "dispatcher", opened((0, 0), (20, 200)),
                          {"grade": "important", "note": say("grade")}, turn="graded")),
    (("complaint",), Play("lower_grade", "above", opened((0, 0), (300, 1200)),
                          {"grade": "general", "note": say("lower_grade")}, turn="graded_down")),
    (("praise",), Play("note", "agent", opened((8, 60), (60, 900)), {"text": say("note")}, turn="noted")),
    (HANDLED, Play("name", "agent", opened((5, 40), (5, 200)), {"person": "@handler"}, turn="named")),
    (HANDLED, Play("recuse", "auditor", opened((0, 0), (30, 600)), {"person": "@handler", "note": say("recuse")},
                turn="recused")),
    (HANDLED, Play("let_back", "auditor_above", opened((60, 90), (700, 1200)),
                   {"person": "@recused", "note": say("let_back")}, turn="let_back",
                   only=lambda t: t.life.has("recused"))),
)  # fmt: skip
