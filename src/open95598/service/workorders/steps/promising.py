"""Whoever took the order keeps the promise to the customer until it is answered (首问负责制, B3). Pure.

The promise stays with its keeper whatever unit handles the order. It passes to another person only when that one signs
for it; by the shift's handover and when somebody leaves the utility it passes outside of these actions (``promises``).
"""

from __future__ import annotations

from open95598.casework.flow import Action, FromInput, Input, InputType, Moment, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps.inputs import NEEDED_NOTE, NOTE, choice

REASONS = (
    ("handover", Label("交接班", "Shift handover")),
    ("leave", Label("休假或外出", "Leave or absence")),
    ("duty", Label("岗位调整", "Other duties")),
)


def is_keeper(m: Moment) -> bool:
    """Say whether the actor keeps the promise."""
    return m.actor_id is not None and m.typed.keeper_id == m.actor_id


def is_asked(m: Moment) -> bool:
    """Say whether the actor was asked to take the promise over."""
    return m.actor_id is not None and m.typed.keeper_asked_id == m.actor_id


def passing_on(states: tuple[State, ...]) -> tuple[Action, ...]:
    """Pass the promise on to somebody who signs for it."""
    open_ = tuple(state.name for state in states if not state.final)
    return (
        Action(
            "offer_promise",
            Label("移交首问责任", "Pass the promise on"),
            Permission.CASE_VIEW,
            open_,
            (),
            (
                Input("person", Label("接收人", "To whom"), InputType.PERSON),
                choice("why", "移交原因", "Why", REASONS),
                NEEDED_NOTE,
            ),
            sets={"keeper_asked": FromInput("person"), "keeper_why": FromInput("why")},
            when=is_keeper,
            effect="ask_keeper",
            help=Label("对方签收后方才移交。", "It passes when they have signed for it."),
        ),
        Action(
            "sign_promise",
            Label("签收首问责任", "Sign for the promise"),
            Permission.CASE_VIEW,
            open_,
            (),
            (NOTE,),
            when=is_asked,
            effect="sign_promise",
        ),
        Action(
            "decline_promise",
            Label("不予签收", "Do not sign"),
            Permission.CASE_VIEW,
            open_,
            (),
            (NEEDED_NOTE,),
            when=is_asked,
            effect="decline_promise",
        ),
    )
