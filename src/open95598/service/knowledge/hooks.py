"""What this room tells the rooms below: where an item's page is, and what entries are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from open95598.foundation.rulebook import store
from open95598.service.knowledge import finding
from open95598.service.knowledge.models import KnowledgeItem
from open95598.service.workorders import hooks as orders
from open95598.service.workorders.flows import ORDERS


def address(case_id: int) -> str | None:
    """Return the address of an item's page; None when the case is none."""
    code = KnowledgeItem.objects.system("the address only").filter(pk=case_id).values_list("code", flat=True).first()
    return reverse("knowledge:item", args=(code,)) if code else None


def seat_values(request: Any) -> Mapping[str, str]:
    """Return what a guided script or an item fills into the seat's form: kind, category, matter; only what there is."""
    rules, given = store.current(request.now), request.GET
    kind, category = given.get("kind", ""), given.get("category", "")
    found = {"description": given.get("description", "").replace("\x00", "")[:2000]} if "description" in given else {}
    if kind in {flow.kind for flow in ORDERS}:
        found |= {"kind": kind} | ({"category": category} if rules.has_category(category, kind) else {})
    return found


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    orders.further_addresses.append(address)
    orders.seat_values.append(seat_values)
    orders.further_hints.append(finding.next_best)
