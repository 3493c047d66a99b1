"""What else happens in the transaction of an action: an urge is counted, a joint part opened, somebody recused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from open95598.casework import registry
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case, Participant
from open95598.foundation.errors import Invalid
from open95598.foundation.units.models import Unit
from open95598.service.workorders.flows import JOINT, ORDERS
from open95598.service.workorders.models import JointPart, Urge, WorkOrder


def urge(case: Case, order: WorkOrder, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Count an urge (催办)."""
    Urge.objects.create(case=case, at=now, reason=data["reason"], by_id=actor.person_id)


def joint(case: Case, order: WorkOrder, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Open the other unit's part as a child case and let that unit see this one."""
    unit = Unit.objects.get(pk=data["unit"])
    if unit.pk == case.unit_id:
        raise Invalid(_("Some fields need your attention."), fields={"unit": _("This unit handles the order already.")})
    casework.open_many(
        [casework.Opening("joint", unit.pk, {"task": data["task"]}, parent_id=case.pk, data={"parent": case.pk})],
        actor,
        now,
    )
    Participant.objects.create(case=case, unit=unit, role="joint", since=now)
    case.sight = sorted({*case.sight, *unit.lineage})
    case.save(update_fields=("sight",))


def recuse(case: Case, order: WorkOrder, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Keep a person or a unit named in the case away from it: they neither handle nor see it (DOMAIN 2.2)."""
    if not data.get("person") and not data.get("unit"):
        reason = _("Name a person or a unit.")
        raise Invalid(_("Some fields need your attention."), fields={"person": reason, "unit": reason})
    if data.get("person"):
        case.recused_people = sorted({*case.recused_people, data["person"]})
        if case.owner_id == data["person"]:
            case.owner_id = None
    if data.get("unit"):
        case.recused_units = sorted({*case.recused_units, data["unit"]})
    case.save(update_fields=("recused_people", "recused_units", "owner"))


def order_summary(order: WorkOrder) -> dict[str, Any]:
    """Return what events say of an order: nothing personal."""
    return {"number": order.number, "category": order.category, "priority": order.priority}


def order_limit_facts(order: WorkOrder) -> dict[str, str]:
    """Return what an order's limits depend on beside its kind and unit (DOMAIN 2.3)."""
    return {"category": order.category, "priority": order.priority, "channel": order.channel}


def register_flows() -> None:
    """Make the flows known to casework (once, when Django starts)."""
    typed = registry.Typed(
        WorkOrder,
        order_limit_facts,
        order_summary,
        {"urge": urge, "joint": joint, "recuse": recuse},
        "workorders:list",
    )
    for flow in ORDERS:
        registry.add(flow, typed)
    registry.add(JOINT, registry.Typed(JointPart, lambda part: {}, lambda part: {}))
