"""The figures of reliability equal the worked figure of DOMAIN 4, and add up whatever the outages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from open95598.control.reliability.arithmetic import Base, Indices, Sums, of, rounded
from open95598.control.reliability.times import Dark, Told, joined, less, shared, stepped, together, told, without

T = datetime(2026, 3, 1, tzinfo=UTC)
YEAR = timedelta(hours=8760)


def at(minutes: float) -> datetime:
    return T + timedelta(minutes=minutes)


def cost(one: Told, start: float, end: float) -> Sums:
    return of(one, at(start), at(end), planned=False, external=False, rationing=False)


def test_the_worked_figure() -> None:
    darks = [Dark(n, None, customers, at(n * 1000), at(n * 1000 + minutes))
             for n, (minutes, customers) in enumerate(((120, 800), (45, 2000), (180, 150)))]  # fmt: skip
    counted = told(darks, T + YEAR)
    sums = sum((of(one, T, T + YEAR, planned=False, external=False, rationing=False) for one in counted.values()),
               Sums())  # fmt: skip
    found = Indices(sums, Base.of(10_000, YEAR))
    assert rounded(found.saidi, 1) == Decimal("21.3")
    assert found.saidi == Fraction(213, 10)
    assert rounded(found.saifi, 3) == Decimal("0.295")
    assert rounded(found.caidi, 3) == Decimal("72.203")
    assert rounded(found.aihc, 3) == Decimal("0.355")
    assert rounded(found.rs1, 6) == Decimal("99.995947")
    assert found.caidi == found.saidi / found.saifi


def test_rs2_leaves_out_what_came_from_outside_and_rs3_rationing() -> None:
    minute = timedelta(minutes=1) // timedelta(microseconds=1)
    sums = Sums(3, 30, 100 * minute, 0, 40 * minute, 10 * minute)
    found = Indices(sums, Base.of(10, timedelta(minutes=100)))
    assert (found.rs1, found.rs2, found.rs3) == (90, 94, 91)


def test_nothing_is_divided_by_nothing() -> None:
    none = Indices(Sums(), Base())
    assert (none.saidi, none.saifi, none.caidi, none.aihc, none.rs1) == (None,) * 5
    calm = Indices(Sums(), Base.of(5, YEAR))
    assert (calm.saidi, calm.caidi, calm.rs1) == (0, None, 100)
    assert rounded(None, 2) is None


def test_half_is_rounded_up() -> None:
    assert rounded(Fraction(1, 8), 2) == Decimal("0.13")
    assert rounded(Fraction(-1, 8), 2) == Decimal("-0.13")
    assert str(rounded(Fraction(3), 2)) == "3.00"


def test_what_stays_dark_when_the_rest_comes_back_is_one_longer_interruption() -> None:
    counted = told([Dark(1, None, 100, at(0), at(60)), Dark(2, 1, 20, at(60), at(90))], at(1000))
    whole = cost(counted[1], 0, 1000) + cost(counted[2], 0, 1000)
    assert whole.interrupted == 100
    assert whole.minutes == 100 * 60 + 20 * 30


def test_still_dark_told_later_is_dark_since_the_rest_came_back() -> None:
    rows = [Dark(1, None, 100, at(0), at(60)), Dark(2, 1, 20, at(75), at(90), still=True)]
    counted = told(rows, at(1000))
    assert cost(counted[2], 0, 1000).minutes == 20 * 30
    assert cost(counted[2], 0, 1000).interrupted == 0
    again = told([rows[0], Dark(2, 1, 20, at(75), at(90))], at(1000))
    assert cost(again[2], 0, 1000).minutes == 20 * 15
    assert cost(again[2], 0, 1000).interrupted == 20


def test_inside_a_larger_one_only_what_is_longer_counts() -> None:
    # the small one began before and ended after the large one: it is the large one that adds nothing to its customers
    counted = told([Dark(1, None, 100, at(10), at(60)), Dark(2, 1, 20, at(0), at(90))], at(1000))
    whole = cost(counted[1], 0, 1000) + cost(counted[2], 0, 1000)
    assert whole.minutes == 80 * 50 + 20 * 90
    assert whole.interrupted == 100


def test_one_that_joins_two_takes_an_interruption_back() -> None:
    rows = [Dark(1, None, 50, at(0), at(10)), Dark(2, 1, 50, at(20), at(30)), Dark(3, 2, 50, at(5), at(25))]
    counted = told(rows, at(1000))
    assert sum(cost(one, 0, 1000).interrupted for one in counted.values()) == 50
    assert sum(cost(one, 0, 1000).minutes for one in counted.values()) == 50 * 30


def test_across_midnight_minutes_are_split_and_the_interruption_counts_where_it_began() -> None:
    [one] = told([Dark(1, None, 10, at(-30), at(90))], at(1000)).values()
    before, after = cost(one, -1000, 0), cost(one, 0, 1000)
    assert (before.interrupted, before.minutes) == (10, 300)
    assert (after.interrupted, after.minutes, after.events) == (0, 900, 1)


def test_what_lasts_counts_until_now_and_what_is_wrong_counts_nothing() -> None:
    assert cost(told([Dark(1, None, 10, at(0), None)], at(30))[1], 0, 1000).minutes == 300
    assert cost(told([Dark(1, None, 10, at(50), at(20))], at(90))[1], 0, 1000) == Sums()
    ring = told([Dark(1, 2, 10, at(0), at(10)), Dark(2, 1, 10, at(0), at(10))], at(90))
    assert sum(cost(one, 0, 100).minutes for one in ring.values()) >= 0


def test_customers_of_an_announced_outage_come_back_by_steps() -> None:
    one = stepped(at(0), at(100), 50, [(at(40), 20), (at(60), 30), (at(200), 1)])
    assert cost(one, 0, 1000).minutes == 50 * 40 + 20 * 20 + 30 * 40
    assert cost(one, 0, 1000).interrupted == 60
    assert stepped(at(5), at(5), 50, []) == Told()


# whatever the outages ------------------------------------------------------------------------------------------------

minutes = st.integers(0, 500)


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[Dark], dict[int, list[int]]]:
    """Draw outages of devices on one line, each below the one before (device k holds customers k..n)."""
    depth = draw(st.integers(1, 4))
    rows: list[Dark] = []
    for level in range(depth):
        start = draw(minutes)
        rows.append(Dark(level, level - 1 if level else None, depth - level, at(start),
                         draw(st.none() | minutes.map(lambda length, s=start: at(s + length)))))  # fmt: skip
    return rows, {c: list(range(c + 1)) for c in range(depth)}


def minute_by_minute(rows: list[Dark], over: dict[int, list[int]], now: int) -> tuple[int, int]:
    """Count customer-minutes and interruptions by looking at every customer in every minute."""
    lost = began = 0
    for levels in over.values():
        before = False
        for minute in range(now):
            dark = any(rows[k].start <= at(minute) < (rows[k].end or at(now)) for k in levels)
            lost += dark
            began += dark and not before
            before = dark
    return lost, began


@given(trees())
def test_equal_to_looking_at_every_customer_in_every_minute(drawn: tuple[list[Dark], dict[int, list[int]]]) -> None:
    rows, over = drawn
    sums = sum((cost(one, 0, 2000) for one in told(rows, at(1200)).values()), Sums())
    assert (sums.minutes, sums.interrupted) == minute_by_minute(rows, over, 1200)


@given(trees(), st.lists(st.integers(0, 1200), max_size=5))
def test_parts_of_the_time_add_up_to_the_whole(drawn: tuple[list[Dark], dict[int, list[int]]], cuts: list[int]) -> None:
    marks = [-1, *sorted(cuts), 1300]
    for one in told(drawn[0], at(1200)).values():
        parts = [cost(one, a, b) for a, b in pairwise(marks)]
        whole = cost(one, marks[0], marks[-1])
        assert sum(p.lost for p in parts) == whole.lost
        assert sum(p.interrupted for p in parts) == whole.interrupted


pairs = st.lists(st.tuples(minutes, minutes).map(lambda ab: (at(min(ab)), at(max(ab)))), max_size=6)


@given(pairs, pairs)
def test_together_and_without(some: list[tuple[datetime, datetime]], others: list[tuple[datetime, datetime]]) -> None:
    mine, theirs = together(some), together(others)
    rest = without(mine, theirs)
    for minute in range(0, 501, 7):
        inside = any(a <= at(minute) < b for a, b in some)
        taken = any(a <= at(minute) < b for a, b in others)
        assert any(a <= at(minute) < b for a, b in mine) == inside
        assert any(a <= at(minute) < b for a, b in rest) == (inside and not taken)


@given(st.fractions(), st.integers(0, 8))
def test_rounding_is_within_half_a_digit(value: Fraction, places: int) -> None:
    found = rounded(value, places)
    assert found is not None
    assert abs(Fraction(found) - value) <= Fraction(1, 2 * 10**places)


# outages that know nothing of each other -----------------------------------------------------------------------------

#: devices of a small grid: their numbers; device n holds the customers (numbers of the grid) in its span
SPANS = ((0, 12), (1, 7), (2, 4), (4, 7), (5, 6), (7, 12), (8, 9), (9, 12))


@st.composite
def unconnected(draw: st.DrawFn) -> list[Dark]:
    """Draw outages anywhere in the grid that overlap as they like; some say what they are left of."""
    rows: list[Dark] = []
    for number in range(draw(st.integers(1, 6))):
        span = draw(st.sampled_from(SPANS))
        start = draw(st.integers(0, 60))
        end = draw(st.none() | st.integers(0, 50).map(lambda length, s=start: at(s + length)))
        holders = [one.pk for one in rows if one.span is not None and one.span[0] <= span[0] and span[1] <= one.span[1]]
        parent = draw(st.none() | st.sampled_from(holders)) if holders else None
        rows.append(Dark(number, parent, span[1] - span[0], at(start), end, span=span))
    return rows


def customer_by_customer(rows: list[Dark], now: int) -> tuple[int, int]:
    """Count customer-minutes and interruptions by the union of every customer's dark times."""
    lost = began = 0
    for customer in range(12):
        over = [one for one in rows if one.span is not None and one.span[0] <= customer < one.span[1]]
        dark = together((one.start, min(one.end or at(now), at(now))) for one in over)
        lost += sum(int((end - start).total_seconds() // 60) for start, end in dark)
        began += len(dark)
    return lost, began


@given(unconnected())
def test_whatever_overlaps_every_customer_is_counted_once(rows: list[Dark]) -> None:
    counted = told(rows, at(200))
    whole = [cost(one, -10, 1000) for one in counted.values()]
    assert (sum(one.minutes for one in whole), sum(one.interrupted for one in whole)) == customer_by_customer(rows, 200)


@given(unconnected(), st.integers(0, 100))
def test_months_of_what_overlaps_add_up(rows: list[Dark], cut: int) -> None:
    counted = told(rows, at(200))
    for one in counted.values():
        parts, whole = (cost(one, -10, cut), cost(one, cut, 1000)), cost(one, -10, 1000)
        assert parts[0].minutes + parts[1].minutes == whole.minutes
        assert parts[0].interrupted + parts[1].interrupted == whole.interrupted


def test_what_was_supplied_from_elsewhere_is_not_held_by_the_outage_around_it() -> None:
    works = Dark(-1, None, 8, at(0), at(100), span=(0, 12), gaps=((8, 9),))
    inside, kept = (Dark(n, None, 1, at(10), at(20), span=span) for n, span in ((1, (5, 6)), (2, (8, 9))))
    counted = told([works, inside, kept], at(1000))
    assert [cost(counted[n], 0, 1000).minutes for n in (-1, 1, 2)] == [800, 0, 10]


def test_customers_are_shared_out_whole() -> None:
    assert shared(10, [1, 1, 1]) == [4, 3, 3]
    assert shared(7, [5, 2]) == [5, 2]
    assert shared(3, [0, 0]) == [3, 0]
    assert shared(3, []) == []


def test_several_devices_of_one_interruption_and_what_others_leave_of_it() -> None:
    one = joined([stepped(at(0), at(60), 5, []), stepped(at(0), at(30), 3, [])])
    assert cost(one, 0, 100) == Sums(1, 8, cost(one, 0, 100).lost)
    assert cost(one, 0, 100).minutes == 5 * 60 + 3 * 30
    assert cost(less(one, [(at(-10), at(20))]), 0, 100).minutes == 5 * 40 + 3 * 10
    assert cost(less(one, [(at(-10), at(20))]), 0, 100).interrupted == 0
    assert cost(less(one, [(at(20), at(40))]), 0, 100).interrupted == 8
