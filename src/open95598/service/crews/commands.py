"""``open95598 crews plan``."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the room's commands."""
    group = typer.Typer(help="Crews and their assignment.", no_args_is_help=True)
    app.add_typer(group, name="crews")
    group.command(name="plan")(plan)


def plan(
    account: Annotated[str, typer.Argument(help="the account whose rights count")],
    unit: Annotated[str, typer.Option(help="code of the unit; without, the highest in reach")] = "",
) -> None:
    """Print who would be sent where now, as the board of crews shows it. Changes nothing."""
    from django.utils import timezone
    from rich.console import Console
    from rich.table import Table

    from open95598.foundation import clock
    from open95598.foundation.errors import Refused
    from open95598.foundation.people import rights
    from open95598.foundation.people.models import Person
    from open95598.service.crews.board import Board
    from open95598.service.workorders import directory, overview

    now = clock.now()
    person = Person.objects.filter(username__iexact=account, is_active=True).first()
    if person is None:
        typer.echo(f"there is no account {account}", err=True)
        raise typer.Exit(1)
    held = rights.load(person, now)
    chosen = next((str(one.id) for one in directory.units() if one.code == unit), "" if not unit else "0")
    try:
        board = Board(held, overview.choose(held, chosen), now)
    except Refused as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from refusal
    table = Table("", "arrive by", "crew", "arrives", "why")
    for row in board.proposals:
        table.add_row(
            row.work.number, f"{timezone.localtime(row.work.limit):%H:%M}" if row.work.limit else "",
            row.team.crew.name if row.team else "", f"{timezone.localtime(row.arrives):%H:%M}" if row.arrives else "",
            row.why,
        )  # fmt: skip
    Console(highlight=False).print(table)
    print(f"{len(board.on_duty)} crews on duty, {len(board.proposals)} without a crew; by {board.plan.by}")
