"""Charging by hand: an act on any order, for those who supervise its unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from open95598.casework import registry
from open95598.casework.actors import Actor
from open95598.casework.flow import Action, Flow, Input, InputType
from open95598.casework.models import Case
from open95598.control.assessment import services
from open95598.control.assessment.services import Charge
from open95598.foundation.errors import Invalid
from open95598.foundation.people.policy import Permission
from open95598.foundation.units import queries as tree
from open95598.foundation.words import Label
from open95598.service.workorders.flows import ORDERS

_UNIT = Label("不填则为工单承办单位。", "Empty means: the order's unit.")


def actions(flow: Flow) -> tuple[Action, ...]:
    """Return the act that a flow gets: whatever its state, and without waiting for the case."""
    return (
        Action(
            "charge",
            Label("计入考核", "Charge in the assessment"),
            Permission.CASE_SUPERVISE,
            tuple(state.name for state in flow.states),
            (),
            (
                Input("charge", Label("考核事项", "What for"), InputType.CHOICE, choices="charges"),
                Input(
                    "unit", Label("责任单位", "Unit"), InputType.UNIT, required=False, help=_UNIT, names_recused=True
                ),
                Input("person", Label("责任人", "Person"), InputType.PERSON, required=False, names_recused=True),
                Input("note", Label("考核依据", "Grounds"), InputType.LONG_TEXT, max_length=2000, personal=True),
            ),
            effect="charge",
            appends=True,
        ),
    )


def charge(case: Case, order: Any, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Enter what somebody judged. Raises ``Invalid`` for a charge that the rulebook gives no points and for a unit that
    the actor does not supervise."""
    unit_id = data.get("unit") or case.unit_id
    if actor.rights is not None and not actor.rights.at(Permission.CASE_SUPERVISE, tree.get(unit_id).lineage):
        raise Invalid(_("Some fields need your attention."), fields={"unit": _("You do not supervise this unit.")})
    entry = services.enter(
        Charge(
            data["charge"],
            unit_id,
            f"hand/{case.pk}/{actor.person_id}/{now.isoformat()}",
            case_id=case.pk,
            person_id=data.get("person"),
            reason=data["note"],
        ),
        actor,
        now,
    )
    if entry is None:
        reason = _("The rulebook gives this no points.")
        raise Invalid(_("Some fields need your attention."), fields={"charge": reason})


def register() -> None:
    """Give every order's flow the act (once, when Django starts, after the orders' room)."""
    registry.extend([flow.kind for flow in ORDERS], actions, {"charge": charge})
