"""The lives of what hangs below an order: joint parts, urges, escalations, coordinations (DOMAIN 2.2, 2.4). Pure.

Each is a small case of its own, with its own clock and its own responsible unit; its typed row is an ``OrderPart``.
The order goes on meanwhile; what they come to is told on its timeline.
"""

from __future__ import annotations

from open95598.casework.flow import Action, Flow, FromInput, Input, InputType, Moment, Owner, Source, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps import beside
from open95598.service.workorders.steps.inputs import NEEDED_NOTE, NOTE, choice

NOW = Source.NOW
DONE = State("archived", Label("已办结", "Done"), final=True)
RESULT = "result"


def _long(name: str, zh: str, en: str, *, required: bool = True) -> Input:
    return Input(name, Label(zh, en), InputType.LONG_TEXT, required=required, max_length=2000, personal=True)


def _part(
    kind: str, label: Label, states: tuple[State, ...], actions: tuple[Action, ...], starts: tuple[str, ...] = ()
) -> Flow:
    """Return a part's life: its own steps, notes, and an end together with the order."""
    open_ = tuple(s.name for s in states if not s.final)
    lapse = Action(
        "lapse", Label("随工单办结", "Ended with the order"), (), open_, ("archived",), sets={"done_at": NOW}
    )  # the house ends it when the order needs it no longer
    return Flow(kind, 1, label, states[0].name, states, (*actions, lapse, beside.note(states)), starts)


# joint handling ------------------------------------------------------------------------------------------------------

_DECLINED = State("declined", Label("已退回", "Declined"), final=True)
_JOINT_STATES = (
    State("dispatched", Label("待接单", "Dispatched"), clock="accept"),
    State("accepted", Label("办理中", "Accepted")),
    DONE,
    _DECLINED,
)
JOINT = _part(
    "joint",
    Label("协办", "Joint part"),
    _JOINT_STATES,
    (
        Action(
            "accept",
            Label("接单", "Accept"),
            Permission.CASE_HANDLE,
            ("dispatched",),
            ("accepted",),
            (NOTE,),
            owner=Owner.ACTOR,
            sets={"accepted_at": NOW},
            main=True,
        ),
        Action(
            "progress",
            Label("报告进展", "Report progress"),
            Permission.CASE_HANDLE,
            ("accepted",),
            (),
            (_long("text", "进展情况", "Progress"),),
            effect="tell_progress",
            appends=True,
        ),
        Action(
            "finish",
            Label("办结", "Finish"),
            Permission.CASE_HANDLE,
            ("accepted",),
            ("archived",),
            (_long(RESULT, "协办结果", "Result"),),
            stops=("joint",),
            sets={"result": FromInput(RESULT), "done_at": NOW},
            effect="tell_done",
            main=True,
        ),
        Action(
            "decline",
            Label("退回协办", "Decline"),
            Permission.CASE_HANDLE,
            ("dispatched",),
            ("declined",),
            (_long(RESULT, "退回原因", "Why"),),
            sets={"result": FromInput(RESULT), "done_at": NOW},
            effect="tell_declined",
            danger=True,
        ),
    ),
    ("joint",),
)

# urges ---------------------------------------------------------------------------------------------------------------


def handling_unit(m: Moment) -> int:
    """Return the unit that has the order which an urge is about (for a merged order: the other one's)."""
    return int(m.typed.handling_unit_id())


_URGE_STATES = (
    State("created", Label("待下派", "To be passed on"), clock="urge"),
    State("passed_on", Label("待签收", "Passed on"), clock="urge_answer"),
    DONE,
)
URGE = _part(
    "urge",
    Label("催办", "Urge"),
    _URGE_STATES,
    (
        Action(
            "pass_on",
            Label("下派催办", "Pass the urge on"),
            Permission.CASE_DISPATCH,
            ("created",),
            ("passed_on",),
            (NOTE,),
            unit_input=handling_unit,
            main=True,
            effect="tell_passed_on",
        ),
        Action(
            "answer_urge",
            Label("签收催办", "Answer the urge"),
            (Permission.CASE_HANDLE, Permission.CASE_CREW, Permission.CASE_DISPATCH),
            ("passed_on",),
            ("archived",),
            (_long(RESULT, "办理情况及预计时间", "How it stands, and when it will be done"),),
            owner=Owner.ACTOR,
            sets={"result": FromInput(RESULT), "done_at": NOW},
            effect="tell_answered",
            main=True,
        ),
    ),
)

# escalation ----------------------------------------------------------------------------------------------------------

INSTRUCTIONS = (
    ("instruct", Label("按批示办理", "Handle it as instructed")),
    ("support", Label("上级协助解决", "Help comes from above")),
    ("own_powers", Label("本单位自行处理", "Within the unit's own powers")),
)
_ESCALATION_STATES = (State("created", Label("待批示", "To be decided"), clock="escalation"), DONE)
ESCALATION = _part(
    "escalation",
    Label("上报", "Escalation"),
    _ESCALATION_STATES,
    (
        Action(
            "instruct",
            Label("批示", "Decide"),
            Permission.CASE_APPROVE,
            ("created",),
            ("archived",),
            (choice("outcome", "批示类型", "Decision", INSTRUCTIONS), _long(RESULT, "批示内容", "Instruction")),
            owner=Owner.ACTOR,
            sets={"outcome": FromInput("outcome"), "result": FromInput(RESULT), "done_at": NOW},
            effect="tell_decided",
            main=True,
        ),
    ),
)

# coordination --------------------------------------------------------------------------------------------------------

_WHO = (Permission.CASE_HANDLE, Permission.CASE_DISPATCH, Permission.CASE_APPROVE)
_COORDINATION_STATES = (State("created", Label("协调中", "Being coordinated"), clock="coordination"), DONE)
COORDINATION = _part(
    "coordination",
    Label("协调", "Coordination"),
    _COORDINATION_STATES,
    (
        Action(
            "invite",
            Label("邀请单位", "Invite a unit"),
            _WHO,
            ("created",),
            (),
            (Input("unit", Label("参加单位", "Unit invited"), InputType.UNIT),),
            effect="invite",
        ),
        Action(
            "meet",
            Label("登记会议", "Record a meeting"),
            _WHO,
            ("created",),
            (),
            (
                Input("meeting_at", Label("会议时间", "Meeting at"), InputType.DATETIME),
                Input("place", Label("地点或方式", "Where or how"), required=False, max_length=200),
                _long("text", "会议情况", "What was said", required=False),
            ),
            sets={"meeting_at": FromInput("meeting_at"), "place": FromInput("place")},
        ),
        Action(
            "conclude",
            Label("形成决议", "Record the decision"),
            _WHO,
            ("created",),
            ("archived",),
            (
                _long(RESULT, "决议内容", "Decision"),
                Input("unit", Label("落实单位", "Carried out by"), InputType.UNIT, required=False),
                _long("task", "落实事项", "What is to be done", required=False),
            ),
            sets={"result": FromInput(RESULT), "done_at": NOW},
            effect="conclude",
            main=True,
        ),
        Action(
            "call_off",
            Label("取消协调", "Call it off"),
            _WHO,
            ("created",),
            ("archived",),
            (NEEDED_NOTE,),
            sets={"done_at": NOW},
            danger=True,
        ),
    ),
)

PARTS = (JOINT, URGE, ESCALATION, COORDINATION)
