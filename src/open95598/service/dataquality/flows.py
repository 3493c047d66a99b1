"""The life of a finding: found, confirmed or dismissed, corrected, closed when the house looks again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from open95598.casework import registry
from open95598.casework.flow import Action, Flow, FromInput, Input, InputType, Owner, Source, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.dataquality.models import DataFinding

KIND = "data_finding"
_MENDS = Permission.CUSTOMER_EDIT


FLOW = Flow(
    KIND, 1, Label("数据质量核查", "Data finding"), "found",
    (
        State("found", Label("待核实", "To be looked at"), clock="data_confirm"),
        State("confirmed", Label("待更正", "To be corrected"), clock="data_correct"),
        State("corrected", Label("待复查", "To be looked at again")),
        State("closed", Label("已销号", "Closed"), final=True),
        State("dismissed", Label("已排除", "Dismissed"), final=True),
    ),
    (
        Action(
            "confirm_finding", Label("确认属实", "It is wrong"), _MENDS, ("found",), ("confirmed",), (),
            owner=Owner.ACTOR, main=True,
        ),
        Action(
            "correct_finding", Label("已更正", "Fixed"), _MENDS, ("found", "confirmed"),
            ("corrected",),
            (Input("done", Label("更正说明", "What was done"), required=False, personal=True, max_length=500),),
            sets={"done": FromInput("done"), "by": Source.ACTOR}, owner=Owner.ACTOR,
            help=Label("系统立即复查：问题消失即销号，仍存在则退回更正。",
                       "The house looks again at once: closed when it is gone, back when it is still there."),
        ),
        Action(
            "dismiss_finding", Label("排除", "Dismiss"), _MENDS, ("found", "confirmed"), ("dismissed",),
            (Input("why_not", Label("排除原因", "Why it is in order"), personal=True, max_length=500),),
            sets={"why_not": FromInput("why_not"), "by": Source.ACTOR}, danger=True,
        ),
        Action(
            "still_there", Label("问题仍在", "Still there"), (), ("corrected",), ("confirmed",),
        ),
        Action(
            "not_there", Label("已消失，销号", "Gone"), (), ("corrected",), ("closed",),
        ),
        Action(
            "seen_no_more", Label("不再出现，销号", "Found no more"), (),
            ("found", "confirmed"), ("closed",), sets={"gone": True},
        ),
        Action(
            "note", Label("备注", "Note"), Permission.CASE_NOTE,
            ("found", "confirmed", "corrected", "closed", "dismissed"), (),
            (Input("text", Label("内容", "Text"), InputType.LONG_TEXT, personal=True, max_length=4000),), appends=True,
        ),
    ),
)  # fmt: skip


def register() -> None:
    """Make the flow known to casework (once, when Django starts)."""
    words = registry.blank("why_not", "done")
    typed = registry.Typed(
        DataFinding, _no_facts, _summary, list_name="dataquality:list", open_field="is_open", words=words
    )
    registry.add(FLOW, typed)


def _no_facts(_row: Any) -> Mapping[str, str]:
    return {}


def _summary(row: Any) -> Mapping[str, Any]:
    return {"number": row.number}
