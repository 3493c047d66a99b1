"""Putting an outage right afterwards: when it began, when power was back, who was dark, why (DOMAIN 4).

The figures of the month that it belongs to change with it, and of the month that it belonged to; what it was before
stands in the journal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from open95598.casework import registry
from open95598.casework.flow import Action, Flow, FromInput, Input, InputType, Moment
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.outages import flows
from open95598.service.workorders.steps.inputs import choice

OVER = ("restored", "closed")


def sound(m: Moment) -> Label | None:
    """Power came back after it went, and not later than now."""
    start, end = m.data.get("dark_since"), m.data.get("light_at")
    if start is not None and end is not None and end <= start:
        return Label("恢复时间必须晚于停电时间。", "Power must have come back after it went.")
    if any(at is not None and at > m.now for at in (start, end)):
        return Label("所填时间不能晚于现在。", "The times must not lie ahead.")
    return None


def on_outages(_flow: Flow) -> Iterable[Action]:
    """Return what the flow of outages gets: correct one that is over."""
    yield Action(
        "correct_outage", Label("更正停电记录", "Correct the record"), Permission.CASE_APPROVE, OVER, (),
        (
            Input("dark_since", Label("停电起始", "Dark since"), InputType.DATETIME),
            Input("light_at", Label("恢复供电时间", "Power back at"), InputType.DATETIME),
            Input("supply_points", Label("停电户数", "Supply points"), InputType.INTEGER, minimum=0, maximum=10**8),
            choice("cause", "停电原因", "Cause", "fault_causes"),
            Input("why", Label("更正依据", "Why"), InputType.LONG_TEXT, max_length=500, personal=True),
        ),
        sets={
            "actual_start": FromInput("dark_since"), "actual_end": FromInput("light_at"),
            "original_customers_served": FromInput("supply_points"), "cause_kind": FromInput("cause"),
        },
        keeps=("actual_start", "actual_end", "original_customers_served", "cause_kind"), guard=sound,
        help=Label("可靠性指标按更正后的记录重新统计。", "The figures of reliability follow the corrected record."),
    )  # fmt: skip


def register() -> None:
    """Add the act to the flow of outages (once, when Django starts)."""
    effects: dict[str, Any] = {}
    registry.extend((flows.KIND,), on_outages, effects)
