"""What people do with what hangs below an order: joint parts, urges, escalations, coordinations. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from open95598.project.demo.behaviour.orders import Rows
from open95598.project.demo.behaviour.talk import Play, Talk, office, pick, say, soon, weighted


def _meeting(t: Talk) -> datetime:
    return (t.s.since + timedelta(hours=t.dice.randint(2, 30))).replace(minute=0, second=0, microsecond=0)


_NOTE = Play("note", "answerer", soon(5, 60), {"text": say("contact")}, turn="noted")

ROWS: Rows = (
    (("joint",), ("dispatched",), (
        Play("decline", "handler", soon(20, 100), {"result": say("decline")}, turn="declined"),
        Play("accept", "handler", soon(6, 105)),
    )),
    (("joint",), ("accepted",), (
        _NOTE,
        Play("progress", "owner", office(30, 200), {"text": say("progress")}, turn="progress"),
        Play("finish", "owner", office(90, 700), {"result": say("joint_result")}),
    )),
    (("urge",), ("created",), (Play("pass_on", "dispatcher", soon(1, 9)),)),
    (("urge",), ("passed_on",), (
        Play("note", "urged", soon(2, 60), {"text": say("contact")}, turn="noted"),
        Play("answer_urge", "urged", soon(5, 100), {"result": say("urge_result")}),
    )),
    (("escalation",), ("created",), (
        _NOTE,
        Play("instruct", "approver", office(20, 240),
             {"outcome": weighted(instruct=3, support=2, own_powers=1), "result": say("instruct")}),
    )),
    (("coordination",), ("created",), (
        _NOTE,
        Play("invite", "handler", office(20, 50), {"unit": "@other"}, turn="invited"),
        Play("call_off", "handler", office(60, 300), {"note": say("call_off")}, turn="called_off"),
        Play("meet", "handler", office(60, 400),
             {"meeting_at": _meeting, "place": pick("视频会议", "三楼会议室", "现场"), "text": say("meeting")},
             only=lambda t: not t.s.done.get("meet")),
        Play("conclude", "handler", office(420, 900),
             {"result": say("conclude"), "unit": "@other", "task": say("joint")}, turn="joined_after"),
        Play("conclude", "handler", office(420, 900), {"result": say("conclude")}),
    )),
)  # fmt: skip
#: an appeal against the assessment, decided above, the second time further above
APPEALS: Rows = (
    (("appeal",), ("asked",), (
        Play("withdraw", "appellant", office(20, 200), turn="appeal_withdrawn"),
        Play("grant", "above", office(60, 700), {"decision": say("appeal_granted")}, turn="appeal_granted"),
        Play("refuse", "above", office(60, 700), {"decision": say("appeal_refused")}),
    )),
    (("appeal",), ("refused",), (
        Play("appeal_again", "appellant", office(60, 400), {"grounds": say("appeal_again")}, turn="appeal_again"),
    )),
    (("appeal",), ("asked_again",), (
        Play("grant_again", "far_above", office(60, 700), {"decision": say("appeal_granted")}, turn="appeal_granted"),
        Play("uphold", "far_above", office(60, 700), {"decision": say("appeal_refused")}),
    )),
)  # fmt: skip
#: where nobody does anything more
ENDS = {
    ("joint", "archived"), ("joint", "declined"), ("urge", "archived"), ("escalation", "archived"),
    ("coordination", "archived"), ("appeal", "granted"), ("appeal", "upheld"), ("appeal", "withdrawn"),
}  # fmt: skip
