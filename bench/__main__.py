"""Runs every program, each in a process of its own, prints one table and writes ``results/latest.json`` and ``.md``.

``python -m bench`` (or ``make bench``); ``--quick`` for small sizes and short measurements.
"""

from __future__ import annotations

import argparse
import json
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
    found = [part for program in PROGRAMS if (part := results.load(program))]
    rows = [Row(**row) for part in found for row in part["rows"]]
    Console(stderr=True).rule("everything")
    results.show(rows)
    (place.RESULTS / "latest.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    text = document(found, rows)
    (place.RESULTS / "latest.md").write_text(text)
    for page in (results.README, place.ROOT / "docs" / "benchmarks.md"):
        results.put_into(page, text)
    print(f"after {time.monotonic() - began:.0f} s; kept in {place.RESULTS / 'latest.json'}")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


def document(found: list[dict[str, Any]], rows: list[Row]) -> str:
    """Return the figures as Markdown: on what, then the tables."""
    machine = found[-1]["machine"] if found else {}
    server = machine.get("postgresql", {})
    loads = ", ".join(f"{part['program']} {part['machine']['load'][0]}" for part in found)
    quick = " A quick run: small sizes, short measurements." if any(part["quick"] for part in found) else ""
    head = (
        f"Measured {machine.get('at', '')} on {machine.get('cores')} cores ({machine.get('processor')}),"
        f" {machine.get('memory_gib')} GiB; PostgreSQL {server.get('server_version')} with fsync {server.get('fsync')},"
        f" synchronous_commit {server.get('synchronous_commit')}, shared_buffers {server.get('shared_buffers')};"
        f" clients, web and database share the machine. One-minute load after each program: {loads}.{quick}\n"
    )
    return head + results.markdown(rows)


if __name__ == "__main__":
    main()
