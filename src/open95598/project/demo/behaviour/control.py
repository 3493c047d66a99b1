"""What people do with what watches over orders: supervisions, inspections. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from open95598.project.demo.behaviour.orders import Rows
from open95598.project.demo.behaviour.talk import Play, Talk, office, pick, say, soon


def _promised(t: Talk) -> datetime:
    """Return a time that the unit promises: it lies ahead of its answer."""
    return t.s.since + timedelta(hours=t.dice.randrange(8, 40))


ROWS: Rows = (
    (("supervision",), ("issued",), (Play("take_note", "supervisor", soon(2, 25)),)),
    (("supervision",), ("seconding",), (Play("take_second_note", "second_supervisor", soon(1, 13)),)),
    (("supervision",), ("noted", "rejected"), (
        Play("withdraw", "supervisor", soon(5, 20), {"decision": say("supervision_withdrawn")},
             turn="supervision_withdrawn"),
        Play("raise_level", "supervisor", soon(5, 20), {"why": say("raise")}, turn="raised"),
        Play("answer_supervision", "answerer", soon(20, 230), {"measures": say("measures"), "promised_at": _promised}),
    )),
    (("supervision",), ("answered",), (
        Play("send_back", "supervisor", soon(10, 200), {"decision": say("reject")}, turn="answer_sent_back"),
        Play("accept_answer", "supervisor", soon(10, 200)),
    )),
    (("supervision",), ("accepted",), (
        Play("close", "supervisor", office(300, 1100), {"decision": say("supervision_closed")}),
    )),
    (("inspection",), ("drawn",), (
        Play("judge", "auditor", office(2000, 3600), {"sheet": "@sheet"}, turn="put_off"),
        Play("judge", "auditor", office(60, 1400), {"sheet": "@sheet"}),
    )),
    (("inspection",), ("judged",), (
        Play("object", "manager", office(60, 900), {"objection": say("objection")}, turn="objected"),
        Play("agree", "manager", office(60, 900)),
    )),
    (("inspection",), ("objected",), (
        Play("decide_objection", "auditor_above", office(60, 900),
             {"outcome": pick("keep", "keep", "aside"), "decision": say("objection_decided")}),
    )),
)  # fmt: skip
#: where nobody does anything more
ENDS = {("supervision", "closed"), ("supervision", "withdrawn"), ("inspection", "settled")}
