"""Who gets the order: dispatched, answered at once, accepted, passed to another unit. Pure."""

from __future__ import annotations

from open95598.casework.flow import Action, FromInput, Moment, Owner
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
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


def transfer(sources: tuple[str, ...]) -> Action:
    """Hand the order to another unit (转派); the customer's clocks run on."""
    return Action(
        "transfer",
        Label("转派", "Transfer"),
        Permission.CASE_HANDLE,
        sources,
        ("dispatched",),
        (UNIT, NEEDED_NOTE),
        unit_input="unit",
        owner=Owner.NOBODY,
        sets={"dispatched_at": NOW},
    )
