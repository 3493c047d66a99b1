"""``open95598 registry generate``: a made-up registry, for benchmarks and trials."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the room's commands."""
    group = typer.Typer(no_args_is_help=True, help="Customers and accounts.")
    app.add_typer(group, name="registry")

    @group.callback()
    def registry() -> None:
        """Customers and accounts."""

    @group.command()
    def generate(
        accounts: Annotated[int, typer.Option(min=1, max=20_000_000, help="how many there shall be in the end")],
        seed: Annotated[int, typer.Option(help="the same seed makes the same customers")] = 1,
    ) -> None:
        """Make customers up, with accounts, addresses, meters and facts: for benchmarks and trials, not for service.

        A run that was broken off goes on when it is called again with the same numbers.
        """
        from rich.progress import Progress

        from open95598.foundation import clock
        from open95598.registry.customers import generating

        with Progress() as bar:
            task = bar.add_task("accounts", total=accounts)
            added = generating.generate(accounts, seed, clock.now(), lambda done: bar.update(task, completed=done))
        typer.echo(f"{added} accounts added")
