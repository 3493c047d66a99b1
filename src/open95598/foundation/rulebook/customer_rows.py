"""The rows of a rulebook about customers: tiers and what they entitle to (B7), integrity, ratings, costs. Pure.

A rating is a formula as data: parts that each look at one fact and give points, and bands of the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from open95598.foundation.words import Label

#: what a tier can entitle to (B7); each of them is something that happens
ENTITLEMENTS = ("manager", "fast", "outage_foreknowledge", "connection", "complaint_visit", "visits", "social")
TIERS = ("diamond", "platinum", "silver")
#: facts that are numbers: what they count is said where they are gathered (``registry.standing.facts``)
NUMBERS = (
    "late_payments", "breaches", "merits", "integrity", "years", "arrears", "arrears_days", "monthly_kwh",
    "monthly_bill", "capacity_kva", "accounts", "new_accounts",
)  # fmt: skip
#: facts that are one of these codes
CODES: Mapping[str, tuple[str, ...]] = {
    "price_class": (
        "residential", "non_residential", "commercial", "ordinary_industrial", "large_industrial", "agricultural",
        "wholesale",
    ),
    "source": ("lv", "hv", "dual", "self", "dedicated"),
    "nature": ("ordinary", "temporary", "seasonal", "important"),
    "load_grade": ("1", "2", "3"),
    "importance": ("none", "special", "grade1", "grade2", "temporary"),
    "protected": ("yes", "no"),
    "party": ("person", "organisation"),
}  # fmt: skip


@dataclass(frozen=True)
class TierRule:
    """A tier: what it entitles to, the priority that orders start with at least, how often somebody visits."""

    code: str
    label: Label
    entitlements: tuple[str, ...] = ()
    priority: str = ""
    visit_every: int = 0
    source: str = ""


@dataclass(frozen=True)
class IntegrityKind:
    """A kind of entry in the integrity file: points to the bad (below zero) or good, kept for so many years."""

    code: str
    label: Label
    points: int
    years: int
    #: counts as a late payment
    late: bool = False
    source: str = ""


@dataclass(frozen=True)
class Step:
    """Up to a value (None: beyond the last one) a part gives so many points."""

    up_to: Decimal | None
    points: Decimal


@dataclass(frozen=True)
class RatingPart:
    """A part of a rating: one fact, and what it gives of ``most`` points, by ``steps`` or by ``choices``.

    ``text`` says it of a customer, with ``{value}`` in it.
    """

    code: str
    label: Label
    fact: str
    most: Decimal
    text: Label
    steps: tuple[Step, ...] = ()
    choices: Mapping[str, Decimal] = field(default_factory=dict)
    otherwise: Decimal = Decimal(0)


@dataclass(frozen=True)
class Band:
    """What a rating is called from so many points of a hundred on."""

    code: str
    label: Label
    least: Decimal


@dataclass(frozen=True)
class Rating:
    """A formula. Parts whose fact nobody knows count neither way; ``enough``: how many per cent of the points must be
    known for the whole to be given."""

    code: str
    label: Label
    parts: tuple[RatingPart, ...]
    bands: tuple[Band, ...] = ()
    enough: int = 60
    source: str = ""


@dataclass(frozen=True)
class ServiceCosts:
    """What serving customers costs, in yuan: a minute of a conversation by its channel, an order by its kind."""

    minute: Mapping[str, Decimal] = field(default_factory=dict)
    minute_otherwise: Decimal = Decimal(0)
    order: Mapping[str, Decimal] = field(default_factory=dict)
    order_otherwise: Decimal = Decimal(0)
    source: str = ""


@dataclass(frozen=True)
class CustomerRules:
    """What a rulebook says about customers."""

    tiers: tuple[TierRule, ...] = ()
    integrity: tuple[IntegrityKind, ...] = ()
    ratings: tuple[Rating, ...] = ()
    costs: ServiceCosts = ServiceCosts()
    #: categories of orders with which a connection begins: what the entitlement ``connection`` goes with
    connections: tuple[str, ...] = ()

    def tier(self, code: str) -> TierRule | None:
        """Return the rule of a tier; None for none, or one that the rulebook does not have."""
        return next((t for t in self.tiers if t.code == code), None)

    def entitles(self, tier: str, what: str) -> bool:
        """Say whether a tier entitles to something of ``ENTITLEMENTS``."""
        rule = self.tier(tier)
        return rule is not None and what in rule.entitlements

    def entitled_tiers(self, what: str) -> tuple[str, ...]:
        """Return the codes of the tiers that entitle to something."""
        return tuple(t.code for t in self.tiers if what in t.entitlements)

    def kind(self, code: str) -> IntegrityKind | None:
        """Return a kind of integrity entry; None when the rulebook does not have it."""
        return next((k for k in self.integrity if k.code == code), None)

    def rating(self, code: str) -> Rating | None:
        """Return a rating; None when the rulebook does not have it."""
        return next((r for r in self.ratings if r.code == code), None)
