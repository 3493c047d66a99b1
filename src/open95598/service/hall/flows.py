"""What has a state here: an appointment (预约), and on a service request the documents that its clerk waits for."""

from __future__ import annotations

from collections.abc import Mapping

from open95598.casework import registry
from open95598.casework.flow import Action, Flow, Input, InputType, Moment, Owner, Source, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.hall.models import Appointment

KIND = "appointment"
_P = Permission
CLERKS = (_P.CASE_ANSWER, _P.CASE_HANDLE)
NOTE = Input("note", Label("说明", "Note"), InputType.LONG_TEXT, required=False, max_length=500, personal=True)


def has_begun(m: Moment) -> Label | None:
    """Whoever is expected later has not missed anything yet."""
    if m.now < m.typed.starts_at:
        return Label("预约时间未到。", "The appointment is still to come.")
    return None


def is_ahead(m: Moment) -> Label | None:
    """What is over is not cancelled any more: it was kept or missed."""
    if m.now >= m.typed.ends_at:
        return Label("预约时间已过，不能取消。", "The appointment is over: it cannot be cancelled.")
    return None


def _end(name: str, label: Label, to: str, permissions: tuple[Permission, ...], **more: object) -> Action:
    sets = {"active": False, "settled_at": Source.NOW}
    return Action(name, label, permissions, ("booked",), (to,), (NOTE,), sets=sets, owner=Owner.ACTOR, **more)  # type: ignore[arg-type]


FLOW = Flow(
    KIND,
    1,
    Label("预约", "Appointment"),
    "booked",
    (
        State("booked", Label("已预约", "Booked")),
        State("kept", Label("已到访", "Kept"), final=True),
        State("missed", Label("爽约", "Missed"), final=True),
        State("cancelled", Label("已取消", "Cancelled"), final=True),
    ),
    (
        _end("keep", Label("客户已到", "The customer came"), "kept", CLERKS, main=True),
        _end("miss", Label("未到", "Nobody came"), "missed", CLERKS, guard=has_begun),
        _end(
            "cancel",
            Label("取消预约", "Cancel"),
            "cancelled",
            (*CLERKS, _P.PORTAL),
            guard=is_ahead,
            danger=True,
            effect="cancelled",
        ),
    ),
)


def summary(row: Appointment) -> dict[str, str]:
    """Return what events say of an appointment: nothing personal."""
    return {"number": row.code, "booking": row.booking}


def register(cancelled: registry.Effect, asks: tuple[Action, ...], effects: Mapping[str, registry.Effect]) -> None:
    """Make the flow known, and add to service requests what asks their customer for documents (once, at start)."""
    typed = registry.Typed(
        Appointment, lambda row: {}, summary, effects={"cancelled": cancelled}, words=registry.blank("words")
    )
    registry.add(FLOW, typed)
    registry.extend(("service_request",), lambda _flow: asks, effects)
