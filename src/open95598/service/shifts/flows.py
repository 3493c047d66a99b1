"""The life of a handover: prepared, handed over by the leader who goes, signed for by the one who comes."""

from __future__ import annotations

from collections.abc import Mapping

from open95598.casework import registry
from open95598.casework.flow import Action, Flow, Input, InputType, Moment, Owner, Source, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.shifts.models import Handover

NOTE = Input("note", Label("说明", "Note"), InputType.LONG_TEXT, required=False, max_length=500, personal=True)


def another(m: Moment) -> Label | None:
    """Who hands over does not sign: two people answer for it."""
    if m.actor_id is not None and m.actor_id == m.typed.handed_by_id:
        return Label("交班人不能自己接班签收。", "Whoever hands over cannot sign for it.")
    return None


def same(m: Moment) -> Label | None:
    """Only who handed over takes it back."""
    if m.actor_id is not None and m.actor_id != m.typed.handed_by_id:
        return Label("只有交班人可以收回。", "Only whoever handed over can take it back.")
    return None


FLOW = Flow(
    "handover",
    1,
    Label("交接班", "Shift handover"),
    "prepared",
    (
        State("prepared", Label("准备中", "Being prepared")),
        State("handed", Label("待接班签收", "To be signed for"), clock="handover"),
        State("signed", Label("已签收", "Signed for"), final=True),
        State("discarded", Label("已作废", "Discarded"), final=True),
    ),
    (
        Action(
            "hand_over", Label("交班", "Hand over"), Permission.CASE_APPROVE, ("prepared",), ("handed",), (NOTE,),
            owner=Owner.ACTOR, sets={"handed_by": Source.ACTOR, "handed_at": Source.NOW}, main=True,
        ),
        Action(
            "sign", Label("接班签收", "Sign for it"), Permission.CASE_APPROVE, ("handed",), ("signed",), (NOTE,),
            guard=another, owner=Owner.ACTOR, sets={"signed_by": Source.ACTOR, "signed_at": Source.NOW},
            effect="pass_on", main=True,
        ),
        Action(
            "take_back", Label("收回", "Take it back"), Permission.CASE_APPROVE, ("handed",), ("prepared",), (NOTE,),
            guard=same, sets={"handed_by": None, "handed_at": None},
        ),
        Action(
            "discard", Label("作废", "Discard"), Permission.CASE_APPROVE, ("prepared",), ("discarded",), (NOTE,),
            danger=True,
        ),
    ),
)  # fmt: skip


def register(effects: Mapping[str, registry.Effect]) -> None:
    """Make the flow known to casework, with what else its acts do (once, when Django starts)."""
    registry.add(FLOW, registry.Typed(Handover, lambda row: {}, lambda row: {"number": f"JJB-{row.pk}"}, effects))
