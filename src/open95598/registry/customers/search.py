"""Customers in the top box and the palette."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from open95598.casework.actors import Actor
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import search
from open95598.registry.customers import searching


def find(request: Any, query: str, limit: int) -> Iterable[search.Hit]:
    """Return the customers that a text may mean, masked."""
    if not request.rights.anywhere(Permission.CUSTOMER_VIEW):
        return []
    return [
        search.Hit(
            " ".join(filter(None, (hit.name, hit.account))),
            reverse("customers:customer", args=[hit.customer_id]),
            " · ".join(filter(None, (hit.address, hit.unit))),
            "heartbeat" if hit.protected else "building" if hit.organisation else "user",
        )
        for hit in searching.search(query, Actor.of(request.user, request.rights, "page"), request.now, limit)
    ]


def register() -> None:
    """Offer customers to the search (once, when Django starts)."""
    search.register("customers", _("Customers"), find)
