"""How well and how fast failed devices are found from reports: ``python -m bench.outages``.

Storms with known failures over made grids of 1,400, 100,000 and a million customers, the engine beside plain counting
(``open95598 measure outages``); then one process takes a heavy storm's reports, one by one, on a million customers.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

from bench import place, results
from bench.results import Row
from open95598.foundation.rulebook import files
from open95598.foundation.rulebook.outage_rows import OutageRules
from open95598.service.outages.inference.engine import Engine
from open95598.service.outages.trials import grids, measuring, storms

#: the seed of the reported figures; rules were set on seeds 1 to 9
SEED = 95598
REPORTS, SECONDS = 100_000, 10.0


def rules() -> OutageRules:
    """Return the rules on file."""
    return files.check_root(place.ROOT / "rulebooks")[0].rulebook.outages


def quality(size: int, count: int) -> list[Row]:
    """Measure storms over a grid of so many customers."""
    own, counted = measuring.measure(grids.made(size, SEED), rules(), count, SEED)
    better = (own.recall.value or 0) > (counted.recall.value or 0)

    def told(figure: measuring.Figure) -> str:
        if figure.value is None:
            return "none"
        span = "" if figure.low is None else f" [{figure.low:.2f}, {figure.high:.2f}]"
        return f"{figure.value:.2f}{span}"

    return [
        Row(
            "Outages: which device failed", one.name, size=size, count=one.heard,
            value=f"precision {told(one.precision)}, recall {told(one.recall)}, {told(one.minutes)} min",
            goal="recall above counting" if one is own else "", met=better if one is own else None,
            note=f"{count} storms, {one.failures} failures, {one.reports} reports",
        )
        for one in (own, counted)
    ]  # fmt: skip


def speed(wanted: int, size: int) -> Row:
    """Let one process take so many reports; the time to make the engine is part of it."""
    grid = grids.made(size, SEED)
    # more failures at once than any storm has, and more callers, so that there are as many reports
    weather = replace(storms.fitting(grid), failures=max(2, wanted // 80), calling=(0.25, 0.3))
    reports = storms.blow(grid, weather, SEED).reports[:wanted]
    book = rules()
    began, busy = time.perf_counter(), time.process_time()
    engine = Engine(grid, book)
    for report in reports:
        engine.report(report)
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    goal = SECONDS * len(reports) / REPORTS
    return Row(
        "Outages: speed", "reports taken by the engine", size=size, count=len(reports), rate=len(reports) / seconds,
        value=f"{seconds:.1f} s", goal=f"≤ {goal:.1f} s", met=seconds <= goal,
        note=f"{busy:.1f} s of processor time",
    )  # fmt: skip


def main() -> None:
    """Measure and keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes")
    given = parser.parse_args()
    rows = quality(1_400, 20 if given.quick else 300)
    if not given.quick:
        rows += quality(100_000, 40) + quality(1_000_000, 8)
    rows.append(speed(5_000, 100_000) if given.quick else speed(REPORTS, 1_000_000))
    place.start_server()  # the table names the machine by it
    results.save("outages", rows, quick=given.quick, method=__doc__ or "")


if __name__ == "__main__":
    main()
