"""Tables that mkdocs writes into pages from the program itself: ``<!-- generated: commands -->`` and the like."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def _django() -> None:
    """Set Django up in a home that is thrown away: nothing here needs a database."""
    os.environ.setdefault("OPEN95598_HOME", tempfile.mkdtemp(prefix="open95598-docs-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


def command_tree() -> Any:
    """Return the whole command line, the rooms' commands included, as typer's group."""
    _django()
    import typer
    from django.conf import settings
    from django.utils import translation

    from open95598.project import cli

    app = typer.Typer()
    app.registered_commands += cli.app.registered_commands
    app.registered_groups += [g for g in cli.app.registered_groups if g.typer_instance in (cli.database, cli.portal)]
    with translation.override("en"):
        for room in settings.ROOMS:
            if find_spec(f"{room}.commands"):
                import_module(f"{room}.commands").register(app)
    return typer.main.get_command(app)


def _commands(group: Any, before: str) -> Iterator[str]:
    for name, command in group.commands.items():
        line = f"{before} {name}"
        if hasattr(command, "commands"):
            if command.invoke_without_command:  # a command of its own, with others below it
                yield _row(command, line)
            yield from _commands(command, line)
            continue
        yield _row(command, line)


def _row(command: Any, line: str) -> str:
    """Return the row of one command."""
    options = []
    for one in command.params:
        if one.param_type_name == "argument":
            word = (one.metavar or one.name).upper()
            options.append(word if one.required else f"[{word}]")
        elif one.opts[0] != "--help":
            options.append(one.opts[0])
    text = (command.help or "").strip().split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
    return f"| `{' '.join([line, *options])}` | {text} |"


def commands() -> str:
    """Return the table of all commands."""
    return "\n".join(["| Command | What it does |", "|---|---|", *_commands(command_tree(), "open95598")])


def rights() -> str:
    """Return the matrix of roles and permissions."""
    from open95598.foundation.people.policy import GRANTS, Permission, Role

    roles = list(Role)
    rows = [
        "| Permission | " + " | ".join(r.value.replace("_", " ") for r in roles) + " |",
        "|---" * (len(roles) + 1) + "|",
    ]
    rows += [f"| `{p.value}` | " + " | ".join("●" if p in GRANTS[r] else "" for r in roles) + " |" for p in Permission]
    return "\n".join(rows)


def limits() -> str:
    """Return the time limits of the base rulebook in force, with the rows of the specification they come from."""
    from pathlib import Path

    import yaml

    newest = max((Path(__file__).resolve().parents[2] / "rulebooks" / "cn").glob("[0-9]*/limits.yaml"))
    rows = ["| Clock | Applies to | Limit | Source |", "|---|---|---|---|"]
    for row in yaml.safe_load(newest.read_text(encoding="utf-8"))["limits"]:
        who = [*row.get("kinds", []), *row.get("categories", []), *row.get("areas", []), *row.get("priorities", [])]
        who += [f"via {c}" for c in row.get("channels", [])]
        rows.append(f"| {row['clock']} | {', '.join(who) or 'every kind'} | {row['limit']} | {row.get('source', '')} |")
    return "\n".join(rows)


GENERATED = {"commands": commands, "rights": rights, "limits": limits}


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the generated tables where a page asks for them (called by mkdocs)."""
    for name, make in GENERATED.items():
        marker = f"<!-- generated: {name} -->"
        if marker in markdown:
            markdown = markdown.replace(marker, make())
    return markdown
