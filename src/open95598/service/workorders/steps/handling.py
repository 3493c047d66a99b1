"""While somebody works on it: begun, the customer contacted. Pure."""

from __future__ import annotations

from typing import Any

from open95598.casework.flow import Action, Moment, Owner
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps import speaking
from open95598.service.workorders.steps.inputs import NOTE, NOW, choice

CONTACTS = (
    ("reached", Label("已联系上", "Reached")),
    ("no_answer", Label("无人接听", "No answer")),
    ("wrong_number", Label("号码有误", "Wrong number")),
)


def who_may_call(order: Any) -> Permission | None:
    """Return what somebody who calls must hold as well: of a sealed order only who may know the identity has a number
    (docs/decisions/secrecy.md)."""
    return Permission.CASE_UNSEAL if order.sealed else None


def begin() -> Action:
    """Start working on it."""
    return Action(
        "begin",
        Label("开始处理", "Begin"),
        Permission.CASE_HANDLE,
        ("accepted",),
        ("processing",),
        (NOTE,),
        owner=Owner.ACTOR,
        main=True,
    )


def contact(sources: tuple[str, ...], clocks: tuple[str, ...] = ()) -> Action:
    """Record an attempt to speak to the customer; the one of the flow's ``clocks`` that waits for it may end."""
    return Action(
        "contact",
        Label("联系客户", "Contact the customer"),
        (Permission.CASE_HANDLE, Permission.CASE_CREW, Permission.CASE_ANSWER),
        sources,
        (),
        (choice("outcome", "联系结果", "Outcome", CONTACTS), NOTE),
        besides=who_may_call,
        stops_if=speaking.ends(clocks, speaking.spoken, (speaking.CONTACT,)),
        sets=speaking.contacted(speaking.spoken),
    )


def promised_on_site(sources: tuple[str, ...]) -> tuple[Action, ...]:
    """Record what was promised of some requests: somebody is there, the supply is back (DOMAIN 2.3).

    Offered where the rulebook has a limit for it, and stops that clock; who forgets it is judged by the reply.
    """

    def step(name: str, clock: str, label: Label, field: str) -> Action:
        def runs(m: Moment) -> bool:
            return clock in m.clocks

        who = (Permission.CASE_HANDLE, Permission.CASE_CREW)
        return Action(name, label, who, sources, (), (NOTE,), stops=(clock,), sets={field: NOW}, when=runs)

    return (
        step("attend", "arrive", Label("到场", "On site"), "arrived_at"),
        step("reconnect", "restore", Label("恢复供电", "Reconnected"), "restored_at"),
    )
