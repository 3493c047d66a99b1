"""The rows of a rulebook about the two indices of service (DOMAIN 2.4 [V6]): says what the source leaves open. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class ServiceIndexRules:
    """The service index: what is taken off for what. Shares are in per cent, points are those of the index."""

    #: an event counts when the customer called so often about it
    calls: int = 3
    #: share of content customers below which points are taken off
    target: Decimal = Decimal(95)
    #: for each full step (in per cent) below the target so many points
    step: Decimal = Decimal("0.1")
    per_step: Decimal = Decimal("0.1")
    false_order: Decimal = Decimal("0.1")
    media: Decimal = Decimal(5)
    faked: Decimal = Decimal("0.2")
    source: str = ""


@dataclass(frozen=True)
class NormRules:
    """The marketing norm rate: weights of its parts, and what complaints are measured against.

    ``class_1`` and ``class_2`` are categories of complaints (with everything below them).
    """

    weight_1: Decimal = Decimal("0.7")
    weight_2: Decimal = Decimal("0.2")
    weight_reports: Decimal = Decimal("0.1")
    class_1: tuple[str, ...] = ()
    class_2: tuple[str, ...] = ()
    calls_per: int = 100
    calls_share: Decimal = Decimal("0.5")
    customers_per: int = 1000
    customers_share: Decimal = Decimal("0.5")
    source: str = ""


@dataclass(frozen=True)
class IndexRules:
    """What a rulebook says about the indices. A figure over fewer than ``small`` ratings is flagged as such."""

    service: ServiceIndexRules = ServiceIndexRules()
    norm: NormRules = NormRules()
    small: int = 30
