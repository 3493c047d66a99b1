"""``open95598 tracking …``."""

from __future__ import annotations

from typing import Annotated

import typer

Since = Annotated[str, typer.Option(help="only orders received since this day, e.g. 2026-01-01")]


def register(app: typer.Typer) -> None:
    """Add the room's commands to ``app``."""
    group = typer.Typer(help="Tracks of orders: where they are, what is counted of them.", no_args_is_help=True)

    @group.command()
    def rebuild(since: Since = "") -> None:
        """Make the tracks of orders again from cases, clocks and journal."""
        from datetime import datetime
        from zoneinfo import ZoneInfo

        from django.conf import settings

        from open95598.control.tracking import projecting
        from open95598.foundation import clock

        start = datetime.fromisoformat(since).replace(tzinfo=ZoneInfo(settings.TIME_ZONE)) if since else None
        typer.echo(f"{projecting.rebuild(clock.now(), start)} tracks")

    app.add_typer(group, name="tracking")
