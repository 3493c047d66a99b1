"""What the room adds to the flows of orders: the customer withdraws what nobody works on yet."""

from __future__ import annotations

from collections.abc import Iterable

from open95598.casework import registry
from open95598.casework.flow import Action, Flow, Input, InputType, Moment, Owner
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.portal.pages import wire

#: kinds that their customer may take back; a whistle-blow report is looked into whether or not it is taken back
WITHDRAWN = ("fault", "complaint", "consultation", "opinion", "suggestion", "service_request", "praise")
#: grades of complaints that go on all the same
GRAVE = frozenset({"special", "major"})
NEVER = Label(
    "举报一经受理即须核查，不因撤回而停止。您的意见会转给核查人员。",
    "A report is looked into even if it is taken back. We pass your wish on to whoever looks into it.",
)
IN_HAND = Label(
    "工单已有人在办理：我们会转告经办人员，由其与您商定。",
    "It is being handled: we tell whoever is in charge, and they settle it with you.",
)
#: nobody has accepted it yet
UNTOUCHED = ("created", "dispatched", "returned")


def too_grave(m: Moment) -> Label | None:
    """Say why an order goes on although its customer would take it back: in words for the customer as well."""
    if m.typed.priority == "safety":
        return Label(
            "涉及人身安全，须到现场查看后才能结束。",
            "There may be danger to people: somebody has to look at it before it can end.",
        )
    if m.typed.grade in GRAVE:
        return Label(
            "该投诉影响重大，即使撤回也须查清。",
            "This complaint is a grave one: it is looked into even if it is taken back.",
        )
    return None


def withdraw(flow: Flow) -> Iterable[Action]:
    """Return the act of withdrawing for a flow: it ends the order without an answer and without a call-back.

    The customer does it on their page, or an agent to whom they say so, who writes down why.
    """
    reason = Input("note", Label("撤回原因", "Reason"), InputType.LONG_TEXT, required=False, personal=True,
                   max_length=wire.MAX_WORDS)  # fmt: skip
    yield Action(
        "withdraw",
        Label("客户撤回", "Withdrawn by the customer"),
        (Permission.PORTAL, Permission.CASE_ANSWER),
        tuple(s.name for s in flow.states if s.name in UNTOUCHED),
        ("archived",),
        (reason,),
        owner=Owner.NOBODY,
        sets={"no_finding": "withdrawn"} if flow.kind == "complaint" else {},
        guard=too_grave,
        effect="answered",  # who waits beside it must not wait for ever
    )


def register() -> None:
    """Add the act to the flows (once, when Django starts, after the orders')."""
    registry.extend(WITHDRAWN, withdraw, {})
