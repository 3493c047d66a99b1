"""How a customer stands, for whoever may see them; what a tier entitles to; who is told of outages beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.customer_rows import CustomerRules
from open95598.registry.customers.models import Customer
from open95598.registry.standing import facts, formulas
from open95598.registry.standing.formulas import Computed
from open95598.registry.standing.models import IntegrityEntry, ManagerPeriod, TierPeriod

_WHY = "of a customer whom one may see"


@dataclass(frozen=True)
class Standing:
    """How a customer stands now. ``ratings``: by the rulebook's code (credit, value, tier), each explained by part.

    ``notice``: what an agent must know before anything else, worst first (``protected``, ``importance``, ``tier``).
    """

    customer_id: int
    tier: str
    tier_since: datetime | None
    entitlements: tuple[str, ...]
    importance: str
    protected: bool
    manager: Person | None
    delegate: Person | None
    ratings: dict[str, Computed]
    notice: tuple[str, ...]

    @property
    def credit(self) -> Computed | None:
        """The credit rating."""
        return self.ratings.get("credit")

    @property
    def value(self) -> Computed | None:
        """The value score."""
        return self.ratings.get("value")

    @property
    def shown(self) -> tuple[Computed, ...]:
        """The ratings that an agent sees while the customer speaks."""
        return tuple(rating for rating in (self.credit, self.value) if rating is not None)

    @property
    def proposed(self) -> str | None:
        """The tier that the formula proposes ("" none); None when too little is known."""
        rating = self.ratings.get("tier")
        if rating is None or rating.band is None:
            return None
        return "" if rating.band.code == "none" else rating.band.code


def rules_of(customer: Customer, now: datetime) -> CustomerRules:
    """Return what the rulebook of the customer's unit says about customers."""
    return store.current(now, tuple(customer.unit.lineage)).customers


def standing(customer: Customer, now: datetime) -> Standing:
    """Return how a customer whom one may see stands now. Six queries."""
    rules = rules_of(customer, now)
    gathered = facts.gather([customer], rules, now)[customer.pk]
    tiers = TierPeriod.objects.system(_WHY).filter(customer=customer, valid_to=None)
    managers = ManagerPeriod.objects.system(_WHY).filter(customer=customer, valid_to=None)
    since = tiers.values_list("valid_from", flat=True).first() if customer.tier else None
    period = managers.select_related("delegate").first() if customer.manager_id else None
    rule = rules.tier(customer.tier)
    return Standing(
        customer_id=customer.pk,
        tier=customer.tier,
        tier_since=(since or customer.created_at) if customer.tier else None,
        entitlements=rule.entitlements if rule else (),
        importance=customer.importance,
        protected=customer.protected,
        manager=customer.manager,
        delegate=period.delegate if period and period.manager_id == customer.manager_id else None,
        ratings={rating.code: formulas.compute(rating, gathered) for rating in rules.ratings},
        notice=notice(customer.tier, customer.importance, customer.protected, rules),
    )


def notice(tier: str, importance: str, protected: bool, rules: CustomerRules) -> tuple[str, ...]:
    """Return what an agent must know before anything else, worst first."""
    found = ["protected"] if protected else []
    found += ["importance"] if importance else []
    return (*found, "tier") if rules.entitles(tier, "fast") else tuple(found)


def entitled(customer: Customer, what: str, now: datetime) -> bool:
    """Say whether a customer's tier entitles them to something (``customer_rows.ENTITLEMENTS``; B7)."""
    return rules_of(customer, now).entitles(customer.tier, what)


def tiers_through_time(customer: Customer) -> list[TierPeriod]:
    """Return a customer's tiers, the present one first; one from before all history begins with the customer."""
    rows = TierPeriod.objects.system(_WHY).filter(customer=customer).select_related("by").order_by("-valid_from", "-pk")
    found = list(rows[:50])
    if not found and customer.tier:
        return [TierPeriod(customer=customer, tier=customer.tier, valid_from=customer.created_at)]
    return found


def managers_through_time(customer: Customer) -> list[ManagerPeriod]:
    """Return a customer's account managers, the present one first."""
    rows = ManagerPeriod.objects.system(_WHY).filter(customer=customer)
    found = list(rows.select_related("manager", "delegate", "by").order_by("-valid_from", "-pk")[:50])
    if not found and customer.manager is not None:
        return [ManagerPeriod(customer=customer, manager=customer.manager, valid_from=customer.created_at)]
    return found


def integrity(customer: Customer, today: date) -> list[tuple[IntegrityEntry, bool]]:
    """Return a customer's integrity file, newest first, each entry with whether it counts today."""
    rows = IntegrityEntry.objects.system(_WHY).filter(customer=customer)
    found = rows.select_related("entered_by", "decided_by").order_by("-on", "-pk")[:200]
    return [(entry, facts.counts(entry, today)) for entry in found]


def told_for(customer: Customer) -> list[int]:
    """Return who is told of what concerns a customer: the manager and who stands in for them, as far as active."""
    if customer.manager_id is None:
        return []
    period = ManagerPeriod.objects.system(_WHY).filter(customer=customer, valid_to=None).first()
    wanted = [customer.manager_id, *([period.delegate_id] if period and period.delegate_id else [])]
    return list(Person.objects.filter(pk__in=wanted, is_active=True).order_by("pk").values_list("pk", flat=True))


def social(rights: Rights, now: datetime) -> Sequence[Customer]:
    """Return the customers whom their tier entitles to be invited to events, for whoever may see them."""
    rows = Customer.objects.restrict(rights).filter(merged_into=None, closed_at=None).exclude(tier="")
    found = rows.select_related("unit", "manager").order_by("unit__lineage", "pk")
    return [customer for customer in found[:5000] if entitled(customer, "social", now)]
