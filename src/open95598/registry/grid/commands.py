"""``open95598 grid``: load a grid, make one up, write it as GeoJSON."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

UnitCode = Annotated[str, typer.Option(help="code of the unit that the devices belong to")]


def register(app: typer.Typer) -> None:
    """Add the room's commands."""
    group = typer.Typer(no_args_is_help=True, help="The grid: substations, feeders, switches, areas, boxes.")
    app.add_typer(group, name="grid")

    @group.callback()
    def grid() -> None:
        """The grid: substations, feeders, switches, areas, boxes."""

    @group.command("import")
    def import_(
        path: Annotated[
            Path, typer.Argument(exists=True, help="an OpenDSS script, or a folder of OpenDSS or SimBench")
        ],
        unit: UnitCode,
        trial: Annotated[bool, typer.Option("--trial", help="read and report, write nothing")] = False,
    ) -> None:
        """Load a grid from OpenDSS text or SimBench tables: lines, switches, transformers; loads as usage points."""
        from open95598.registry.grid import reading

        try:
            source, described = reading.read(path)
        except ValueError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error
        for problem in described.problems[:50]:
            typer.echo(str(problem), err=True)
        _load(described, unit, source, trial)

    @group.command()
    def generate(
        points: Annotated[int, typer.Option(min=1, max=20_000_000, help="how many usage points")],
        unit: UnitCode,
        seed: Annotated[int, typer.Option(help="the same seed makes the same grid")] = 1,
        prefix: Annotated[str, typer.Option(help="what its codes begin with")] = "G",
    ) -> None:
        """Make a grid up: for benchmarks and trials, not for service."""
        from open95598.registry.grid import generating

        _load(generating.generate(points, seed, prefix), unit, f"generated {prefix}/{seed}", False)

    @group.command()
    def export(
        to: Annotated[Path | None, typer.Argument(help="the file; without one it is written out")] = None,
    ) -> None:
        """Write all devices that have coordinates as GeoJSON."""
        from open95598.registry.grid import queries
        from open95598.registry.grid.models import GridDevice

        pieces = queries.geojson(GridDevice.objects.system("an export by who runs the house").order_by("lft"))
        if to is None:
            sys.stdout.writelines(pieces)
        else:
            with to.open("w", encoding="utf-8") as file:
                file.writelines(pieces)


def _load(described: Any, unit: str, source: str, trial: bool) -> None:
    from open95598.casework.actors import Actor
    from open95598.foundation import clock
    from open95598.foundation.units.models import Unit
    from open95598.registry.grid import loading

    row = Unit.objects.filter(code=unit, closed_on=None).first()
    if row is None:
        typer.echo(f"there is no unit {unit}", err=True)
        raise typer.Exit(1)
    if trial:
        _, findings = described.topology()
        devices, points, found = len(described.devices), len(described.points), len(findings)
    else:
        version = loading.load(described, row, source, Actor(None, "command", None, "command"), clock.now())
        devices, points, found = version.devices, version.points, version.findings
    typer.echo(
        f"{devices} devices, {points} usage points, {found} findings, {len(described.problems)} lines to look at"
    )
