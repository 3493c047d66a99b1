"""What must be called about first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from open95598.control.supervision import ranking
from open95598.control.supervision.ranking import Matter, pressing, rank

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
LATE, SOON, FAR = (NOW - timedelta(hours=1), NOW - timedelta(hours=2)), (NOW + timedelta(minutes=5), NOW), None


def matter(times, **more) -> Matter:
    due, warn = times or (NOW + timedelta(days=2), NOW + timedelta(days=1))
    return Matter(due, warn, **({"supervised": True} | more))


def test_what_presses_most_comes_first() -> None:
    wanted = [
        (matter(LATE, serious=True), ranking.SERIOUS_LATE),
        (matter(FAR, serious=True, noted=False), ranking.SERIOUS_NEW),
        (matter(LATE), ranking.LATE),
        (matter(LATE, supervised=False, danger=True), ranking.DANGER_LATE),
        (matter(LATE, supervised=False), ranking.ORDER_LATE),
        (matter(SOON), ranking.SOON),
        (matter(SOON, supervised=False), ranking.ORDER_SOON),
    ]
    assert [pressing(m, NOW) for m, _class in wanted] == [c for _m, c in wanted]
    keys = [rank(m, NOW) for m, _class in wanted]
    assert keys == sorted(keys)


def test_what_can_wait_is_left_out_and_the_longest_late_comes_first() -> None:
    assert pressing(matter(FAR), NOW) is None
    assert pressing(matter(FAR, serious=True), NOW) is None
    assert pressing(Matter(None, None, supervised=False), NOW) is None
    older = Matter(NOW - timedelta(hours=5), NOW - timedelta(hours=6), supervised=True)
    assert rank(older, NOW) < rank(matter(LATE), NOW)
