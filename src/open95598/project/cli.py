"""The command line: ``open95598 …``.

The commands of the house's running stand here; each room brings its own through ``commands.py:register(app)``.
"""

from __future__ import annotations

import asyncio
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from psycopg.errors import UndefinedColumn, UndefinedTable

from open95598.project import home, keeper, postgres
from open95598.project.orphans import hold_lifeline
from open95598.project.outer.commands import portal

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="open95598, the open customer-service system for electricity utilities.",
)
database = typer.Typer(no_args_is_help=True, help="The database of this installation.")
app.add_typer(database, name="db")
app.add_typer(portal, name="portal")

#: Django commands that touch no database
_PURE = {"check", "compilemessages", "makemessages", "collectstatic", "diffsettings", "help", "version"}
#: commands of rooms that touch no database
_NO_DATABASE = {"measure"}
#: entry functions of the processes that only need a database: they block and end on SIGTERM
_PROCESSES = {
    "cis-feed": ("open95598.exchange.cis.pulling", "Ask the billing system for what changed."),
    "worker": ("open95598.foundation.events.worker", "Run jobs and deliveries."),
    "indexer": ("open95598.foundation.search.indexer", "Keep the search index in step."),
    "outages": ("open95598.service.outages.following", "Find open devices from what is reported."),
    "relay": ("open95598.foundation.events.relay", "Pass committed events on and wake browsers."),
    "sealer": ("open95598.foundation.journal.sealer", "Seal the journal's entries into blocks."),
    "simulator": ("open95598.project.demo.simulator", "Play the demonstration, when it is switched on."),
    "sweeper": ("open95598.casework.sweeper", "Let clocks warn, breach and escalate."),
}

Bind = Annotated[str | None, typer.Option(help="host:port; without it, a Unix socket behind the front")]


def become(name: str) -> None:
    """Make this the process ``name``: structured logs, shared metrics, the supervisor's lifeline, the database."""
    os.environ["OPEN95598_PROCESS"] = name
    os.environ["OPEN95598_HOME"] = str(home.directory())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")
    metrics = home.directory() / "run" / "metrics"
    metrics.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(metrics))
    hold_lifeline()


@app.command()
def up(
    demo: Annotated[bool, typer.Option("--demo", help="build and show the demonstration utility")] = False,
    port: Annotated[int, typer.Option(envvar="PORT", help="where the browser finds it")] = 8000,
    bind: Annotated[str, typer.Option(envvar="OPEN95598_BIND", help="the address to listen on")] = "127.0.0.1",
) -> None:
    """Run everything under one supervisor: database, migrations, web, events, and what works beside them."""
    from open95598.project import house

    sys.exit(asyncio.run(house.up(demo=demo, bind=bind, port=port)))


@app.command()
def web(bind: Bind = None) -> None:
    """Serve pages and API."""
    become("web")
    postgres.ensure_running()
    from open95598.project import servers

    servers.web(bind)


@app.command()
def events(bind: Bind = None) -> None:
    """Serve the event stream."""
    become("events")
    postgres.ensure_running()
    from open95598.project import servers

    servers.events(bind)


@app.command()
def front() -> None:
    """Bring web and events together on one port (PORT)."""
    become("front")
    import logging.config

    from open95598.project import front as one_port
    from open95598.project import logs

    logging.config.dictConfig(logs.django_settings())
    one_port.run()


def _process(name: str, module: str, text: str) -> None:
    def command() -> None:
        become(name)
        postgres.ensure_running()
        import django

        django.setup()
        import_module(module).run()

    app.command(name, help=text)(command)


for _name, (_module, _text) in _PROCESSES.items():
    _process(_name, _module, _text)


@app.command()
def migrate() -> None:
    """Bring the database's tables to this version."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")
    postgres.ensure_running()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["open95598", "migrate", "--no-input"])
    from open95598.foundation import clock
    from open95598.foundation.rulebook import store

    store.current(clock.now())  # the rules that come with this version are published before the first request


@app.command(
    "django",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def django_command(context: typer.Context) -> None:
    """Run a Django management command, e.g. `open95598 django showmigrations`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")
    if context.args and context.args[0] not in _PURE and "--help" not in context.args:
        postgres.ensure_running()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["open95598 django", *context.args])


@database.command()
def start() -> None:
    """Start the embedded server and leave it running."""
    _only_embedded()
    postgres.keep_running()
    print("the database runs")


@database.command()
def stop() -> None:
    """End the embedded server cleanly."""
    _only_embedded()
    print("the database was stopped" if postgres.stop() else "the database did not run")


@database.command()
def status() -> None:
    """Say whether the database answers (exit status 0) or not (1)."""
    runs = postgres.answers()
    where = "external" if postgres.is_external() else f"embedded, {keeper.Layout(home.directory()).data}"
    print(f"the database {'answers' if runs else 'does not answer'} ({where})")
    raise typer.Exit(0 if runs else 1)


@database.command()
def backup(
    target: Annotated[Path, typer.Argument(help="the archive to write; in a folder it gets a name by date")],
) -> None:
    """Write database, attachments, keys and journal anchors into one archive. The house may keep running."""
    from open95598.project import backups

    postgres.ensure_running()
    print(backups.backup(target))


@database.command()
def restore(
    source: Annotated[Path, typer.Argument(help="an archive of `db backup`", exists=True, dir_okay=False)],
    replace: Annotated[bool, typer.Option("--replace", help="overwrite what this installation holds")] = False,
) -> None:
    """Bring an archive back into this installation, which must be empty unless `--replace` is given."""
    from open95598.project import backups

    backups.restore(source, replace=replace)
    print("restored; `open95598 journal verify` proves that the journal is whole")


def _only_embedded() -> None:
    if postgres.is_external():
        raise keeper.CannotStart("DATABASE_URL names an external database: it is not ours to start or stop.")


def _load_rooms() -> None:
    """Add the rooms' own commands: those need Django and mostly the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")
    import django

    django.setup()
    from django.conf import settings

    for room in settings.ROOMS:
        if find_spec(f"{room}.commands"):
            import_module(f"{room}.commands").register(app)


def main() -> None:
    """Run the command line; a refusal, or a database that cannot start, is told in plain words."""
    first = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    own = {c.name or (c.callback.__name__ if c.callback else "") for c in app.registered_commands} | {"db", "portal"}
    if first not in own:
        _load_rooms()
        if first and first not in _NO_DATABASE and "--help" not in sys.argv:
            postgres.ensure_running()
    from open95598.foundation.errors import Refused

    try:
        app()
    except keeper.CannotStart as reason:
        print(f"open95598: {reason}", file=sys.stderr)
        sys.exit(1)
    except Refused as refusal:
        print(f"open95598: {refusal}", file=sys.stderr)
        for name, why in refusal.fields.items():
            print(f"  {name}: {why}", file=sys.stderr)
        sys.exit(1)
    except Exception as problem:
        if not isinstance(problem.__cause__, (UndefinedTable, UndefinedColumn)):
            raise
        print("open95598: the database's tables are not of this version; run `open95598 migrate`", file=sys.stderr)
        sys.exit(1)
