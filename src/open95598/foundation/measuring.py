"""The command group ``open95598 measure``, to which rooms add what can be measured on one's own data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer


def group(app: typer.Typer) -> typer.Typer:
    """Return the group, made by whichever room asks first."""
    import typer

    for known in app.registered_groups:
        if known.name == "measure" and known.typer_instance is not None:
            return known.typer_instance
    measure = typer.Typer(no_args_is_help=True, help="Measure what the house's methods achieve on your own data.")
    app.add_typer(measure, name="measure")

    @measure.callback()
    def measuring() -> None:
        """Measure what the house's methods achieve on your own data."""

    return measure
