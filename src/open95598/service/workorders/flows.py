"""The lives of the eight order types and of a joint part (DOMAIN 2.2), put together from ``steps``.

``_order`` is the one place where the life of a dispatched order is assembled: a branch that every order has is a line
there. Nothing is released yet, so flows are still changed in place at version 1 (docs/decisions/flows-as-data.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from open95598.casework.flow import Action, Flow, FromInput, Input, InputType, Owner, Source, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps import (
    answering,
    beside,
    calling_back,
    handling,
    inputs,
    pausing,
    taking,
)
from open95598.service.workorders.steps import states as st

NOW = Source.NOW
FIELD = (Permission.CASE_CREW, Permission.CASE_HANDLE)
WORKING = ("accepted", "processing")


def _order(
    kind: str,
    label: Label,
    *,
    starts: tuple[str, ...],
    middle: tuple[State, ...],
    own: tuple[Action, ...],
    working: tuple[str, ...],
    reply: Action,
    at_once: bool = True,
    take: tuple[Action, ...] | None = None,
    contact: Action | None = None,
) -> Flow:
    """Return the life of an order that is dispatched, handled, answered, reviewed, called back and archived.

    ``starts``: clocks from its opening. ``middle``: its own states between acceptance and answer, ``own``: the actions
    that lead through them, ``working``: the states in which somebody works on it, ``reply``: the action that answers.
    ``take``, ``contact``: given when it is dispatched and taken, or its customer contacted, in another way than most.
    """
    states = (
        *(st.CREATED, st.DISPATCHED, st.ACCEPTED, st.RETURNED),
        *middle,
        *pausing.STATES,
        *(st.REPLIED, st.REVIEWED, st.CALLBACK, st.REOPENED, st.ARCHIVED),
    )
    actions = (
        *(take or (taking.dispatch(), taking.accept(), taking.return_order(), taking.transfer(working))),
        *((taking.answer_at_once(),) if at_once else ()),
        *own,
        contact or handling.contact(working, clock="contact" in starts),
        *pausing.suspension(working),
        reply,
        *answering.review(reply.sources[0]),
        *calling_back.call_back(),
        calling_back.rate(),
        calling_back.reopen(),
        handling.joint(working),
        *beside.beside(states),
    )
    return Flow(kind, 1, label, "created", states, actions, starts)


def _step(name: str, label: Label, target: str, wanted: tuple[Input, ...], sets: Mapping[str, Any]) -> Action:
    """Return the step after acceptance in which somebody takes the matter in hand."""
    return Action(
        name,
        label,
        Permission.CASE_HANDLE,
        ("accepted",),
        (target,),
        (*wanted, inputs.NOTE),
        owner=Owner.ACTOR,
        sets=sets,
        main=True,
    )


EVALUATIONS = (
    ("adopt", Label("采纳", "Adopt")),
    ("partly", Label("部分采纳", "Adopt in part")),
    ("known", Label("已在改进", "Being improved already")),
    ("decline", Label("不予采纳", "Decline")),
)
EVALUATED = State("evaluated", Label("已评估", "Evaluated"))
INVESTIGATING = State("investigating", Label("调查中", "Investigating"))
EVALUATE = _step(
    "evaluate",
    Label("评估", "Evaluate"),
    "evaluated",
    (inputs.choice("evaluation", "评估意见", "Evaluation", EVALUATIONS),),
    {"evaluation": FromInput("evaluation")},
)
INVESTIGATE = _step("investigate", Label("开始调查", "Investigate"), "investigating", (), {})

COMPLAINT = _order(
    "complaint",
    Label("投诉", "Complaint"),
    starts=("contact", "answer"),
    middle=(st.PROCESSING,),
    own=(handling.begin(),),
    working=WORKING,
    reply=answering.reply("processing", stops=("answer", "contact")),
    at_once=False,
)
REPORT = _order(
    "report",
    Label("举报", "Whistle-blow report"),
    starts=("contact", "answer"),
    middle=(INVESTIGATING,),
    own=(INVESTIGATE,),
    working=("accepted", "investigating"),
    reply=answering.reply("investigating", stops=("answer", "contact")),
    at_once=False,
)
OPINION = _order(
    "opinion",
    Label("意见", "Opinion"),
    starts=("answer",),
    middle=(EVALUATED,),
    own=(EVALUATE,),
    working=("accepted", "evaluated"),
    reply=answering.reply("evaluated"),
)
SUGGESTION = _order(
    "suggestion",
    Label("建议", "Suggestion"),
    starts=("answer",),
    middle=(EVALUATED,),
    own=(EVALUATE,),
    working=("accepted", "evaluated"),
    reply=answering.reply("evaluated"),
)
CONSULTATION = _order(
    "consultation",
    Label("咨询", "Consultation"),
    starts=("answer",),
    middle=(st.PROCESSING,),
    own=(handling.begin(),),
    working=WORKING,
    reply=answering.reply("processing"),
)
SERVICE_REQUEST = _order(
    "service_request",
    Label("服务申请", "Service request"),
    starts=("answer",),
    middle=(st.PROCESSING,),
    own=(
        handling.begin(),
        Action(
            "appoint",
            Label("预约上门", "Make an appointment"),
            (Permission.CASE_HANDLE, Permission.CASE_ANSWER),
            WORKING,
            (),
            (Input("appointment_at", Label("预约时间", "Appointment"), InputType.DATETIME), inputs.NOTE),
            sets={"appointment_at": FromInput("appointment_at")},
        ),
    ),
    working=WORKING,
    reply=answering.reply("processing"),
)

#: the fault: the crew goes out, arrives, diagnoses, restores; then as every order (H2, DOMAIN 2.2)
_IN_THE_FIELD = (
    Action(
        "send_crew",
        Label("抢修出发", "Send the crew"),
        FIELD,
        ("accepted",),
        ("crew_dispatched",),
        (Input("person", Label("抢修人员", "Crew member"), InputType.PERSON, required=False), inputs.NOTE),
        owner=Owner.INPUT,
        sets={"crew_at": NOW},
        main=True,
    ),
    Action(
        "arrive",
        Label("到达现场", "Arrive"),
        FIELD,
        ("crew_dispatched",),
        ("arrived",),
        (inputs.NOTE,),
        stops=("arrive",),
        sets={"arrived_at": NOW},
        main=True,
    ),
    Action(
        "diagnose",
        Label("勘查定性", "Diagnose"),
        FIELD,
        ("arrived",),
        ("diagnosed",),
        (
            inputs.choice("cause", "故障原因", "Cause", "fault_causes"),
            inputs.choice("ownership", "产权归属", "Whose equipment", "ownership"),
            inputs.NOTE,
        ),
        sets={"cause": FromInput("cause"), "ownership": FromInput("ownership"), "diagnosed_at": NOW},
        main=True,
    ),
    Action(
        "restore",
        Label("恢复送电", "Restore supply"),
        FIELD,
        ("diagnosed",),
        ("restored",),
        (inputs.choice("result", "处理结果", "Result", "results"), inputs.NOTE),
        stops=("restore",),
        sets={"result": FromInput("result"), "restored_at": NOW},
        main=True,
    ),
)
_FIELD_STATES = ("accepted", "crew_dispatched", "arrived", "diagnosed")
FAULT = _order(
    "fault",
    Label("故障报修", "Fault"),
    starts=("answer",),
    middle=(
        State("crew_dispatched", Label("抢修出发", "Crew on the way")),
        State("arrived", Label("到达现场", "Arrived"), starts=("restore",)),
        State("diagnosed", Label("已勘查", "Diagnosed")),
        State("restored", Label("已复电", "Restored")),
    ),
    take=(
        taking.dispatch("arrive"),
        taking.accept(FIELD),
        taking.return_order("arrive"),
        taking.transfer(("accepted", "crew_dispatched")),
    ),
    own=_IN_THE_FIELD,
    working=_FIELD_STATES,
    contact=handling.contact((*_FIELD_STATES, "restored"), clock=False),
    reply=answering.reply("restored", FIELD, result=False),
)

_PRAISE_STATES = (st.CREATED, State("forwarded", Label("已转达", "Forwarded")), st.ARCHIVED)
PRAISE = Flow(
    "praise",
    1,
    Label("表扬", "Praise"),
    "created",
    _PRAISE_STATES,
    (
        Action(
            "forward",
            Label("转达", "Forward"),
            Permission.CASE_DISPATCH,
            ("created",),
            ("forwarded",),
            (inputs.UNIT, inputs.NOTE),
            unit_input="unit",
            owner=Owner.NOBODY,
            sets={"dispatched_at": NOW},
            main=True,
        ),
        Action(
            "acknowledge",
            Label("知悉归档", "Acknowledge"),
            (Permission.CASE_HANDLE, Permission.CASE_ARCHIVE),
            ("forwarded",),
            ("archived",),
            (inputs.NOTE,),
            owner=Owner.ACTOR,
            main=True,
        ),
        taking.answer_at_once(),
        *(a for a in beside.beside(_PRAISE_STATES) if a.name != "urge"),
    ),
)

_JOINT_STATES = (
    State("dispatched", Label("待接单", "Dispatched"), clock="accept"),
    State("accepted", Label("办理中", "Accepted")),
    State("archived", Label("已办结", "Done"), final=True),
)
JOINT = Flow(
    "joint",
    1,
    Label("协办", "Joint part"),
    "dispatched",
    _JOINT_STATES,
    (
        Action(
            "accept",
            Label("接单", "Accept"),
            Permission.CASE_HANDLE,
            ("dispatched",),
            ("accepted",),
            (inputs.NOTE,),
            owner=Owner.ACTOR,
            sets={"accepted_at": NOW},
            main=True,
        ),
        Action(
            "finish",
            Label("办结", "Finish"),
            Permission.CASE_HANDLE,
            ("accepted",),
            ("archived",),
            (Input("result", Label("协办结果", "Result"), InputType.LONG_TEXT, max_length=2000),),
            stops=("joint",),
            sets={"result": FromInput("result"), "done_at": NOW},
            main=True,
        ),
        *(a for a in beside.beside(_JOINT_STATES) if a.name not in ("urge", "recuse")),
    ),
    ("joint",),
)

ORDERS = (FAULT, COMPLAINT, REPORT, OPINION, SUGGESTION, CONSULTATION, SERVICE_REQUEST, PRAISE)
