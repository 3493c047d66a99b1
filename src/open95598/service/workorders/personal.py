"""What of a customer is shown, to whom: masked first, in the open only on record (DOMAIN 2.6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, Invalid
from open95598.foundation.masking import mask_address, mask_name, mask_phone
from open95598.foundation.people import actors, reveal
from open95598.foundation.people.policy import Permission
from open95598.service.workorders.models import WorkOrder

FIELDS = ("contact_name", "contact_phone", "address", "description", "answer")
#: who the customer is; the description may name them too, but is needed to handle the order
IDENTITY = ("contact_name", "contact_phone")
_MASKS = {"contact_name": mask_name, "contact_phone": mask_phone, "address": mask_address}


def shown(order: WorkOrder | dict[str, Any]) -> dict[str, str]:
    """Return name, phone and address as they are shown before somebody asks.

    A customer who asked for secrecy has neither name nor number; an anonymous one has none to show.
    """

    def get(name: str) -> Any:
        return order.get(name) if isinstance(order, dict) else getattr(order, name)

    found = {name: mask(get(name)) if get(name) else "" for name, mask in _MASKS.items()}
    if get("confidential"):
        found |= {name: _("kept secret") for name in IDENTITY if get(name)}
    if get("sealed"):
        found |= dict.fromkeys(_MASKS, _("sealed")) | ({"address": found["address"]} if found["address"] else {})
    if get("anonymous"):
        found["contact_name"] = _("anonymous")
    return found


def may_reveal(order: WorkOrder, actor: Actor) -> bool:
    """Say whether the person may be shown the order's personal data.

    A customer who asked for secrecy is shown to those who hold the right to confidential cases, and to whoever handles
    the order.
    """
    case = order.case
    if actor.rights is None or not reveal.may_reveal(actor.rights, case):
        return False
    if not order.confidential or case.owner_id == actor.person_id:
        return True
    return actor.rights.at(Permission.CASE_VIEW_CONFIDENTIAL, case.sight)


def show(order: WorkOrder, fields: Iterable[str], *, actor: Actor, why: str, now: datetime) -> dict[str, str]:
    """Return personal values in the open, and write down who was shown what and why.

    Raises ``Forbidden``, ``Invalid`` (no reason, an unknown field).
    """
    wanted = tuple(fields)
    if unknown := [name for name in wanted if name not in FIELDS]:
        reason = _("There is no field %(name)s.") % {"name": unknown[0]}
        raise Invalid(_("Some fields need your attention."), fields={"fields": reason})
    if not may_reveal(order, actor):
        raise Forbidden(_("You may not see this customer's personal data."))
    reader = actors.Actor(actor.person_id, actor.name, actor.rights)
    reveal.reveal(order.case, wanted, actor=reader, why=why, now=now)
    return {name: getattr(order, name) for name in wanted}
