"""Who gets the order: dispatched, answered at once, accepted, passed to another unit. Pure."""

from __future__ import annotations

from open95598.casework.flow import Action, FromInput, Moment, Owner, at_level
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps import speaking
from open95598.service.workorders.steps.inputs import ANSWER, NEEDED_NOTE, NOTE, NOW, UNIT, choice


def disclosed_guard(m: Moment) -> Label | None:
    """A sealed order goes out with the receiving desk's text only (docs/decisions/secrecy.md)."""
    if m.typed.sealed and not m.typed.description:
        return Label(
            "举报内容已封存，请先由保密专责整理转办内容。",
            "It is sealed: the confidential clerk writes the text for the handling unit first.",
        )
    return None


def dispatch(*starts: str) -> Action:
    """Give the order to a unit (派单)."""
    return Action(
        "dispatch",
        Label("派单", "Dispatch"),
        Permission.CASE_DISPATCH,
        ("created", "returned", "reopened"),
        ("dispatched",),
        (UNIT, NOTE),
        guard=disclosed_guard,
        starts=starts,
        unit_input="unit",
        owner=Owner.NOBODY,
        main=True,
        sets={"dispatched_at": NOW, "case.review_level": 0},
    )


def answer_at_once(target: str = "archived") -> Action:
    """What can be answered at once is closed at once, and recorded (DOMAIN 2.2)."""
    return Action(
        "answer_at_once",
        Label("当场答复并办结", "Answer and close at once"),
        Permission.CASE_ANSWER,
        ("created",),
        (target,),
        (ANSWER, choice("satisfaction", "客户评价", "Customer's rating", "satisfaction", required=False)),
        sets={
            "answer": FromInput("answer"),
            "satisfaction": FromInput("satisfaction"),
            "replied_at": NOW,
            **speaking.answered(speaking.always),
            "closed_at_once": True,
        },
        effect="answered",
    )


def accept(permission: tuple[Permission, ...] = (Permission.CASE_HANDLE,)) -> Action:
    """Take the order (接单): whoever accepts is responsible."""
    return Action(
        "accept",
        Label("接单", "Accept"),
        permission,
        ("dispatched",),
        ("accepted",),
        (NOTE,),
        owner=Owner.ACTOR,
        sets={"accepted_at": NOW},
        main=True,
    )


def leaves_decision(m: Moment) -> bool:
    """Say whether a transfer would take the order to a unit outside what was decided above (DOMAIN 2.4)."""
    return m.typed.settled_at is not None and not m.typed.was_decided_for(m.data["unit"])


def after_transfer(m: Moment) -> str:
    """What was decided above is not changed below: another unit is for those who decided, to decide again."""
    return "disputed" if leaves_decision(m) else "dispatched"


def transferred_to(m: Moment) -> str:
    """Return who has it then: the unit named, or the one that decides disputes."""
    return at_level(m.rules.returns(m.case.kind).decided_by) if leaves_decision(m) else "unit"


def decided_above(m: Moment) -> Label | None:
    """Tell whoever passes on an order that was decided above what that means."""
    if m.typed.settled_at is None:
        return None
    return Label(
        "承办单位已由上级裁定：转给其他单位的，须由上级重新裁定；可直接转给裁定单位的下级。",
        "It was decided above who takes it: another unit is decided there again; units below go at once.",
    )


def transfer(sources: tuple[str, ...]) -> Action:
    """Hand the order to another unit (转派); the customer's clocks run on. Out of a decision, it is decided again."""
    return Action(
        "transfer",
        Label("转派", "Transfer"),
        Permission.CASE_HANDLE,
        sources,
        ("dispatched", "disputed"),
        (UNIT, NEEDED_NOTE),
        unit_input=transferred_to,
        owner=Owner.NOBODY,
        caution=decided_above,
        decide=after_transfer,
        effect="disputed",
        sets={"dispatched_at": NOW},
    )
