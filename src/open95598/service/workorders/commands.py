"""``open95598 orders tally|score|erase`` and ``open95598 intake learn``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the room's commands."""
    group = typer.Typer(no_args_is_help=True, help="Orders: what the overview counts, erasure of personal data.")
    app.add_typer(group, name="orders")

    @group.callback()
    def orders() -> None:
        """Orders: what the overview counts, erasure of personal data."""

    @group.command()
    def tally(
        since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the first day to count")] = None,
    ) -> None:
        """Count the overview's tally again from the journal; let no worker run meanwhile."""
        from open95598.foundation import clock
        from open95598.service.workorders import tally as counting

        first: date | None = since.date() if since else None
        typer.echo(f"{counting.rebuild(clock.now(), first)} rows")

    @group.command()
    def score(
        since: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="only orders registered from this day on")
        ] = None,
    ) -> None:
        """Count the scores of orders again, by the rulebook that each was opened under."""
        from open95598.casework.inputs import in_zone
        from open95598.foundation import clock
        from open95598.service.workorders import scoring

        typer.echo(f"{scoring.count_again(clock.now(), in_zone(since) if since else None)} orders")

    intake = typer.Typer(no_args_is_help=True, help="Taking orders: the category suggestion.")
    app.add_typer(intake, name="intake")

    @intake.callback()
    def taking() -> None:
        """Taking orders: the category suggestion."""

    @intake.command()
    def learn() -> None:
        """Learn the category suggestion from the archived orders now (the worker does it every night)."""
        from open95598.foundation import clock
        from open95598.service.workorders import suggesting

        done = suggesting.learn(clock.now())
        if done is None:
            typer.echo(f"Fewer than {suggesting.LEAST_ORDERS} different archived orders: the rulebook's words suggest.")
            return
        about = done.about
        typer.echo(
            f"model {done.version}: {about['orders']} orders, {about['categories']} categories;"
            f" over three folds the first guess was right in {about['accuracy']:.1%}, one of three in"
            f" {about['first_three']:.1%}, macro-F1 {about['macro_f1']:.3f}"
        )

    @group.command()
    def erase(
        number: Annotated[str, typer.Argument(help="the order's number")],
        reason: Annotated[str, typer.Option(help="why, for the journal (no personal data)")],
        yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    ) -> None:
        """Erase the personal data of an archived order for good: on the order, in its journal, messages and files."""
        from open95598.casework.actors import Actor
        from open95598.foundation import clock
        from open95598.service.workorders import erasure

        house = Actor(None, "open95598", None, "command")
        holds = erasure.look(number, house, clock.now())
        typer.echo(
            f"{number}: {len(holds.fields)} fields, {holds.entries} in the journal, {holds.messages} messages,"
            f" {holds.files} files, {holds.findings} findings, {holds.words} texts elsewhere;"
            f" {holds.evidence} files of evidence stay"
        )
        if not yes:
            typer.confirm("Erase them for good? Nobody can bring them back.", abort=True)
        erasure.erase(number, reason=reason, actor=house, now=clock.now())
        typer.echo("erased")
