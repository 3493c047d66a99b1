"""What customers are worth (DOMAIN 1.5): (revenue − cost of serving them) / customers, by segment. Pure.

Revenue that is not known is not nothing: a segment of which too few bills are known has no value, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from open95598.foundation.rulebook.customer_rows import ServiceCosts

#: of a hundred accounts so many bills must be known for a value to be given
ENOUGH = 95
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Segment:
    """A segment in a month: ``billed`` of ``accounts`` have a bill that is known, of ``revenue`` yuan together."""

    code: str
    customers: int = 0
    accounts: int = 0
    billed: int = 0
    revenue: Decimal = Decimal(0)
    contacts: int = 0
    minutes: Decimal = Decimal(0)
    orders: int = 0
    cost: Decimal = Decimal(0)

    @property
    def known(self) -> int:
        """How many per cent of the accounts have a bill that is known."""
        return self.billed * 100 // self.accounts if self.accounts else 0

    @property
    def earned(self) -> Decimal | None:
        """The revenue; None while no bill is known."""
        return self.revenue if self.billed else None

    @property
    def value(self) -> Decimal | None:
        """Yuan a customer; None when the revenue is not known well enough, or nobody is in the segment."""
        if not self.customers or self.known < ENOUGH:
            return None
        return ((self.revenue - self.cost) / self.customers).quantize(_CENT, ROUND_HALF_UP)

    @property
    def cost_each(self) -> Decimal | None:
        """Yuan of service a customer; None when nobody is in the segment."""
        return (self.cost / self.customers).quantize(_CENT, ROUND_HALF_UP) if self.customers else None


def cost_of(minutes: Iterable[tuple[str, Decimal]], orders: Mapping[str, int], costs: ServiceCosts) -> Decimal:
    """Return what conversations (channel, minutes) and orders (kind → how many) cost, in yuan."""
    talked = sum((m * costs.minute.get(channel, costs.minute_otherwise) for channel, m in minutes), Decimal(0))
    worked = sum((n * costs.order.get(kind, costs.order_otherwise) for kind, n in orders.items()), Decimal(0))
    return (talked + worked).quantize(_CENT, ROUND_HALF_UP)


def total(segments: Iterable[Segment]) -> Segment:
    """Return all segments together. Customers in several segments are counted in each of them."""
    its = list(segments)
    return Segment(
        "",
        customers=sum(s.customers for s in its),
        accounts=sum(s.accounts for s in its),
        billed=sum(s.billed for s in its),
        revenue=sum((s.revenue for s in its), Decimal(0)),
        contacts=sum(s.contacts for s in its),
        minutes=sum((s.minutes for s in its), Decimal(0)),
        orders=sum(s.orders for s in its),
        cost=sum((s.cost for s in its), Decimal(0)),
    )
