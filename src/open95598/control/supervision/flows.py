"""The life of a supervision (督办), and the acts that it adds to orders (H2, H4, C12, DOMAIN 2.4). Pure.

Issued → noted (a serious one by two supervisors, one after the other) → answered by the unit in writing → accepted, or
sent back → closed. The order goes on meanwhile, its state untouched. Raised by hand, the unit above supervises it
from then on: what the lower level could decide, only the higher one can. Nobody judges their own work: whoever has or
had the order, or answered for the unit, neither takes note nor decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from open95598.casework.flow import Action, Flow, FromInput, Input, InputType, Moment, Owner, Plus, Source, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps import beside
from open95598.service.workorders.steps.inputs import NOTE, choice

NOW, WHO = Source.NOW, Source.ACTOR
#: who may answer for the supervised unit
UNIT = (Permission.CASE_HANDLE, Permission.CASE_DISPATCH, Permission.CASE_APPROVE)

STATES = (
    State("issued", Label("待督办签收", "Issued"), clock="take_note"),
    State("seconding", Label("待第二督办人签收", "To be noted by a second supervisor"), clock="second_note"),
    State("noted", Label("待承办单位答复", "To be answered by the unit"), clock="supervision_answer"),
    State("answered", Label("待督办审定", "Answered, to be judged"), clock="supervision_decide"),
    State("rejected", Label("退回重新答复", "Sent back"), clock="supervision_answer"),
    State("accepted", Label("已认可，跟踪落实", "Accepted, promise followed"), clock="promise"),
    State("closed", Label("督办办结", "Closed"), final=True),
    State("withdrawn", Label("已撤销", "Withdrawn"), final=True),
)
OPEN = tuple(s.name for s in STATES if not s.final)
#: the unit owes an answer, or supervisors owe their note
UNANSWERED = ("issued", "seconding", "noted", "rejected")
_OWN = Label("您经办或答复了该工单，不能督办自己的工作。", "This is about your own work: somebody else supervises it.")


def _words(name: str, zh: str, en: str, *, help_: Label | None = None) -> Input:
    return Input(name, Label(zh, en), InputType.LONG_TEXT, max_length=2000, personal=True, help=help_)


def level(_rules: Any, case: Any) -> int:
    """Return how many levels above the supervised unit it is supervised: one more each time it was raised."""
    return int(case.review_level)


def raise_guard(m: Moment) -> Label | None:
    """Above the top of the tree there is nobody."""
    if m.case.review_level + 1 >= len(m.case.scope):
        return Label("已由最高一级督办。", "The highest level supervises it already.")
    return impartial(m)


def impartial(m: Moment) -> Label | None:
    """Nobody supervises their own work."""
    return _OWN if m.actor_id is not None and m.actor_id in m.typed.involved() else None


def second(m: Moment) -> Label | None:
    """The second supervisor is another person than the first [Q10]."""
    if m.actor_id is not None and m.actor_id == m.typed.noted_by_id:
        return Label("须由另一名督办人签收。", "Another supervisor than the first takes note.")
    return impartial(m)


def answer_guard(m: Moment) -> Label | None:
    """The unit answers, not whoever supervises it; what it promises lies ahead."""
    if m.actor_id is not None and m.actor_id in (m.typed.noted_by_id, m.typed.second_by_id):
        return Label("督办由您签收，答复须由承办单位作出。", "You supervise this: the unit answers.")
    return _ahead(m, "promised_at")


def judge_guard(m: Moment) -> Label | None:
    """Nobody judges their own answer; a new time lies ahead."""
    return impartial(m) or _ahead(m, "wanted_by")


def _ahead(m: Moment, name: str) -> Label | None:
    at = m.data.get(name)
    if at is not None and at <= m.now:
        return Label("所填时间须晚于现在。", "The time must lie ahead.")
    return None


def after_note(m: Moment) -> str:
    """A serious supervision passes two supervisors [Q10]."""
    return "seconding" if m.typed.serious else "noted"


def after_acceptance(m: Moment) -> str:
    """What an order that has ended was supervised for needs no following."""
    return "accepted" if m.typed.order_open() else "closed"


def order_unit(m: Moment) -> int:
    """Return the unit that has the order now."""
    return int(m.typed.order_unit_id())


FLOW = Flow(
    "supervision",
    1,
    Label("督办", "Supervision"),
    "issued",
    STATES,
    (
        Action(
            "take_note",
            Label("督办签收", "Take note"),
            Permission.CASE_SUPERVISE,
            ("issued",),
            ("seconding", "noted"),
            (NOTE,),
            owner=Owner.ACTOR,
            sets={"noted_by": WHO, "noted_at": NOW},
            above=level,
            guard=impartial,
            decide=after_note,
            effect="told_noted",
            main=True,
        ),
        Action(
            "take_second_note",
            Label("第二督办人签收", "Take note as the second"),
            Permission.CASE_SUPERVISE,
            ("seconding",),
            ("noted",),
            (NOTE,),
            sets={"second_by": WHO, "second_at": NOW},
            above=level,
            guard=second,
            effect="told_noted",
            main=True,
        ),
        Action(
            "answer_supervision",
            Label("答复督办", "Answer the supervision"),
            UNIT,
            ("noted", "rejected"),
            ("answered",),
            (
                _words("measures", "办理情况及措施", "How it stands, and the measures"),
                Input("promised_at", Label("承诺办结时间", "Promised for"), InputType.DATETIME),
            ),
            sets={
                "measures": FromInput("measures"),
                "promised_at": FromInput("promised_at"),
                "answered_by": WHO,
                "answered_at": NOW,
            },
            guard=answer_guard,
            effect="told_answered",
            main=True,
        ),
        Action(
            "accept_answer",
            Label("认可答复", "Accept the answer"),
            Permission.CASE_SUPERVISE,
            ("answered",),
            ("accepted", "closed"),
            (NOTE,),
            sets={"decision": FromInput("note"), "decided_by": WHO, "decided_at": NOW},
            above=level,
            guard=impartial,
            decide=after_acceptance,
            effect="told_judged",
            main=True,
        ),
        Action(
            "send_back",
            Label("退回重报", "Send back"),
            Permission.CASE_SUPERVISE,
            ("answered",),
            ("rejected",),
            (
                _words("decision", "退回原因", "Why"),
                Input("wanted_by", Label("重新答复时间", "Wanted by"), InputType.DATETIME, required=False),
            ),
            sets={
                "decision": FromInput("decision"),
                "wanted_by": FromInput("wanted_by"),
                "decided_by": WHO,
                "decided_at": NOW,
                "rejections": Plus(1),
            },
            above=level,
            guard=judge_guard,
            effect="told_judged",
        ),
        Action(
            "close",
            Label("督办办结", "Close"),
            Permission.CASE_SUPERVISE,
            ("accepted",),
            ("closed",),
            (_words("decision", "办结意见", "Conclusion"),),
            sets={"decision": FromInput("decision"), "decided_by": WHO, "decided_at": NOW},
            above=level,
            guard=impartial,
            effect="told_closed",
            main=True,
        ),
        Action(
            "withdraw",
            Label("撤销督办", "Withdraw"),
            Permission.CASE_SUPERVISE,
            UNANSWERED,
            ("withdrawn",),
            (_words("decision", "撤销原因", "Why"),),
            sets={"decision": FromInput("decision"), "decided_by": WHO, "decided_at": NOW},
            above=level,
            guard=impartial,
            effect="told_closed",
            danger=True,
        ),
        Action(
            "raise_level",
            Label("升级督办", "Raise the level"),
            Permission.CASE_SUPERVISE,
            OPEN,
            (),
            (_words("why", "升级原因", "Why"),),
            above=level,
            sets={"case.review_level": Plus(1)},
            guard=raise_guard,
            effect="told_raised",
        ),
        # the house itself: the order ended after its supervision was answered; the order went to another unit
        Action(
            "lapse", Label("随工单办结", "Ended with the order"), (), ("accepted",), ("closed",), effect="told_closed"
        ),
        Action(
            "breach_cleared",
            Label("实际未超时，撤销", "It was in time after all: withdrawn"),
            (),
            UNANSWERED,
            ("withdrawn",),
            sets={"cleared_at": NOW},
            effect="told_closed",
        ),
        Action("follow", Label("随工单转单位", "Went with the order"), (), OPEN, (), unit_input=order_unit),
        beside.note(STATES),
    ),
)


# what orders get -----------------------------------------------------------------------------------------------------


def supervise_guard(m: Moment) -> Label | None:
    """Nobody supervises the order they handle; the time wanted lies ahead."""
    if m.actor_id is not None and m.actor_id == m.case.owner_id:
        return _OWN
    return _ahead(m, "wanted_by")


def on_orders(flow: Flow) -> Iterable[Action]:
    """Return what every order's flow gets: supervise by hand, mark, take a mark back."""
    mark = choice("mark", "标记", "Mark", "order_marks")
    markers = (Permission.CASE_ANSWER, Permission.CASE_DISPATCH, Permission.CASE_HANDLE, Permission.CASE_SUPERVISE)
    unit_help = Label(
        "不选即为承办单位；可选承办单位的上级或协办单位。",
        "Empty: the handling unit. A unit above it or one that takes part can be named.",
    )
    yield Action(
        "supervise",
        Label("督办", "Supervise"),
        Permission.CASE_SUPERVISE,
        flow.open_states,
        (),
        (
            choice("reason", "督办原因", "Reason", "supervise_reasons"),
            _words("demand", "督办要求", "What is asked"),
            Input("wanted_by", Label("要求答复时间", "Answer wanted by"), InputType.DATETIME),
            Input("unit", Label("督办单位", "Unit supervised"), InputType.UNIT, required=False, help=unit_help),
            Input("serious", Label("重大督办（两名督办人签收）", "Serious: two supervisors"), InputType.BOOLEAN,
                  required=False),
        ),
        guard=supervise_guard,
        effect="supervise",
        appends=True,
    )  # fmt: skip
    yield Action(
        "mark",
        Label("标记", "Mark"),
        markers,
        flow.open_states,
        (),
        (mark, Input("why", Label("依据", "Why"), InputType.LONG_TEXT, max_length=500, personal=True)),
        effect="mark",
        appends=True,
    )
    yield Action(
        "unmark",
        Label("取消标记", "Take a mark back"),
        markers,
        flow.open_states,
        (),
        (mark, Input("why", Label("原因", "Why"), InputType.LONG_TEXT, max_length=500, personal=True)),
        when=lambda m: bool(m.typed.marked.exists()),
        effect="unmark",
        appends=True,
    )
