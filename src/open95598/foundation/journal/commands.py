"""``open95598 journal verify | seal | anchor | erase``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from open95598.foundation import clock

journal = typer.Typer(no_args_is_help=True, help="The journal: verify it, seal it, anchor it.")


def register(app: typer.Typer) -> None:
    """Add the commands of the journal to the command line."""
    app.add_typer(journal, name="journal")


@journal.command()
def verify(
    case: Annotated[int | None, typer.Option(help="Only the entries of this case (its id).")] = None,
    anchor: Annotated[
        list[Path] | None, typer.Option(exists=True, dir_okay=False, help="Anchors kept elsewhere; may be repeated.")
    ] = None,
) -> None:
    """Hold the journal against its hashes, seals and anchors. Exit status 1 when anything is wrong."""
    from open95598.foundation.journal import anchors, queries
    from open95598.foundation.journal import verify as verification

    out = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("entries", total=queries.estimated_count() if case is None else None)
        try:
            report = verification.verify(
                case_id=case,
                anchor_files=[*anchors.existing(), *anchor] if anchor else None,
                progress=lambda done: progress.update(task, completed=done),
            )
        except ValueError as error:
            out.print(f"[red]{error}[/red]")
            raise typer.Exit(2) from error
    out.print(
        f"{report.entries} entries in {report.streams} streams, {report.blocks} blocks"
        f" ({report.unsealed} not sealed yet), {report.anchors} anchors"
    )
    verification.remember(report, clock.now(), case_id=case)
    if report.whole:
        out.print("[green]The journal is whole.[/green]")
        return
    table = Table("what", "where", "case", "found")
    for finding in report.findings:
        table.add_row(finding.what, finding.where, str(finding.case_id or ""), finding.sentence)
    out.print(table)
    out.print(f"[red]{len(report.findings)} findings. The journal is not whole.[/red]")
    raise typer.Exit(1)


@journal.command()
def seal() -> None:
    """Seal what is committed now, without waiting for the sealer's next round."""
    from open95598.foundation.journal import sealer

    blocks = sealer.seal_once(clock.now())
    typer.echo(f"{sum(block.count for block in blocks)} entries sealed in {len(blocks)} blocks")


@journal.command()
def anchor() -> None:
    """Print the head of the sealed journal: one line, to be kept outside (printed, notarised, mailed)."""
    from open95598.foundation.journal import anchors, queries

    block = queries.last_block()
    if block is None:
        typer.echo("nothing is sealed yet", err=True)
        raise typer.Exit(1)
    typer.echo(anchors.line(anchors.of(block)))
