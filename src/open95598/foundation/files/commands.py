"""``open95598 files verify``."""

from __future__ import annotations

import typer

files = typer.Typer(no_args_is_help=True, help="The files of the house (attachments).")


def register(app: typer.Typer) -> None:
    """Add the commands of the files to the command line."""
    app.add_typer(files, name="files")


@files.callback()
def group() -> None:
    """Keep ``verify`` a command of its own while it is the only one."""


@files.command()
def verify() -> None:
    """Check that every attachment is there and unchanged. Exit status 1 when one is not."""
    from open95598.foundation.files import store

    faults = 0
    for fault in store.verify():
        faults += 1
        typer.echo(f"{fault.sha256}: {fault.what}")
    typer.echo(f"{faults} faults" if faults else "every file is there and unchanged")
    raise typer.Exit(1 if faults else 0)
