"""A storm through the house: ``python -m bench.storm --points 1000000 --reports 10000``.

A storm with known failures over a made grid is reported over HTTP to the product's own web process (granian, as in
production), by two clients that send ten reports a request, while the process that follows outages (``open95598
outages``) runs beside. Measured: requests; from the first report sent until the engine was told of the last one; and,
after that process was killed with kill -9, how long the engine takes to be made anew from the tables. In a process that
has read the code already: topology, standing outages, reports.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import Any

from bench import accounts, fill, grid, place, results
from bench.client import Ask, one, send_all
from bench.results import Row

GROUP = "Outages: a storm through the house"
DATABASE, ACCOUNT = "bench_grid", "dispatcher"
#: reports in a request, clients, seed of the storm
TOGETHER, CLIENTS, SEED = 10, 2, 95598
#: for how long the engine is waited for (seconds)
PATIENCE = 600.0


def _asks(points: int, wanted: int) -> list[bytes]:
    """Return the bodies of the requests, the earliest reports first. Their times lie within the last minutes."""
    from open95598.registry.grid import generating
    from open95598.service.outages.trials import storms

    described = generating.generate(points)
    topology, _findings = described.topology()
    weather = storms.fitting(topology)
    weather = replace(weather, failures=max(2, wanted // 80), calling=(0.25, 0.3), minutes=30.0, delay=2.0)
    reports = storms.blow(topology, weather, SEED).reports[:wanted]
    codes = [device.code for device in described.devices]
    now = datetime.now(UTC)
    last = max(report.at for report in reports)
    told = [
        {"key": f"storm-{report.id}", "source": report.source, "device": codes[int(topology.ids[report.position])],
         "at": (now - timedelta(minutes=last - report.at)).isoformat()}
        for report in reports
    ]  # fmt: skip
    return [json.dumps({"reports": told[at : at + TOGETHER]}).encode() for at in range(0, len(told), TOGETHER)]


def _allow(name: str) -> None:
    """Let the account report everywhere, as other systems' accounts do."""
    place.use(name)
    from open95598.foundation import clock
    from open95598.foundation.people.models import Person, RoleAssignment
    from open95598.foundation.units.models import Unit

    top = Unit.objects.order_by("pk").first()
    person, begun = Person.objects.get(username=ACCOUNT), clock.now() - timedelta(days=1)
    RoleAssignment.objects.create(person=person, role="dispatcher", unit=top, valid_from=begun)


def _rebuilt(name: str, keep: Any) -> None:
    """Make the engine anew from the tables, three times."""
    place.use(name)
    from open95598.foundation import clock
    from open95598.foundation.rulebook import store
    from open95598.registry.grid.models import GridVersion
    from open95598.service.outages import rebuilding

    version = GridVersion.objects.order_by("-pk").values_list("pk", flat=True)[0]
    for _ in range(3):
        now = clock.now()
        began = time.monotonic()
        built = rebuilding.build(version, store.current(now).outages, now)
        keep.append((time.monotonic() - began, len(built.of)))


def _counts() -> tuple[int, int]:
    """Return how many reports wait for the engine, and how many outages there are."""
    with place.owner(DATABASE) as connection:
        left = connection.execute("SELECT count(*) FROM outages_outagereport WHERE taken IS NULL").fetchone()
        found = connection.execute("SELECT count(*) FROM outages_outage").fetchone()
    return int(str((left or (0,))[0])), int(str((found or (0,))[0]))


def measure(points: int, wanted: int) -> list[Row]:
    """Load the grid, blow the storm, kill the engine, and make it anew."""
    loaded = grid.load(points)
    bodies, context = _asks(points, wanted), get_context("spawn")
    fill.in_child(context, _allow, DATABASE)
    headers, _browser = accounts.sign_in(DATABASE, [ACCOUNT])[ACCOUNT]
    asks = [Ask("POST", "/api/v1/outages/reports", headers, body) for body in bodies]
    command = [sys.executable, "-m", "open95598", "outages"]
    environment = os.environ | {"DATABASE_URL": place.url(DATABASE), "OPEN95598_HOME": str(place.HOME)}
    with place.web(DATABASE) as port, (place.HOME / "logs" / "bench-outages.log").open("ab") as log:
        follower = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=place.ROOT)
        try:
            one(port, Ask("GET", "/api/v1/outages", headers))  # the process has read its code
            began = time.monotonic()
            with context.Pool(CLIENTS) as pool:
                parts = pool.starmap(send_all, [(port, asks[n::CLIENTS]) for n in range(CLIENTS)], chunksize=1)
            sent = time.monotonic() - began
            while (left := _counts()[0]) and time.monotonic() - began < PATIENCE:
                time.sleep(0.1)
            known = time.monotonic() - began
        finally:
            follower.send_signal(signal.SIGKILL)
            follower.wait()
    if left:
        raise RuntimeError(f"{left} reports were not told to the engine in {PATIENCE:.0f} s")
    with context.Manager() as manager:
        keep = manager.list()
        fill.in_child(context, _rebuilt, DATABASE, keep)
        anew = sorted(keep)
    times = [t for part in parts for t in part]
    count = sum(len(json.loads(body)["reports"]) for body in bodies)
    row = results.timed(GROUP, f"requests of {TOGETHER} reports", times, sent, size=points, clients=CLIENTS)
    seconds, outages = anew[1]
    return [
        *loaded,
        row,
        Row(GROUP, "reports told over HTTP, until the engine knows the last", size=points, count=count,
            rate=count / known, value=f"{known:.0f} s, {_counts()[1]} outages"),
        Row(GROUP, "the engine made anew after a kill (median of 3)", size=points, count=count,
            value=f"{seconds:.1f} s, {outages} outages", goal="within 5 s", met=seconds <= 5),
    ]  # fmt: skip


def main() -> None:
    """Measure and keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=0, help="usage points of the grid")
    parser.add_argument("--reports", type=int, default=0, help="reports that are told")
    parser.add_argument("--quick", action="store_true", help="small sizes")
    given = parser.parse_args()
    place.start_server()
    rows = measure(
        given.points or (20_000 if given.quick else 1_000_000), given.reports or (500 if given.quick else 10_000)
    )
    results.show(rows)
    results.save("storm", rows[1:], quick=given.quick, method=(__doc__ or "").strip())


if __name__ == "__main__":
    main()
