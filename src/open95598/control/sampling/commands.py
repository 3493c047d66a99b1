"""Commands of the room: draw the samples of a week, show that a draw was honest."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the room's commands to ``app``."""
    group = typer.Typer(help="Inspection of orders: draw samples, check draws.", no_args_is_help=True)

    @group.command()
    def draw(
        week: Annotated[str, typer.Option(help="a day of the week, 2026-03-02; the last whole week without")] = "",
    ) -> None:
        """Draw the samples of a week for every plan and unit that has none yet."""
        from datetime import date

        from open95598.control.sampling import services
        from open95598.foundation import clock

        now = clock.now()
        monday = date.fromisoformat(week) if week else services.last_week(now)
        made = services.draw_week(monday, services.HOUSE, now)
        typer.echo(f"{len(made)} draws, {sum(len(d.drawn) for d in made)} orders")

    @group.command()
    def check() -> None:
        """Draw every sample again from its population and seed; fail when one comes out differently."""
        from open95598.control.sampling import drawing
        from open95598.control.sampling.models import Draw

        wrong = 0
        for row in Draw.objects.order_by("pk").iterator():
            if drawing.draw(row.population, len(row.drawn), row.seed) != row.drawn:
                wrong += 1
                typer.echo(f"draw {row.pk} ({row.plan}, {row.week}) does not come out of its seed", err=True)
        typer.echo(f"{Draw.objects.count()} draws checked, {wrong} wrong")
        raise typer.Exit(1 if wrong else 0)

    app.add_typer(group, name="sampling")
