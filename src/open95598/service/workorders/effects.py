"""What else happens in the transaction of an order's action, and what its kinds say of an order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from open95598.casework import attachments, registry
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.foundation.errors import Invalid
from open95598.service.workorders import approvals, called, complaints, merging, naming, parts, promises, sealing
from open95598.service.workorders.flows import ORDERS
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.steps import speaking


def recuse(case: Case, order: WorkOrder, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Keep a person or a unit named in the case away from it: they neither handle nor see it (DOMAIN 2.2)."""
    if not data.get("person") and not data.get("unit"):
        reason = _("Name a person or a unit.")
        raise Invalid(_("Some fields need your attention."), fields={"person": reason, "unit": reason})
    people = [data["person"]] if data.get("person") else []
    units = [data["unit"]] if data.get("unit") else []
    naming.keep_away(case, order, people, units, actor, now)


def let_back(case: Case, order: WorkOrder, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Lift the recusal of a person or a unit. Raises ``Invalid`` for whoever is not recused."""
    away = {"person": case.recused_people, "unit": case.recused_units}
    given = {name: data[name] for name in away if data.get(name)}
    reason = _("Not recused from this case.") if given else _("Name a person or a unit.")
    bad = {name: reason for name, pk in given.items() if pk not in away[name]} if given else dict.fromkeys(away, reason)
    if bad:
        raise Invalid(_("Some fields need your attention."), fields=bad)
    people, units = ([given[name]] if name in given else [] for name in ("person", "unit"))
    naming.let_back(case, order, people, units, actor, now)


def order_summary(order: WorkOrder) -> dict[str, Any]:
    """Return what events say of an order: nothing personal."""
    found = {"number": order.number, "category": order.category, "priority": order.priority}
    return {**found, "grade": order.grade} if order.grade else found


def order_limit_facts(order: WorkOrder) -> dict[str, str]:
    """Return what an order's limits depend on beside its kind and unit (DOMAIN 2.3)."""
    facts = {"category": order.category, "priority": order.priority, "channel": order.channel}
    return {**facts, "grade": order.grade}


def order_owes(order: WorkOrder, clock: str) -> bool:
    """Say whether a clock means anything for an order: nobody is to be spoken to who left no number."""
    return clock not in (speaking.CONTACT, speaking.PROGRESS) or not order.anonymous


def register_flows() -> None:
    """Make the flows known to casework (once, when Django starts)."""
    typed = registry.Typed(
        WorkOrder,
        order_limit_facts,
        order_summary,
        EFFECTS,
        sealing.screen,
        list_name="workorders:list",
        owed=order_owes,
        open_field="promise_open",
        words=registry.blank("inquiry", "finding"),
    )
    for flow in ORDERS:
        registry.add(flow, typed)
    parts.register()
    attachments.sealing.append(sealing.seals)


#: what the orders' flows name; an action's effect happens in its transaction, after everything was written
EFFECTS = {
    "urge": parts.urge, "escalate": parts.escalate, "joint": parts.joint, "coordinate": parts.coordinate,
    "name": naming.name, "disclose": sealing.disclose, "recuse": recuse, "let_back": let_back,
    **merging.EFFECTS, **approvals.EFFECTS, **promises.EFFECTS,
    **called.EFFECTS,
    **complaints.EFFECTS,
}  # fmt: skip
