"""``open95598 orders tally``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the room's commands."""
    group = typer.Typer(no_args_is_help=True, help="Orders: what the overview counts.")
    app.add_typer(group, name="orders")

    @group.callback()
    def orders() -> None:
        """Orders: what the overview counts."""

    @group.command()
    def tally(
        since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the first day to count")] = None,
    ) -> None:
        """Count the overview's tally again from the journal; let no worker run meanwhile."""
        from open95598.foundation import clock
        from open95598.service.workorders import tally as counting

        first: date | None = since.date() if since else None
        typer.echo(f"{counting.rebuild(clock.now(), first)} rows")
