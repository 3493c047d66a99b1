"""The lives of a visit and of a proposed tier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from open95598.casework import registry
from open95598.casework.flow import Action, Flow, FromInput, Input, InputType, Moment, Owner, Source, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.keyaccounts.models import TierProposal, Visit

REGULAR, DOOR, CONNECTION, PROPOSAL = "visit", "door_visit", "connection_visit", "tier_proposal"
VISITS = (REGULAR, DOOR, CONNECTION)
KINDS = (*VISITS, PROPOSAL)
#: whoever handles matters at the customer's unit goes there
_GOES = (Permission.CASE_HANDLE, Permission.CASE_APPROVE)


def _long(name: str, label: Label, *, required: bool = True) -> Input:
    return Input(name, label, InputType.LONG_TEXT, required=required, personal=True, max_length=4000)


def in_the_past(m: Moment) -> Label | None:
    """A visit that is told of was made: its time is not ahead."""
    at = m.data.get("visited_at")
    return Label("走访时间不能晚于现在。", "The time of the visit lies ahead.") if at and at > m.now else None


def another(m: Moment) -> Label | None:
    """Whoever proposed a tier does not decide about it."""
    if m.actor_id is not None and m.actor_id == m.typed.by_id:
        return Label("建议由您提出，须由他人审批。", "You proposed it: somebody else decides.")
    return None


def cares(_row: Any) -> Permission:
    """Whoever approves a tier gives it: the right to that is needed as well."""
    return Permission.CUSTOMER_CARE


def _visit(kind: str, label: Label, clock: str) -> Flow:
    return Flow(
        kind, 1, label, "due",
        (
            State("due", Label("待走访", "To be made"), clock=clock),
            State("made", Label("已走访", "Made"), final=True),
            State("dropped", Label("不再走访", "Not made"), final=True),
        ),
        (
            Action(
                "report_visit", Label("登记走访", "Report the visit"), _GOES, ("due",), ("made",),
                (
                    Input("visited_at", Label("走访时间", "When the visit was made"), InputType.DATETIME),
                    Input("met", Label("会见人员", "Who was met"), personal=True, max_length=80),
                    _long("heard", Label("走访情况", "What was heard")),
                    _long("wishes", Label("客户需求", "What the customer wishes"), required=False),
                ),
                sets={
                    "visited_at": FromInput("visited_at"), "met": FromInput("met"), "heard": FromInput("heard"),
                    "wishes": FromInput("wishes"), "by": Source.ACTOR,
                },
                owner=Owner.ACTOR, guard=in_the_past, main=True,
            ),
            Action(
                "take_visit", Label("由我走访", "I go there"), _GOES, ("due",), ("due",), (), owner=Owner.ACTOR,
            ),
            Action(
                "drop_visit", Label("不再走访", "Not needed"), Permission.CASE_APPROVE, ("due",), ("dropped",),
                (Input("why_not", Label("原因", "Reason"), max_length=500, personal=True),),
                sets={"why_not": FromInput("why_not"), "by": Source.ACTOR}, danger=True,
            ),
            Action(
                "note", Label("备注", "Note"), Permission.CASE_NOTE, ("due", "made", "dropped"), (),
                (_long("text", Label("内容", "Text")),), appends=True,
            ),
        ),
    )  # fmt: skip


def _decide(name: str, label: Label, to: str, **more: Any) -> Action:
    return Action(
        name, label, Permission.CASE_APPROVE, ("proposed",), (to,),
        (Input("decision", Label("审批意见", "Decision"), max_length=200),),
        sets={"decision": FromInput("decision"), "decided_by": Source.ACTOR, "decided_at": Source.NOW},
        guard=another, **more,
    )  # fmt: skip


VISIT = _visit(REGULAR, Label("客户走访", "Visit to a customer"), "visit")
DOOR_VISIT = _visit(DOOR, Label("上门受理投诉", "Complaint taken at the door"), "door_visit")
CONNECTION_VISIT = _visit(CONNECTION, Label("报装跟踪走访", "Visit during a connection"), "connection_visit")
TIER = Flow(
    PROPOSAL, 1, Label("客户等级审批", "Proposed tier"), "proposed",
    (
        State("proposed", Label("待审批", "To be decided"), clock="tier_decision"),
        State("approved", Label("已批准", "Approved"), final=True),
        State("rejected", Label("未批准", "Not approved"), final=True),
    ),
    (
        _decide("approve_tier", Label("批准", "Approve"), "approved", main=True, effect="decided", besides=cares),
        _decide("reject_tier", Label("不批准", "Do not approve"), "rejected", danger=True),
        Action(
            "note", Label("备注", "Note"), Permission.CASE_NOTE, ("proposed", "approved", "rejected"), (),
            (_long("text", Label("内容", "Text")),), appends=True,
        ),
    ),
)  # fmt: skip


def register(effects: Mapping[str, registry.Effect]) -> None:
    """Make the flows known to casework, with what else their acts do (once, when Django starts)."""
    words = registry.blank("met", "heard", "wishes", "why_not")
    for flow in (VISIT, DOOR_VISIT, CONNECTION_VISIT):
        typed = registry.Typed(Visit, _no_facts, _summary, list_name="keyaccounts:visits", words=words)
        registry.add(flow, typed)
    registry.add(TIER, registry.Typed(TierProposal, _no_facts, _summary, effects))


def _no_facts(_row: Any) -> Mapping[str, str]:
    return {}


def _summary(row: Any) -> Mapping[str, Any]:
    return {"number": row.number}
