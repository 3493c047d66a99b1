"""The act by which a fault is sent to a crew: it gets an owner, and a unit where the crew may act on it. Pure but for
its registration.

Whoever sends says who had it when they looked (``instead_of``, nobody as a rule): of two who send at once the second
is told, and a crew under way is never turned around by an oversight.
"""

from __future__ import annotations

from collections.abc import Iterable

from open95598.casework import registry
from open95598.casework.flow import Action, Flow, Input, InputType, Moment, Owner
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps.inputs import NOTE

FAULT = "fault"
#: a fault that is with a unit, or was taken by somebody who has not set out yet
SENDABLE = ("dispatched", "accepted")
_INSTEAD = Label("已有人承办时填写，确认由其改派。", "When somebody has it already: who, to take it from them.")
WHO = (Permission.CASE_DISPATCH, Permission.CASE_HANDLE)


def still_there(m: Moment) -> Label | None:
    """Nobody else has it meanwhile: the owner is the one whom the sender knew of."""
    if m.case.owner_id == m.data.get("instead_of"):
        return None
    if m.case.owner_id is None:
        return Label("该工单已不在原抢修人员手中，请刷新后再派。", "Nobody has it any more: load the page again.")
    return Label("该工单已有人承办，未重复派出。", "Somebody has it already: it was not sent twice.")


def unit_of(m: Moment) -> int | str:
    """Return the unit that it goes to, when the crew could not act on it where it is; "" to leave it there."""
    wanted = m.data.get("to_unit")
    return "" if wanted is None or wanted in m.case.scope else int(wanted)


def on_faults(_flow: Flow) -> Iterable[Action]:
    """Return what a fault's flow gets."""
    yield Action(
        "assign_crew", Label("派给抢修小组", "Send to a crew"), WHO, SENDABLE, (),
        (
            Input("person", Label("抢修人员", "Crew member"), InputType.PERSON),
            Input("to_unit", Label("抢修小组所属单位", "Unit of the crew"), InputType.UNIT, required=False),
            Input("instead_of", Label("原承办人员", "Who has it now"), InputType.PERSON, required=False, help=_INSTEAD),
            Input("expected_at", Label("预计到达", "Expected to arrive"), InputType.DATETIME, required=False),
            NOTE,
        ),
        owner=Owner.INPUT, unit_input=unit_of, guard=still_there,
    )  # fmt: skip


def register() -> None:
    """Add the act to faults (once, when Django starts)."""
    registry.extend((FAULT,), on_faults, {})
