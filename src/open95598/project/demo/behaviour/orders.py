"""What people do with an order, state by state. Pure; how to read and change the tables: see the package."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from open95598.project.demo import customers
from open95598.project.demo.behaviour.talk import (
    MATTER,
    Play,
    Talk,
    called,
    drive,
    field_or_desk,
    matter,
    office,
    pick,
    repair,
    say,
    soon,
    weighted,
)

FAULT = ("fault",)
#: kinds of orders that are handled at a desk
DESK = tuple(MATTER)
HANDLED = (*FAULT, *DESK)
#: kinds whose customer is to be contacted while it is handled
CONTACTED = ("complaint", "report", "service_request")
#: kinds that end by a click of the customer, or by an answer at once
LIGHT = ("fault", "consultation", "opinion", "suggestion", "service_request", "praise")
NO_CALL_BACK = ("consultation", "suggestion")
CALLED_BACK = tuple(kind for kind in HANDLED if kind not in NO_CALL_BACK)

Rows = tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[Play, ...]], ...]


def _answer(t: Talk) -> str:
    return customers.answer(t.s.kind, t.s.cause, t.s.place, t.dice)


def _found(t: Talk) -> dict[str, str]:
    cause, whose = customers.cause(t.s.category, t.dice)
    return {"cause": cause, "ownership": whose}


def _repaired(t: Talk) -> str:
    return "explained" if t.s.cause in ("customer", "none", "planned") else "solved"


def _appointment(t: Talk) -> datetime:
    day = (t.s.since + timedelta(days=t.dice.randint(1, 3))).astimezone(t.zone)
    return day.replace(hour=t.dice.choice((9, 10, 14, 15)), minute=t.dice.choice((0, 30)), second=0, microsecond=0)


def _mergeable(t: Talk) -> bool:
    return bool(t.s.twin)


_MERGE = Play("merge", "dispatcher", field_or_desk(soon(0.4, 2.2), soon(5, 60)),
              {"into": lambda t: t.s.twin, "note": say("merge")}, turn="merged", only=_mergeable)  # fmt: skip
_WITHDRAW = Play("withdraw", "customer", field_or_desk(soon(0.4, 2.5), soon(3, 60)), {"note": say("withdraw")},
                 turn="withdrawn", only=lambda t: t.s.source == "portal")  # fmt: skip
#: a complaint is taken back in a call
_WITHDRAW_BY_PHONE = replace(_WITHDRAW, who="customer_or_agent", turn="complaint_withdrawn", only=None)
_AT_ONCE = Play(
    "answer_at_once",
    "agent",
    soon(0.4, 2.4),
    {"answer": lambda t: customers.answer(t.s.kind, "customer", t.s.place, t.dice)},
    turn="at_once",
)
_WRONG = {"reason": pick("wrong_unit", "missing_data", "missing_data", "wrong_class"), "note": say("return")}
_SENT_BACK = field_or_desk(soon(1, 2.8), soon(20, 100))

# what any order goes through -----------------------------------------------------------------------------------------

TAKEN: Rows = (
    (LIGHT, ("created",), (_WITHDRAW, _AT_ONCE)),
    (LIGHT[:-1], ("dispatched",), (_WITHDRAW,)),
    (("complaint",), ("created", "dispatched"), (_WITHDRAW_BY_PHONE,)),
    (HANDLED, ("created",), (
        _MERGE,
        Play("dispatch", "dispatcher", field_or_desk(soon(0.4, 2.6), soon(3, 40)), {"unit": "@home"}),
    )),
    (HANDLED, ("dispatched",), (
        _MERGE,
        Play("return", "accepter", _SENT_BACK, _WRONG, turn="disputed", times=2),
        Play("return", "accepter", _SENT_BACK, _WRONG, turn="returned"),
        Play("accept", "accepter", field_or_desk(soon(0.3, 2.7), soon(6, 105)),
             late=("accept", field_or_desk(soon(3.5, 14), soon(125, 400)))),
    )),
    (HANDLED, ("returned", "reopened"), (
        Play("dispatch", "dispatcher", field_or_desk(soon(0.6, 3), soon(5, 60)), {"unit": "@again"}),
    )),
    (HANDLED, ("disputed",), (
        Play("decide", "approver", field_or_desk(soon(4, 25), office(10, 160)),
             {"unit": "@home", "decision": say("decide")}),
    )),
    (HANDLED, ("merged",), (
        Play("unmerge", "dispatcher", field_or_desk(soon(6, 30), soon(60, 500)), {"note": say("unmerge")},
             turn="mistaken"),
    )),
)  # fmt: skip

# what an order at a desk is stopped by; each comes back to where it was ----------------------------------------------


def _asked(t: Talk) -> bool:
    return t.s.extension == "asked"


_EXTENSION = (
    Play("ask_extension", "owner", office(30, 130),
         {"days": lambda t: t.dice.randint(2, 8), "note": say("extend"),
          "reason": pick("material", "investigation", "approval", "works", "customer")}, turn="extended"),
    Play("refuse_extension", "above", office(150, 400), {"decision": say("refuse_extension")},
         turn="extension_refused", only=_asked),
    Play("grant_extension", "above", office(150, 400), {"decision": say("grant")}, only=_asked),
)  # fmt: skip
_FIELD_EXTENSION = tuple(
    replace(play, when=soon(*minutes))
    for play, minutes in zip(_EXTENSION, ((5, 30), (40, 90), (40, 90)), strict=True)
)  # fmt: skip
_TERMINATION = Play(
    "ask_termination", "handler", field_or_desk(soon(15, 60), office(60, 400)),
    {"reason": weighted(beyond_law=5, withdrawn=3, duplicate=1, not_ours=2), "note": say("terminate")},
    turn="terminated",
)  # fmt: skip


def _suspension(when: Any, *reasons: str) -> Play:
    return Play("ask_suspension", "owner", when, {"reason": pick(*reasons), "note": say("suspend")}, turn="suspended")


STOPPED: Rows = (
    (HANDLED, ("suspension_asked",), (
        Play("refuse_suspension", "approver", soon(5, 40), {"note": say("refuse_suspension")},
             turn="suspension_refused"),
        Play("approve_suspension", "approver", soon(5, 40), {"note": say("approve")}),
    )),
    (HANDLED, ("suspended",), (
        Play("resume", "owner", field_or_desk(soon(240, 1300), office(300, 1500)), {"note": say("resume")}),
    )),
    (HANDLED, ("termination_asked",), (
        Play("refuse_termination", "approver", field_or_desk(soon(10, 60), office(30, 300)),
             {"note": say("refuse_termination")}, turn="termination_refused"),
        Play("approve_termination", "approver", field_or_desk(soon(10, 60), office(30, 300)), {"note": say("approve")}),
    )),
    (HANDLED, ("terminating",), (
        Play("inquire", "handler", office(60, 500), {"inquiry": say("inquiry"), "finding": say("finding")}),
    )),
    (("complaint",), ("inquired",), (
        Play("leave_unfound", "handler", office(5, 60),
             {"reason": pick("withdrawn", "beyond", "unknowable"), "note": say("left_unfound")},
             only=lambda t: not t.s.substantiated and not t.s.done.get("leave_unfound")),
    )),
    (HANDLED, ("inquired",), (
        Play("continue_handling", "handler", office(20, 200), {"note": say("continue")}, turn="continued"),
        Play("tell_customer", "handler", called(30, 500), {"answer": say("tell")}),
    )),
    (HANDLED, ("told",), (Play("terminate", "callback", office(20, 300)),)),
)  # fmt: skip

# the fault, in the field ---------------------------------------------------------------------------------------------

FIELD: Rows = (
    (FAULT, ("accepted",), (
        Play("transfer", "owner", soon(0.5, 2.5), {"unit": "@station", "note": say("transfer")},
             only=lambda t: t.s.now_with_station),
        Play("send_crew", "owner", soon(0.7, 5)),
    )),
    (FAULT, ("crew_dispatched",), (
        Play("contact", "owner", soon(3, 15), {"outcome": "reached", "note": say("contact")}, turn="contacted"),
        Play("arrive", "owner", drive(), late=("arrive", drive(1.35, 2.2))),
    )),
    (FAULT, ("arrived",), (
        Play("diagnose", "owner", soon(3, 25), _found),
    )),
    (FAULT, ("diagnosed",), (
        *_FIELD_EXTENSION,
        _suspension(soon(4, 20), "weather", "customer_absent", "no_access"),
        _TERMINATION,
        Play("restore", "owner", repair(0.05, 0.75), {"result": _repaired}, late=("restore", repair(1.2, 2.4))),
    )),
    (FAULT, ("restored",), (Play("reply", "owner", soon(4, 45), {"answer": _answer}),)),
)  # fmt: skip

#: part of a complaint's category → its usual cause
_CAUSES = {
    "conduct": "attitude", "quality.voltage": "power_quality", "frequent": "power_quality", "overtime": "efficiency",
    "not_reconnected": "efficiency", "information": "inconvenience", "urging": "language",
}  # fmt: skip


def _finding(t: Talk, verdict: str = "") -> dict[str, Any]:
    """Return what the inquiry into a complaint comes to: two in five are found to be so, at least in part."""
    verdict = verdict or t.dice.choices(("yes", "partly", "no"), (25, 15, 60))[0]
    if verdict == "no":
        return {"substantiated": verdict, "finding": say("inquiry_no"), "explanation": say("explanation")}
    cause = next((c for part, c in _CAUSES.items() if part in t.s.category), "work_quality")
    words = {"finding": "inquiry_yes", "rectification": "rectification", "effect": "effect"}
    return {"substantiated": verdict, "cause": cause} | {name: say(text) for name, text in words.items()}


def _changed(t: Talk) -> dict[str, Any]:
    """Return the finding turned round by the unit above, and why."""
    return _finding(t, "no" if t.s.substantiated in ("yes", "partly") else "yes") | {
        "reason": pick("new_evidence", "careless_inquiry", "wrong_standard"), "note": say("finding_changed"),
    }  # fmt: skip


# everything else, at a desk ------------------------------------------------------------------------------------------


def _owes_word(t: Talk) -> bool:
    """Say whether the customer is still to be spoken to: they left a number, and nobody reached them yet."""
    return not t.s.contacted and not t.s.anonymous


_TRANSFER = Play("transfer", "owner", soon(10, 60), {"unit": "@other", "note": say("transfer")}, turn="transferred")


def _reached(t: Talk) -> datetime:
    """Return when a customer is reached; a while after the first try, when nobody answered that."""
    return called(20, 600)(t) + timedelta(minutes=9 if t.s.done.get("contact") else 0)


_CONTACT = (
    Play("contact", "speaker", called(10, 240), {"outcome": weighted(no_answer=9, wrong_number=1)}, turn="no_answer",
         only=_owes_word),
    Play("contact", "speaker", _reached, {"outcome": "reached", "note": say("contact")},
         only=_owes_word, late=("contact", called(1500, 2400))),
)  # fmt: skip


def _is_told(t: Talk) -> bool:
    return not (t.s.anonymous or t.s.sealed) and t.dice.random() < 0.8


_BEGUN = office(15, 240)
_ANSWERED = {"answer": _answer, "result": weighted(solved=7, explained=2, partly=1)}
_REPLY = Play("reply", "owner", matter(), _ANSWERED, late=("reply", matter(1.7, 2.4)))
#: of complaints and reports: most customers whom one may know and call are told before the answer goes to review
_TOLD = replace(_REPLY, data=_ANSWERED | {"told": _is_told})
_IN_HAND = (
    *_EXTENSION, _suspension(office(60, 300), "third_party", "customer_absent", "government"), _TERMINATION,
)  # fmt: skip

DESKS: Rows = (
    (CONTACTED, ("accepted",), (_TRANSFER, *_CONTACT)),
    (("opinion", "suggestion", "consultation"), ("accepted",), (
        _TRANSFER,
        Play("contact", "owner", called(20, 600), {"outcome": "reached", "note": say("contact")}, turn="contacted"),
    )),
    (("complaint", "consultation"), ("accepted",), (Play("begin", "owner", _BEGUN),)),
    (("service_request",), ("accepted",), (
        Play("appoint", "owner", soon(5, 90), {"appointment_at": _appointment}, turn="appointed"),
        Play("begin", "owner", _BEGUN),
    )),
    (("report",), ("accepted",), (Play("investigate", "owner", _BEGUN),)),
    (("opinion", "suggestion"), ("accepted",), (
        Play("evaluate", "owner", _BEGUN, {"evaluation": weighted(adopt=4, partly=3, known=2, decline=1)}),
    )),
    (("complaint",), ("processing",), (
        Play("tell_how_it_stands", "owner", called(200, 900), {"text": say("progress")}, turn="progress_told"),
        *_IN_HAND,
        Play("substantiate", "owner", matter(0.6, 0.95), _finding, only=lambda t: not t.s.substantiated),
        Play("complete_finding", "owner", matter(0.8, 0.97), {"finding": say("inquiry_yes")}, turn="completed",
             only=lambda t: t.s.substantiated in ("yes", "partly")),
        _TOLD,
    )),
    (("service_request",), ("processing",), (
        Play("attend", "owner", soon(10, 120), {"note": say("contact")}, turn="attended"),
        Play("reconnect", "owner", soon(30, 240), turn="reconnected"),
    )),
    (("consultation", "service_request"), ("processing",), (*_IN_HAND, _REPLY)),
    (("report",), ("investigating",), (*_IN_HAND, _TOLD)),
    (("opinion", "suggestion"), ("evaluated",), (*_IN_HAND, _REPLY)),
    (("praise",), ("created",), (
        Play("forward", "dispatcher", soon(3, 40), {"unit": "@home"}),
    )),
    (("praise",), ("forwarded",), (Play("acknowledge", "handler", office(20, 400)),)),
)  # fmt: skip

# the answer, and after it --------------------------------------------------------------------------------------------

_CALL = field_or_desk(called(25, 720), called(25, 720))
_LIKED = weighted(very_satisfied=38, satisfied=46, fair=8, no_rating=8)


_WHY = pick("not_solved", "slow", "attitude", "unclear", "result")


def _again(t: Talk) -> datetime:
    if t.s.call_at is not None:  # as it was promised
        return t.s.call_at + timedelta(minutes=t.dice.uniform(0, 6))
    return (called(130, 420) if t.s.attempts else _CALL)(t)


def _promised(t: Talk) -> datetime:
    return called(240, 1400)(t).replace(second=0, microsecond=0)


def _answered(t: Talk) -> bool:
    return not t.s.done.get("withdraw")


def _unrated(t: Talk) -> bool:
    return t.s.satisfaction in ("", "no_rating")


AFTER: Rows = (
    (("complaint",), ("replied",), (
        Play("change_finding", "above", office(15, 60), _changed, turn="finding_changed"),
    )),
    (HANDLED, ("replied",), (
        Play("reject", "auditor", office(20, 330), {"note": say("reject")}, turn="rejected",
             only=lambda t: t.s.review_level == 0),
        Play("approve", "auditor", office(20, 330)),
    )),
    (HANDLED, ("reviewed",), (
        Play("archive", "callback", office(10, 200), only=lambda t: t.s.anonymous),
        Play("confirm", "customer", soon(4, 240), {"solved": weighted(yes=24, no=1), "satisfaction": _LIKED},
             turn="confirmed"),
    )),
    (NO_CALL_BACK, ("reviewed",), (
        Play("call_back", "caller", called(25, 720), {"outcome": "satisfied", "satisfaction": _LIKED},
             turn="asked_anyway"),
        Play("archive", "callback", office(10, 200)),
    )),
    (CALLED_BACK, ("reviewed",), (
        Play("archive", "callback", soon(5, 60), {"note": say("unreached")}, only=lambda t: t.s.attempts >= 3),
        Play("promise_call", "caller", _CALL, {"call_at": _promised, "note": say("promise_call")},
             turn="call_promised"),
        Play("call_back", "caller", _again, {"outcome": "unreached", "note": say("unreached")},
             only=lambda t: t.s.attempts < t.life.unreached),
        Play("call_back", "caller", _again,
             {"outcome": "unsatisfied", "satisfaction": "unsatisfied", "reason": _WHY, "note": say("unsatisfied")},
             turn="dissatisfied", times=9, only=lambda t: not t.s.reopenings and not t.s.satisfaction),
        Play("call_back", "caller", _again,
             {"outcome": "explained", "satisfaction": "fair", "note": say("explain"),
              "reason": pick("slow", "unclear", "charges", "beyond")}, turn="explained", times=9),
        Play("call_back", "caller", _again, {"outcome": "refused"}, turn="not_asked", times=9),
        Play("call_back", "caller", _again,
             {"outcome": "satisfied", "satisfaction": _LIKED, "note": say("call_back")}),
    )),
    (HANDLED, ("callback",), (Play("archive", "callback", soon(1, 25)),)),
    (HANDLED, ("archived",), (
        Play("reopen", "agent", soon(900, 5000),
             {"reason": pick("not_solved", "unsatisfied"), "note": say("unsatisfied")}, turn="reopened",
             only=_answered),
        Play("rate", "customer_or_agent", soon(20, 900),
             {"satisfaction": weighted(very_satisfied=5, satisfied=6, fair=2, unsatisfied=1)}, turn="rated",
             only=lambda t: _answered(t) and _unrated(t)),
    )),
    (HANDLED, ("terminated",), (
        Play("reopen", "agent", soon(900, 5000), {"reason": "wrong_answer", "note": say("unsatisfied")},
             turn="reopened"),
    )),
)  # fmt: skip

ROWS: Rows = (*TAKEN, *STOPPED, *FIELD, *DESKS, *AFTER)
#: where nobody does anything more: praise is read and kept
ENDS = {("praise", "archived")}
