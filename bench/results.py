"""What a program found: rows, the machine they were found on, and the tables made of them."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import place

README, PAGE = place.ROOT / "README.md", place.ROOT / "docs" / "benchmarks.md"
#: the figures of a page stand between these two lines
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


@dataclass
class Row:
    """One measured thing. Times in milliseconds, rates per second; ``size`` = archived orders beside the open ones.

    ``goal`` says what was aimed at; ``met`` whether it was reached (None: no goal).
    """

    group: str
    name: str
    size: int = 0
    clients: int = 1
    count: int = 0
    rate: float | None = None
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    value: str = ""
    goal: str = ""
    met: bool | None = None
    note: str = ""


def quantile(times: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` of the times lie (nearest rank)."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def timed(group: str, name: str, times: Sequence[float], seconds: float, **more: Any) -> Row:
    """Return a row of latencies (in seconds) that were collected over ``seconds``."""
    return Row(
        group, name, count=len(times), rate=len(times) / seconds, p50=statistics.median(times) * 1000,
        p95=quantile(times, 0.95) * 1000, p99=quantile(times, 0.99) * 1000, **more,
    )  # fmt: skip


def machine() -> dict[str, Any]:
    """Return what the figures depend on: processor, memory, versions, the load when asked."""
    model = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    memory = next((int(line.split()[1]) // 2**20 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    with place.owner("postgres") as connection:
        asked = ("server_version", "fsync", "full_page_writes", "synchronous_commit", "shared_buffers", "max_wal_size")
        settings = {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in asked}  # type: ignore[index]
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gib": memory,
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": [round(x, 2) for x in os.getloadavg()],
        "postgresql": settings,
    }


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []


def save(program: str, rows: Iterable[Row], *, quick: bool, method: str) -> None:
    """Keep what a program found (``results/<program>.json``; of a quick run below ``quick``) and show it."""
    rows = list(rows)
    folder = place.RESULTS / "quick" if quick else place.RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    found = {
        "program": program,
        "quick": quick,
        "method": method,
        "machine": machine(),
        "rows": [asdict(r) for r in rows],
    }
    (folder / f"{program}.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    show(rows)


def load(program: str, *, quick: bool = False) -> dict[str, Any] | None:
    """Return what a program found last, or None."""
    path = (place.RESULTS / "quick" if quick else place.RESULTS) / f"{program}.json"
    return json.loads(path.read_text()) if path.exists() else None


_HEADS = ("", "archived", "clients", "n", "per s", "p50 ms", "p95 ms", "p99 ms", "value", "goal", "")


def cells(row: Row) -> tuple[str, ...]:
    """Return a row as the cells of a table."""

    def ms(value: float | None) -> str:
        return "" if value is None else f"{value:.1f}" if value < 100 else f"{value:.0f}"

    mark = "" if row.met is None else "✓" if row.met else "missed"
    return (
        f"{row.name}{f' ({row.note})' if row.note else ''}", f"{row.size:,}" if row.size else "",
        str(row.clients) if row.rate is not None else "", f"{row.count:,}" if row.count else "",
        "" if row.rate is None else f"{row.rate:,.0f}" if row.rate >= 10 else f"{row.rate:.1f}",
        ms(row.p50), ms(row.p95), ms(row.p99), row.value, row.goal, mark,
    )  # fmt: skip


def show(rows: Iterable[Row]) -> None:
    """Print rows, group by group."""
    table = Table(show_lines=False)
    for number, head in enumerate(_HEADS):
        table.add_column(head, justify="left" if number in (0, 8, 9, 10) else "right", no_wrap=number != 0)
    group = None
    for row in rows:
        if row.group != group:
            group = row.group
            table.add_section()
            table.add_row(f"[bold]{group}[/bold]")
        style = "red" if row.met is False else None
        table.add_row(*cells(row), style=style)
    Console(width=None if Console().is_terminal else 150).print(table)


def markdown(rows: Iterable[Row]) -> str:
    """Return rows as Markdown tables, one for each group."""
    parts: list[str] = []
    group = None
    for row in rows:
        if row.group != group:
            group = row.group
            parts.append(f"\n**{group}**\n")
            parts.append("| " + " | ".join(("what", *_HEADS[1:])) + " |")
            parts.append("|---|" + "--:|" * 7 + "---|---|---|")
        parts.append("| " + " | ".join(cells(row)) + " |")
    return "\n".join(parts) + "\n"


def summary(rows: Sequence[Row]) -> str:
    """Return a Markdown table of the groups: how many goals are met, one of those, and all that are missed; of a group
    without goals, what was found."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    lines = ["| what | goals met | for instance | missed |", "|---|--:|---|---|"]
    for group, found in groups.items():
        judged = [row for row in found if row.met is not None]
        met = [row for row in judged if row.met]
        missed = "; ".join(_told(row) for row in judged if not row.met) or "–"
        if judged:
            best = _told(max(met, key=lambda row: row.size)) if met else ""
            lines.append(f"| {group} | {len(met)} of {len(judged)} | {best} | {missed} |")
        elif told := "; ".join(f"{row.name}: {row.value}" for row in found if row.value):
            lines.append(f"| {group} | no goal | {told} | – |")
    return "\n".join(lines) + "\n"


def _told(row: Row) -> str:
    """Return a row in a few words: what, on how much, the figure that its goal is about, the goal."""
    _name, size, clients, _count, rate, _p50, p95, p99, value, goal, _met = cells(row)
    on = [size] if size else []
    on += [f"{clients} clients"] if row.clients > 1 else []
    figures = [f"{name} {text} ms" for name, text in (("p95", p95), ("p99", p99)) if name in goal and text]
    figures += [value] if value and ("flat" in goal or not figures) else []
    figures += [f"{rate} per s"] if rate and not figures else []
    figures = figures or [f"p95 {p95} ms"]
    where = f" ({', '.join(on)})" if on else ""
    return f"{row.name}{where}: {', '.join(figures)} (goal: {goal})"


def put_into(path: Path, text: str) -> bool:
    """Put ``text`` between the two marks of a page; False when it has none."""
    page = path.read_text() if path.exists() else ""
    if BEGIN not in page or END not in page:
        return False
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    path.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}")
    return True
