"""The lives of the eight order types (DOMAIN 2.2), put together from ``steps``.

``_order`` is the one place where the life of a dispatched order is assembled: a branch that every order has is a line
there. Nothing is released yet, so flows are still changed in place at version 1 (docs/decisions/flows-as-data.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from open95598.casework.flow import Action, Flow, FromInput, Guard, Input, InputType, Owner, Source, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps import (
    answering,
    asking,
    beside,
    calling_back,
    complaining,
    ending,
    handling,
    inputs,
    joining,
    others,
    promising,
    returning,
    taking,
)
from open95598.service.workorders.steps import states as st

NOW = Source.NOW
FIELD = (Permission.CASE_CREW, Permission.CASE_HANDLE)
WORKING = ("accepted", "processing")
#: side states in which the customer still waits for an answer
UNANSWERED_SIDES = ("suspension_asked", "suspended", "merged", "termination_asked")


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
    transferable: tuple[str, ...] = (),
    contact: Action | None = None,
    more: tuple[Action, ...] = (),
    approved_if: Guard | None = None,
    told_if: Guard | None = None,
) -> Flow:
    """Return the life of an order that is dispatched, handled, answered, reviewed, called back and archived.

    ``starts``: clocks from its opening. ``middle``: its own states between acceptance and answer, ``own``: the actions
    that lead through them, ``working``: the states in which somebody works on it, ``reply``: the action that answers.
    ``take``, ``transferable``, ``contact``: given when it is dispatched and taken, passed to another unit, or its
    customer contacted, in another way than most. ``more``: actions that only this kind has beside the common ones;
    ``approved_if`` and ``told_if`` say what stands against approving its answer, and against telling the customer that
    it is terminated.
    """
    states = (
        *(st.CREATED, st.DISPATCHED, st.ACCEPTED, st.RETURNED, st.DISPUTED),
        *middle,
        *(st.REPLIED, st.REVIEWED, st.CALLBACK, st.REOPENED, st.ARCHIVED),
        *asking.STATES,
        *joining.STATES,
        *ending.STATES,
    )
    waiting = ("created", "returned", "reopened", "dispatched")
    unanswered = (*waiting, "disputed", *(s.name for s in middle), "accepted", "replied", *UNANSWERED_SIDES)
    # who is owed a word is called whether or not the answer is ready
    spoken_to = (*working, *waiting, "disputed", "replied", "reviewed") if "contact" in starts else working
    ends = (*reply.stops, *reply.stops_if)
    actions = (
        *(take or _taken()),
        taking.transfer(transferable or working),
        *((taking.answer_at_once(),) if at_once else ()),
        *own,
        contact or handling.contact(spoken_to, starts),
        reply,
        *more,
        *answering.review(reply.sources[0], approved_if),
        *calling_back.call_back(starts),
        calling_back.wish((*unanswered, "reviewed")),
        calling_back.rate(),
        calling_back.confirm(),
        calling_back.reopen(),
        *asking.suspension(working),
        *asking.extension(working),
        others.urge(unanswered),
        others.escalate((*working, "disputed", "replied")),
        others.coordinate((*working, "dispatched")),
        others.joint(working),
        *joining.merging((*waiting, *working), reply.stops),
        *joining.repeating((*unanswered, "reviewed", "callback")),
        *ending.termination(working, ends, told_if),
        *promising.passing_on(states),
        beside.note(states),
        beside.name(states),
        beside.disclose(states),
        beside.recuse(states),
        beside.let_back(states),
    )
    return Flow(kind, 1, label, "created", states, actions, starts)


def _taken(*starts: str, permission: tuple[Permission, ...] = (Permission.CASE_HANDLE,)) -> tuple[Action, ...]:
    """Return how an order gets to whoever handles it; ``starts`` are clocks that begin with each dispatch."""
    return (
        taking.dispatch(*starts),
        taking.accept(permission),
        returning.return_order(*starts),
        returning.decide(*starts),
    )


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

_COMPLAINT_CLOCKS = ("contact", "progress", "answer")
_COMPLAINT_OPEN = (
    "created", "returned", "reopened", "dispatched", "disputed", *WORKING, "replied", "reviewed", "callback",
    "suspended", "merged",
)  # fmt: skip
COMPLAINT = _order(
    "complaint",
    Label("投诉", "Complaint"),
    starts=_COMPLAINT_CLOCKS,
    middle=(st.PROCESSING,),
    own=(
        handling.begin(),
        *complaining.finding(
            ("processing", *complaining.ENDING),
            ("processing", "replied", "reviewed", "callback", "archived", *complaining.ENDING, "told", "terminated"),
        ),
    ),
    working=WORKING,
    reply=answering.reply("processing", clocks=_COMPLAINT_CLOCKS, guard=complaining.found_with_evidence),
    at_once=False,
    more=(*complaining.grading(_COMPLAINT_OPEN), complaining.progress(WORKING), complaining.no_finding()),
    approved_if=complaining.found_with_evidence,
    told_if=complaining.found_or_why_not,
)
REPORT = _order(
    "report",
    Label("举报", "Whistle-blow report"),
    starts=("contact", "answer"),
    middle=(INVESTIGATING,),
    own=(INVESTIGATE,),
    working=("accepted", "investigating"),
    reply=answering.reply("investigating", clocks=("contact", "answer")),
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
    starts=("answer", "arrive", "restore"),  # the last two where the rulebook has a limit for its category
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
        *handling.promised_on_site(WORKING),
    ),
    working=WORKING,
    reply=answering.reply("processing", stops=("answer", "arrive", "restore")),
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
    take=_taken("arrive", permission=FIELD),
    transferable=("accepted", "crew_dispatched"),
    own=_IN_THE_FIELD,
    working=_FIELD_STATES,
    contact=handling.contact((*_FIELD_STATES, "restored")),
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
        *promising.passing_on(_PRAISE_STATES),
        beside.note(_PRAISE_STATES),
        beside.recuse(_PRAISE_STATES),
        beside.let_back(_PRAISE_STATES),
    ),
)

ORDERS = (FAULT, COMPLAINT, REPORT, OPINION, SUGGESTION, CONSULTATION, SERVICE_REQUEST, PRAISE)
