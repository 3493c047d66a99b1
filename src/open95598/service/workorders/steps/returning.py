"""An order sent back (退单), and the province's decision when that happens a second time (DOMAIN 2.4). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from open95598.casework.flow import OPENER, Action, FromInput, Input, InputType, Moment, Owner, Plus, at_level
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps.inputs import NEEDED_NOTE, NOW, UNIT, choice


def after_return(m: Moment) -> str:
    """Return the state that a return leads to: the last one that the rules allow makes it a dispute."""
    return "disputed" if m.typed.returns + 1 >= m.rules.returns(m.case.kind).most else "returned"


def returned_to(m: Moment) -> str:
    """Return who has it then: the unit that registered it, or the one that decides disputes."""
    return OPENER if after_return(m) == "returned" else at_level(m.rules.returns(m.case.kind).decided_by)


def return_guard(m: Moment) -> Label | None:
    """An order is returned soon after its dispatch or not at all, and never after the province has decided."""
    if m.typed.settled_at is not None:
        return Label("承办单位已由上级裁定，不得再退单。", "It was decided above who must take it: no more returns.")
    minutes = m.rules.returns(m.case.kind).minutes
    if m.typed.dispatched_at is not None and m.now > m.typed.dispatched_at + timedelta(minutes=minutes):
        return Label(
            f"派单{_length(minutes, '小时', '分钟')}后不得退单，请接单办理或申请协调。",
            f"A return comes within {_length(minutes, ' h', ' min')} of dispatch: accept it, or call for coordination.",
        )
    return None


def _length(minutes: int, hours: str, plain: str) -> str:
    return f"{minutes // 60}{hours}" if minutes % 60 == 0 else f"{minutes}{plain}"


def return_order(*stops: str) -> Action:
    """Send the order back with one of the allowed reasons: to the dispatcher, the last time to the province."""
    return Action(
        "return",
        Label("退单", "Return"),
        (Permission.CASE_HANDLE, Permission.CASE_CREW),
        ("dispatched",),
        ("returned", "disputed"),
        (choice("reason", "退单原因", "Reason", "return_reasons"), NEEDED_NOTE),
        stops=stops,
        unit_input=returned_to,
        owner=Owner.NOBODY,
        guard=return_guard,
        decide=after_return,
        sets={"returns": Plus(1)},
        effect="disputed",
        danger=True,
    )


def running_since(m: Moment) -> datetime | None:
    """Return since when the crew's time runs already (None: it begins now): deciding again gives nobody new time."""
    clock = m.clocks.get("arrive")
    return clock.started_at if clock is not None else None


def decide(*starts: str) -> Action:
    """Name the unit that must take an order that two units threw at each other, and why."""
    return Action(
        "decide",
        Label("裁定承办单位", "Decide who takes it"),
        Permission.CASE_APPROVE,
        ("disputed",),
        ("dispatched",),
        (UNIT, Input("decision", Label("裁定依据", "Why"), InputType.LONG_TEXT, max_length=2000, personal=True)),
        starts=starts,
        starts_from=running_since,
        unit_input="unit",
        owner=Owner.NOBODY,
        main=True,
        sets={"dispatched_at": NOW, "settled_at": NOW, "settled_unit": FromInput("unit"), "case.review_level": 0},
    )
