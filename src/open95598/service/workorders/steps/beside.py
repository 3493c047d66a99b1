"""What can be done at any time: notes, which never wait for the case; and recusal. Pure."""

from __future__ import annotations

from open95598.casework.flow import Action, Input, InputType, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps.inputs import NEEDED_NOTE


def note(states: tuple[State, ...]) -> Action:
    """Add a remark."""
    return Action(
        "note",
        Label("备注", "Note"),
        Permission.CASE_NOTE,
        tuple(s.name for s in states),
        (),
        (Input("text", Label("内容", "Text"), InputType.LONG_TEXT, personal=True, max_length=4000),),
        appends=True,
    )


def recuse(states: tuple[State, ...]) -> Action:
    """Keep a person or a unit away from it: they neither handle nor see it (DOMAIN 2.2)."""
    return Action(
        "recuse",
        Label("回避", "Recuse"),
        Permission.CASE_RECUSE,
        tuple(s.name for s in states if not s.final),
        (),
        (
            Input("person", Label("回避人员", "Person"), InputType.PERSON, required=False),
            Input("unit", Label("回避单位", "Unit"), InputType.UNIT, required=False),
            NEEDED_NOTE,
        ),
        effect="recuse",
        danger=True,
    )
