"""The lives of the eight order types and of a joint part (DOMAIN 2.2), declared. See ``steps`` for what they share.

Doors left for what follows: supervision, appeal, substantiation, merging and termination come as further actions and
side states of a next version of a flow; open cases keep the version they were opened with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from open95598.casework.flow import Action, Flow, FromInput, Input, InputType, Owner, Source, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders import steps as s

NOW = Source.NOW
FIELD = (Permission.CASE_CREW, Permission.CASE_HANDLE)
WORKING = ("accepted", "processing")
TAIL = (s.REPLIED, s.REVIEWED, s.CALLBACK, s.REOPENED, s.ARCHIVED)
SIDE = (s.SUSPENSION_ASKED, s.SUSPENDED)


def _answered_flow(
    kind: str,
    label: Label,
    *,
    starts: tuple[str, ...],
    more_states: tuple[State, ...] = (),
    more_actions: tuple[Action, ...] = (),
    middle: tuple[str, ...] = ("processing",),
    reply_from: str = "processing",
    at_once: bool = True,
) -> Flow:
    """Return a flow that is dispatched, handled, answered, reviewed, called back and archived."""
    states = (s.CREATED, s.DISPATCHED, s.ACCEPTED, s.RETURNED, *more_states, *SIDE, *TAIL)
    working = ("accepted", *middle)
    contact_clock = "contact" in starts
    actions = (
        s.dispatch(),
        *((s.answer_at_once(),) if at_once else ()),
        s.accept(),
        s.return_order(),
        s.transfer(working),
        *more_actions,
        s.contact(working, clock=contact_clock),
        *s.suspension(working),
        _reply(reply_from, contact_clock),
        *s.review(reply_from),
        *s.call_back(),
        s.rate(),
        s.reopen(),
        s.joint(working),
        *s.beside(states),
    )
    return Flow(kind, 1, label, "created", states, actions, starts)


def _reply(source: str, contact_clock: bool) -> Action:
    reply = s.reply(source)
    return reply if contact_clock else replace(reply, stops=("answer",))


def _step(name: str, label: Label, target: str, inputs: tuple[Input, ...], sets: Mapping[str, Any]) -> Action:
    """Return the step after acceptance in which somebody takes the matter in hand."""
    return Action(
        name,
        label,
        Permission.CASE_HANDLE,
        ("accepted",),
        (target,),
        (*inputs, s.NOTE),
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
    (s.choice("evaluation", "评估意见", "Evaluation", EVALUATIONS),),
    {"evaluation": FromInput("evaluation")},
)
INVESTIGATE = _step("investigate", Label("开始调查", "Investigate"), "investigating", (), {})

COMPLAINT = _answered_flow(
    "complaint",
    Label("投诉", "Complaint"),
    starts=("contact", "answer"),
    more_states=(s.PROCESSING,),
    more_actions=(s.begin(),),
    at_once=False,
)
REPORT = _answered_flow(
    "report",
    Label("举报", "Whistle-blow report"),
    starts=("contact", "answer"),
    more_states=(INVESTIGATING,),
    more_actions=(INVESTIGATE,),
    middle=("investigating",),
    reply_from="investigating",
    at_once=False,
)
OPINION = _answered_flow(
    "opinion",
    Label("意见", "Opinion"),
    starts=("answer",),
    more_states=(EVALUATED,),
    more_actions=(EVALUATE,),
    middle=("evaluated",),
    reply_from="evaluated",
)
SUGGESTION = _answered_flow(
    "suggestion",
    Label("建议", "Suggestion"),
    starts=("answer",),
    more_states=(EVALUATED,),
    more_actions=(EVALUATE,),
    middle=("evaluated",),
    reply_from="evaluated",
)
CONSULTATION = _answered_flow(
    "consultation",
    Label("咨询", "Consultation"),
    starts=("answer",),
    more_states=(s.PROCESSING,),
    more_actions=(s.begin(),),
)
SERVICE_REQUEST = _answered_flow(
    "service_request",
    Label("服务申请", "Service request"),
    starts=("answer",),
    more_states=(s.PROCESSING,),
    more_actions=(
        s.begin(),
        Action(
            "appoint",
            Label("预约上门", "Make an appointment"),
            (Permission.CASE_HANDLE, Permission.CASE_ANSWER),
            WORKING,
            (),
            (Input("appointment_at", Label("预约时间", "Appointment"), InputType.DATETIME), s.NOTE),
            sets={"appointment_at": FromInput("appointment_at")},
        ),
    ),
)


def _fault() -> Flow:
    """The fault: the crew goes out, arrives, diagnoses, restores; then as every order (H2, DOMAIN 2.2)."""
    states = (
        s.CREATED,
        s.DISPATCHED,
        s.ACCEPTED,
        s.RETURNED,
        State("crew_dispatched", Label("抢修出发", "Crew on the way")),
        State("arrived", Label("到达现场", "Arrived"), starts=("restore",)),
        State("diagnosed", Label("已勘查", "Diagnosed")),
        State("restored", Label("已复电", "Restored")),
        *SIDE,
        *TAIL,
    )
    field_states = ("accepted", "crew_dispatched", "arrived", "diagnosed")
    actions = (
        s.dispatch(("created", "returned", "reopened"), "arrive"),
        s.answer_at_once(),
        s.accept(FIELD),
        s.return_order("arrive"),
        s.transfer(("accepted", "crew_dispatched")),
        Action(
            "send_crew",
            Label("抢修出发", "Send the crew"),
            FIELD,
            ("accepted",),
            ("crew_dispatched",),
            (Input("person", Label("抢修人员", "Crew member"), InputType.PERSON, required=False), s.NOTE),
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
            (s.NOTE,),
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
                s.choice("cause", "故障原因", "Cause", "fault_causes"),
                s.choice("ownership", "产权归属", "Whose equipment", "ownership"),
                s.NOTE,
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
            (s.choice("result", "处理结果", "Result", "results"), s.NOTE),
            stops=("restore",),
            sets={"result": FromInput("result"), "restored_at": NOW},
            main=True,
        ),
        s.contact((*field_states, "restored"), clock=False),
        *s.suspension(field_states),
        _fault_reply(),
        *s.review("restored"),
        *s.call_back(),
        s.rate(),
        s.reopen(),
        s.joint(field_states),
        *s.beside(states),
    )
    return Flow("fault", 1, Label("故障报修", "Fault"), "created", states, actions, ("answer",))


def _fault_reply() -> Action:
    return replace(s.reply("restored", FIELD, result=False), stops=("answer",))


FAULT = _fault()

_PRAISE_STATES = (s.CREATED, State("forwarded", Label("已转达", "Forwarded")), s.ARCHIVED)
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
            (s.UNIT, s.NOTE),
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
            (s.NOTE,),
            owner=Owner.ACTOR,
            main=True,
        ),
        s.answer_at_once(),
        *(a for a in s.beside(_PRAISE_STATES) if a.name != "urge"),
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
            (s.NOTE,),
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
        *(a for a in s.beside(_JOINT_STATES) if a.name not in ("urge", "recuse")),
    ),
    ("joint",),
)

ORDERS = (FAULT, COMPLAINT, REPORT, OPINION, SUGGESTION, CONSULTATION, SERVICE_REQUEST, PRAISE)
