"""Planned outages at a customer's own address, as far as a room of the house publishes any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from open95598.foundation.words import Label
from open95598.registry.customers.models import CustomerAccount


@dataclass(frozen=True)
class Planned:
    """An interruption of supply that was announced: from when to when (aware UTC), why, and what it concerns."""

    starts_at: datetime
    ends_at: datetime
    why: Label
    scope: Label


#: rooms that publish outages: (account, now) -> those announced for its point of supply, the next one first
sources: list[Callable[[CustomerAccount, datetime], Sequence[Planned]]] = []


def planned(account: CustomerAccount, now: datetime) -> list[Planned] | None:
    """Return what is announced for an account, the next one first; None: nobody publishes outages here."""
    if not sources:
        return None
    return sorted((one for source in sources for one in source(account, now)), key=lambda one: one.starts_at)
