"""``open95598 outbox status | retry | drop``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from open95598.foundation import clock

outbox = typer.Typer(no_args_is_help=True, help="The outbox: how its subscribers stand, and its dead letters.")


def register(app: typer.Typer) -> None:
    """Add the commands of the outbox to the command line."""
    app.add_typer(outbox, name="outbox")


@outbox.command()
def status() -> None:
    """Show every subscriber and the newest dead letters. Exit status 1 when there are dead letters."""
    from open95598.foundation.events import queries

    out = Console()
    lines = queries.summary(clock.now())
    table = Table("subscriber", "pending", "held back", "dead", "oldest due")
    for line in lines:
        age = str(line.oldest).partition(".")[0] if line.oldest else ""
        table.add_row(line.subscriber, str(line.pending), str(line.held), str(line.dead), age)
    out.print(table)
    letters = queries.with_events(queries.dead_letters(20))
    if not letters:
        return
    table = Table("dead letter", "event", "subscriber", "key", "tries", "behind", "error")
    for letter in letters:
        row = letter.delivery
        table.add_row(
            str(row.id), letter.type, row.subscriber, row.key, str(row.attempts), str(letter.behind), letter.reason
        )
    out.print(table)
    raise typer.Exit(1)


@outbox.command()
def retry(
    ids: Annotated[list[int] | None, typer.Argument(help="Dead letters, by the id that status shows.")] = None,
    subscriber: Annotated[str, typer.Option(help="All dead letters of this subscriber instead.")] = "",
) -> None:
    """Give dead letters all their tries again."""
    from open95598.foundation.events import decisions

    chosen = _chosen(ids, subscriber)
    _decided(lambda: decisions.retry(chosen, clock.now(), actor_name="command line"), "tried again")


@outbox.command()
def drop(
    ids: Annotated[list[int], typer.Argument(help="Dead letters, by the id that status shows.")],
    reason: Annotated[str, typer.Option(help="Why; it is written into the journal.")],
) -> None:
    """Give dead letters up; what waited behind them goes on."""
    from open95598.foundation.events import decisions

    _decided(lambda: decisions.drop(ids, reason, clock.now(), actor_name="command line"), "dropped")


def _chosen(ids: list[int] | None, subscriber: str) -> list[int]:
    from open95598.foundation.events import queries

    chosen = list(ids or [])
    if subscriber:
        chosen += [letter.id for letter in queries.dead_letters(10_000, subscriber=subscriber)]
    if not chosen:
        typer.echo("nothing chosen", err=True)
        raise typer.Exit(2)
    return chosen


def _decided(decide: Callable[[], list[Any]], what: str) -> None:
    from open95598.foundation.errors import Refused

    try:
        letters = decide()
    except Refused as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from refusal
    typer.echo(f"{len(letters)} {what}")
