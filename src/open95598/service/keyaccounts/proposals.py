"""A tier is proposed by the formula and decided by a head of the unit: then it is given, with its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.foundation.errors import Impossible
from open95598.foundation.people.policy import Permission
from open95598.registry.customers import services as customers
from open95598.registry.standing import queries as standing
from open95598.registry.standing import services as standings
from open95598.service.keyaccounts.flows import PROPOSAL
from open95598.service.keyaccounts.models import TierProposal


def propose(customer_id: int, actor: Actor, now: datetime) -> TierProposal:
    """Propose the tier that the formula gives a customer today. Needs CUSTOMER_EDIT at their unit.

    Raises ``Impossible`` when too little is known, when it is the tier that they have, or while another is undecided.
    """
    with transaction.atomic():
        customer = customers.locked(customer_id, actor, permission=Permission.CUSTOMER_EDIT)
        shown = standing.standing(customer, now)
        rating, tier = shown.ratings.get("tier"), shown.proposed
        if rating is None or tier is None:
            raise Impossible(_("Too little is known of this customer to propose a tier."))
        if tier == customer.tier:
            raise Impossible(_("The customer has the tier that the formula proposes."))
        if TierProposal.objects.system("one at a time").filter(customer=customer, case__is_open=True).exists():
            raise Impossible(_("A tier of this customer is proposed already and waits for a decision."))
        lines = [
            {"code": line.code, "value": line.value, "most": str(line.most),
             "points": None if line.points is None else str(line.points)}
            for line in rating.lines
        ]  # fmt: skip
        fields = {
            "customer_id": customer.pk, "before": customer.tier, "tier": tier, "points": rating.points, "lines": lines,
            "by_id": actor.person_id,
        }  # fmt: skip
        data = {"customer": customer.pk, "tier": tier, "points": str(rating.points)}
        opening = casework.Opening(PROPOSAL, customer.unit_id, fields, data=data)
        made: TierProposal = casework.open_many([opening], actor, now)[0].typed
    return made


def decided(_case: Case, row: TierProposal, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Give the tier that was approved. Raises ``Impossible`` when the customer's tier changed meanwhile."""
    customer = row.customer
    if customer.tier != row.before:
        raise Impossible(_("The customer's tier changed meanwhile: propose it anew."))
    standings.set_tier(customer.pk, row.tier, str(data["decision"]), actor, now)
