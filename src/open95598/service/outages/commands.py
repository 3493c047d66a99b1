"""``open95598 measure outages``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from open95598.service.outages.trials.measuring import Figure, Measured


def register(app: typer.Typer) -> None:
    """Add the room's commands."""
    from open95598.foundation import measuring

    measuring.group(app).command(name="outages")(measure)
    measuring.group(app).command(name="restorations")(restorations)


def measure(
    customers: Annotated[int, typer.Option(min=100, help="customers of a grid made for this")] = 100_000,
    storms: Annotated[int, typer.Option(min=1, max=10_000, help="how many storms")] = 20,
    seed: Annotated[int, typer.Option(help="what grid and storms are drawn from")] = 1,
    grid: Annotated[
        Path | None,
        typer.Option(exists=True, help="a grid instead of the made one: a script of OpenDSS, or a folder of it"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print everything as JSON")] = False,
) -> None:
    """Blow storms with known failures over a grid; say how well the failed devices are found, beside counting calls."""
    from django.conf import settings

    from open95598.foundation.rulebook import files
    from open95598.registry.grid import reading
    from open95598.service.outages.trials import grids, measuring

    bases = [built for built in files.check_root(settings.RULEBOOKS) if "+" not in built.rulebook.version]
    rules = max(bases, key=lambda built: built.rulebook.starts_on).rulebook.outages
    try:
        topology = grids.made(customers, seed) if grid is None else reading.read(grid)[1].topology()[0]
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if not int(topology.upto[-1]):
        typer.echo(f"{grid}: no usage point hangs on anything there", err=True)
        raise typer.Exit(1)
    found = measuring.measure(topology, rules, storms, seed)
    if as_json:
        print(json.dumps([asdict(one) for one in found], indent=1))
        return
    show(found)


def restorations() -> None:
    """Judge the ranges of "usually back" on the house's own outages, each from those that were over when it began."""
    from open95598.foundation import clock
    from open95598.foundation.rulebook import store
    from open95598.service.outages.estimating import LOWER, UPPER
    from open95598.service.outages.restorations import Judged

    now = clock.now()
    found = Judged(now, store.current(now).outages)
    if not found.with_cause.told:
        typer.echo("Too few outages are over for a range.")
        return
    for name, one in (("without the cause", found.at_first), ("with the cause", found.with_cause)):
        if one.told:
            typer.echo(
                f"{one.told} outages {name}: {one.coverage:.0%} ended within their range ({UPPER - LOWER:.0%} aimed "
                f"at), {one.early} earlier, {one.late} later; the middle is {one.error:.0f} min off (median), ranges "
                f"are {one.width:.0f} min wide on average."
            )
    told = found.told
    if told.told:
        typer.echo(
            f"{told.told} outages had a time promised: {told.kept / told.told:.0%} were light by then; the promise is "
            f"{told.error:.0f} min off (median)."
        )
    known = ", ".join(f"{name} {count}" for name, count in found.known)
    typer.echo(f"Of {len(found.past)} outages that are over is known: {known}.")


def show(found: list[Measured]) -> None:
    """Print what was measured as a table."""
    from rich.console import Console
    from rich.table import Table

    def cell(figure: Figure) -> str:
        if figure.value is None:
            return ""
        return f"{figure.value:.3f}" + (f" [{figure.low:.3f}, {figure.high:.3f}]" if figure.low is not None else "")

    table = Table("", *(one.name for one in found))
    for title, figures in (
        ("named devices that had failed", [one.precision for one in found]),
        ("heard failures whose device was named", [one.recall for one in found]),
        ("all failures whose device was named", [one.recall_all for one in found]),
        ("steps to the device when wrong", [one.steps for one in found]),
        ("heard failures with nothing named", [one.nothing for one in found]),
        ("minutes to the right device (median)", [one.minutes for one in found]),
    ):
        table.add_row(title, *(cell(figure) for figure in figures))
    console = Console(width=110, highlight=False)
    console.print(table)
    first = found[0]
    console.print(
        f"{first.failures} failures, {first.heard} of them heard of (two customers or more), {first.reports} reports. "
        "In brackets: 95 % intervals by the bootstrap over storms."
    )
