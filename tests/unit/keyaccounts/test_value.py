"""Customer value: what is earned less what serving costs, a customer; unknown revenue is not nothing."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from open95598.foundation.rulebook.customer_rows import ServiceCosts
from open95598.service.keyaccounts.value import Segment, cost_of, total

COSTS = ServiceCosts({"phone": Decimal("1.20")}, Decimal(1), {"fault": Decimal(180)}, Decimal(30))


def test_minutes_and_orders_cost_what_the_rulebook_says() -> None:
    talked = [("phone", Decimal("2.5")), ("letter", Decimal(4))]
    assert cost_of(talked, {"fault": 2, "praise": 1}, COSTS) == Decimal("397.00")  # 3 + 4 + 360 + 30


def test_a_value_needs_bills_that_are_known() -> None:
    known = Segment("commercial", 10, 12, 12, Decimal(5000), 0, Decimal(0), 0, Decimal(400))
    assert (known.value, known.cost_each, known.earned) == (Decimal("460.00"), Decimal("40.00"), Decimal(5000))
    few = Segment("commercial", 10, 12, 6, Decimal(5000), 0, Decimal(0), 0, Decimal(400))
    assert (few.value, few.known, few.earned) == (None, 50, Decimal(5000))
    none = Segment("commercial", 10, 12, 0, Decimal(0), 0, Decimal(0), 0, Decimal(400))
    assert (none.value, none.earned) == (None, None)
    assert Segment("?").value is None


@given(st.lists(st.builds(Segment, st.text(), *[st.integers(0, 9)] * 3), max_size=5))
def test_the_total_is_the_sum(segments: list[Segment]) -> None:
    whole = total(segments)
    assert whole.customers == sum(s.customers for s in segments)
    assert whole.revenue == sum(s.revenue for s in segments)
