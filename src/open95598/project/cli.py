"""The command line: ``open95598 …``."""

from __future__ import annotations

import os
import sys

import typer

from open95598.project import keeper, postgres

app = typer.Typer(no_args_is_help=True, add_completion=False, help="open95598, the customer-service system.")
#: Django commands that touch no database
_PURE = {"check", "compilemessages", "makemessages", "collectstatic", "diffsettings", "help", "version"}


database = typer.Typer(no_args_is_help=True, help="The database of this installation.")
app.add_typer(database, name="db")


@database.command()
def start() -> None:
    """Start the embedded server and leave it running."""
    postgres.keep_running()
    print("the database runs")


@database.command()
def stop() -> None:
    """End the embedded server cleanly."""
    print("the database was stopped" if postgres.stop() else "the database did not run")


@database.command()
def status() -> None:
    """Say whether the database answers (exit status 0) or not (1)."""
    runs = postgres.answers()
    print("the database answers" if runs else "the database does not answer")
    raise typer.Exit(0 if runs else 1)


@app.command(
    "django",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def django_command(context: typer.Context) -> None:
    """Run a Django management command (``open95598 django migrate``)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")
    if context.args and context.args[0] not in _PURE and "--help" not in context.args:
        postgres.ensure_running()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["open95598 django", *context.args])


def main() -> None:
    """Run the command line; a database that cannot start is told in plain words."""
    try:
        app()
    except keeper.CannotStart as reason:
        print(f"open95598: {reason}", file=sys.stderr)
        sys.exit(1)
