"""``open95598 messages …``."""

from __future__ import annotations

from typing import Annotated

import typer

from open95598.foundation.ui import messages

Rooms = Annotated[list[str] | None, typer.Argument(help="names of rooms; all when none is given")]


def register(app: typer.Typer) -> None:
    """Add the room's commands to ``app``."""
    group = typer.Typer(help="Message catalogues of the screens.", no_args_is_help=True)

    @group.command()
    def extract(rooms: Rooms = None) -> None:
        """Bring catalogues up to the sources."""
        raise typer.Exit(messages.main(["extract", *(rooms or [])]))

    @group.command("compile")
    def compile_() -> None:
        """Write the .mo files."""
        raise typer.Exit(messages.main(["compile"]))

    @group.command()
    def check(rooms: Rooms = None) -> None:
        """Fail for untranslated, fuzzy or missing messages."""
        raise typer.Exit(messages.main(["check", *(rooms or [])]))

    app.add_typer(group, name="messages")
