"""The command line: ``open95598 …``."""

from __future__ import annotations

import os
import sys

import typer

from open95598.project import keeper, postgres

app = typer.Typer(no_args_is_help=True, add_completion=False, help="open95598, the customer-service system.")
#: Django commands that touch no database
_PURE = {"check", "compilemessages", "makemessages", "collectstatic", "diffsettings", "help", "version"}


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
