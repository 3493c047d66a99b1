"""The month-end process report and the promises' month: ``python -m bench.reports --size 120000``.

Loaded orders of a year, so that a month has about ten thousand; their tracks are made first (what the worker does at
every event). Then the report of every unit together, of one unit, its PDF and spreadsheet, and the month of promises.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bench import fill, place, results
from bench.results import Row

GROUP = "Month-end report and promises"
GOAL_MS = 5_000.0
OPEN = 5_000


def timed(of: Callable[[], Any], count: int) -> tuple[list[float], Any]:
    """Return how long each of ``count`` calls took (ms, ascending), and what the last one gave."""
    spent, given = [], None
    for _number in range(count):
        began = time.perf_counter()
        given = of()
        spent.append((time.perf_counter() - began) * 1000)
    return sorted(spent), given


def measure(size: int, count: int) -> list[Row]:
    """Measure on the loaded database of that size; the tracks of the last two months are made anew."""
    place.use(fill.database_of(size))
    from django.conf import settings

    from open95598.control.indicators import counting
    from open95598.control.reports import documents, figures, services
    from open95598.control.tracking import projecting
    from open95598.control.tracking.models import Track
    from open95598.foundation import clock
    from open95598.foundation.units.models import Unit

    now = clock.now()
    month = services.month_before(now)
    since = datetime.combine(month, datetime.min.time(), ZoneInfo(settings.TIME_ZONE))
    began = time.perf_counter()
    made = projecting.rebuild(now, since - timedelta(days=1))
    rate = made / (time.perf_counter() - began)
    cases = Track.objects.system("measured").filter(month=month).count()
    units = list(Unit.objects.values_list("pk", flat=True))
    whole, counted = timed(lambda: figures.count(units, month), count)
    one, _given = timed(lambda: figures.count(units[-1:], month), count)
    paper = documents.Paper("bench", "LCBB", f"{month:%Y-%m}", counted, (), (), "bench", now)
    pdf, body = timed(lambda: documents.pdf(paper), 3)
    sheet, _file = timed(lambda: documents.spreadsheet(paper), 3)
    promises, _none = timed(lambda: counting.count(month, now), count)
    clerks = sum(len(rows) for rows in counted.sections.values())
    print(f"{made:,} tracks at {rate:,.0f}/s; {month:%Y-%m}: {cases:,} orders, {clerks} lines, PDF {len(body):,} bytes")

    def row(name: str, spent: list[float], note: str = "") -> Row:
        p95 = spent[max(0, int(len(spent) * 0.95) - 1)]
        return Row(GROUP, name, size=cases, count=len(spent), p50=spent[len(spent) // 2], p95=p95, p99=spent[-1],
                   goal=f"≤ {GOAL_MS / 1000:.0f} s", met=spent[-1] <= GOAL_MS, note=note)  # fmt: skip

    return [
        row("counted, all units together", whole, f"{clerks} lines"),
        row("counted, one unit", one),
        row("as PDF", pdf, f"{len(body) // 1024} kB"),
        row("as spreadsheet", sheet),
        row("promises and measures of the month", promises, f"tracks made at {rate:,.0f}/s"),
    ]


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, help="archived orders of a year beside the open ones (120,000)")
    parser.add_argument("--quick", action="store_true", help="6,000 orders, few calls")
    given = parser.parse_args()
    size = given.size or (6_000 if given.quick else 120_000)
    place.start_server()
    fill.ensure(size, opened=500 if given.quick else OPEN)
    rows = measure(size, 5 if given.quick else 20)
    results.show(rows)
    results.save("reports", rows, quick=given.quick, method=(__doc__ or "").strip())


if __name__ == "__main__":
    main()
