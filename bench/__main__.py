"""Runs every program, each in a process of its own, prints one table and keeps ``results/<program>.json``; the
documents show the last of each.

``python -m bench`` (or ``make bench``); ``--quick`` for small sizes and short measurements.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from typing import Any

from rich.console import Console

from bench import place, results
from bench.results import Row

PROGRAMS = ("orders", "intake", "reports", "sweep", "compare", "parts", "search", "registry", "cis",
            "outages", "crews", "grid", "storm", "map", "notices")  # fmt: skip


def main() -> None:
    """Run them all, or tell again what was found last (``--show``)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, short measurements")
    parser.add_argument("--show", action="store_true", help="measure nothing; show and write what was found last")
    given = parser.parse_args()
    place.start_server()  # and keep it from one program to the next
    began = time.monotonic()
    failed = []
    for program in () if given.show else PROGRAMS:
        Console(stderr=True).rule(f"{program} · {time.monotonic() - began:.0f} s")
        command = [sys.executable, "-m", f"bench.{program}", *(["--quick"] if given.quick else [])]
        if subprocess.run(command, cwd=place.ROOT, check=False).returncode:
            failed.append(program)
    found = [part for program in PROGRAMS if (part := results.load(program, quick=given.quick))]
    rows = [Row(**row) for part in found for row in part["rows"]]
    Console(stderr=True).rule("everything")
    results.show(rows)
    if not given.quick:
        results.put_into(results.README, results.summary(rows))
        results.put_into(results.PAGE, document(found))
    print(f"after {time.monotonic() - began:.0f} s; kept in {place.RESULTS}")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


def document(found: list[dict[str, Any]]) -> str:
    """Return the figures as Markdown: of each program on what they were found, then its tables."""
    parts = []
    for part in found:
        rows = [Row(**row) for row in part["rows"]]
        parts.append(f"### bench.{part['program']}\n\n{_on(part['machine'])}\n{results.markdown(rows)}")
    return "\n".join(parts)


def _on(machine: dict[str, Any]) -> str:
    """Say on what figures were found."""
    server = machine.get("postgresql", {})
    return (
        f"Measured {machine.get('at', '')[:16].replace('T', ' ')} UTC on {machine.get('cores')} cores"
        f" ({machine.get('processor')}), {machine.get('memory_gib')} GiB; PostgreSQL {server.get('server_version')},"
        f" fsync {server.get('fsync')}, synchronous_commit {server.get('synchronous_commit')}, shared_buffers"
        f" {server.get('shared_buffers')}; one-minute load at the end {machine.get('load', [''])[0]}."
    )


if __name__ == "__main__":
    main()
