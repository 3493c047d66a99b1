"""What the room adds to the flows of orders: the customer withdraws what nobody works on yet."""

from __future__ import annotations

from collections.abc import Iterable

from open95598.casework import registry
from open95598.casework.flow import Action, Flow, Input, InputType, Owner
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.portal.pages import wire

#: kinds that a click may end; complaints and whistle-blow reports are ended by a person who asks the customer
WITHDRAWN_AT_ONCE = ("fault", "consultation", "opinion", "suggestion", "service_request", "praise")
#: nobody has accepted it yet
UNTOUCHED = ("created", "dispatched", "returned")


def withdraw(flow: Flow) -> Iterable[Action]:
    """Return the act of withdrawing for a flow: it ends the order without an answer and without a call-back."""
    reason = Input("note", Label("撤回原因", "Reason"), InputType.LONG_TEXT, required=False, personal=True,
                   max_length=wire.MAX_WORDS)  # fmt: skip
    yield Action(
        "withdraw",
        Label("客户撤回", "Withdrawn by the customer"),
        Permission.PORTAL,
        tuple(s.name for s in flow.states if s.name in UNTOUCHED),
        ("archived",),
        (reason,),
        owner=Owner.NOBODY,
        effect="answered",  # who waits beside it must not wait for ever
    )


def register() -> None:
    """Add the act to the flows (once, when Django starts, after the orders')."""
    registry.extend(WITHDRAWN_AT_ONCE, withdraw, {})
