"""What can be added at any time and never waits for the case: urges, notes; and recusal. Pure."""

from __future__ import annotations

from open95598.casework.flow import Action, Input, InputType, Moment, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps.inputs import NEEDED_NOTE, NOTE, choice


def urge_guard(m: Moment) -> Label | None:
    """Urging is limited before half of the answer's time, unless for safety (DOMAIN 2.4)."""
    rule = m.rules.urge
    if m.typed.priority in rule.unlimited_priorities:
        return None
    if set(rule.unlimited_categories) & set(m.rules.lineage(m.typed.category)):
        return None
    if m.case.due_at is None or m.now >= m.case.opened_at + (m.case.due_at - m.case.opened_at) / 2:
        return None
    if m.typed.urge_count() < rule.most_before_half:
        return None
    return Label(
        f"时限过半之前最多催办{rule.most_before_half}次。",
        f"At most {rule.most_before_half} urges before half of the time has passed.",
    )


def beside(states: tuple[State, ...]) -> tuple[Action, ...]:
    """What can be added at any time: urges while it is open and unanswered, notes always, recusal."""
    everywhere = tuple(s.name for s in states)
    unanswered = tuple(s.name for s in states if not s.final and s.name not in ("reviewed", "callback"))
    open_ = tuple(s.name for s in states if not s.final)
    return (
        Action(
            "urge",
            Label("催办", "Urge"),
            Permission.CASE_URGE,
            unanswered,
            (),
            (choice("reason", "催办原因", "Reason", "urge_reasons"), NOTE),
            guard=urge_guard,
            effect="urge",
            appends=True,
        ),
        Action(
            "note",
            Label("备注", "Note"),
            Permission.CASE_NOTE,
            everywhere,
            (),
            (Input("text", Label("内容", "Text"), InputType.LONG_TEXT, personal=True, max_length=4000),),
            appends=True,
        ),
        Action(
            "recuse",
            Label("回避", "Recuse"),
            Permission.CASE_RECUSE,
            open_,
            (),
            (
                Input("person", Label("回避人员", "Person"), InputType.PERSON, required=False),
                Input("unit", Label("回避单位", "Unit"), InputType.UNIT, required=False),
                NEEDED_NOTE,
            ),
            effect="recuse",
            danger=True,
        ),
    )
