"""The tables as the migrations make them, written down: a new database is laid out from it in a second or two.

Playing all migrations of a fresh installation takes half a minute of processor time, nearly all of it Django's drawing
of every model as it once was. ``baseline.sql`` is what that leads to, dumped; the migrations it holds are recorded as
applied, and ``migrate`` plays those that came later. It is therefore never wrong, only slower when it is old:
``python -m open95598.project.database.baseline`` writes it anew, and a test plays the migrations and compares.

It is used for empty databases on the major version of PostgreSQL that it was dumped from; others play the migrations.
"""

from __future__ import annotations

import hashlib
import re
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from open95598.foundation import clock, partitions
from open95598.project import postgres

FILE = Path(__file__).with_name("baseline.sql")
#: months of tables that only grow: those are made when the baseline is laid out
_MONTHS = "*_[0-9][0-9][0-9][0-9][0-9][0-9]"
_HEAD = "-- PostgreSQL "
_HELD = "-- holds "
_RECORD = "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)"


def lay_out(text: str) -> bool:
    """Bring the tables of the baseline ``text`` into the database of Django's connection; say whether that was done.

    Nothing is done to a database that has tables, or on another major version of PostgreSQL. All or nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname = 'public' AND relkind IN ('r', 'p'))"
        )
        if cursor.fetchone()[0] or _server() != version_of(text):
            return False
    now = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        # as the dump wants them: every name says its schema, and a function may speak of a table that is still to come
        cursor.execute("SET LOCAL search_path = ''; SET LOCAL check_function_bodies = off")
        cursor.execute(text)
        cursor.execute("SET LOCAL search_path = DEFAULT; SET LOCAL check_function_bodies = DEFAULT")
        cursor.executemany(_RECORD, [(app, name, now) for app, name in held(text)])
    partitions.ensure_all(now, partitions.ahead(now))
    return True


def version_of(text: str) -> int:
    """Return the major version of PostgreSQL that wrote the baseline ``text``."""
    return int(text.partition("\n")[0].removeprefix(_HEAD))


def held(text: str) -> dict[tuple[str, str], str]:
    """Return the migrations that the baseline ``text`` holds, in their order: (app, name) to the hash of its file."""
    lines = (line.removeprefix(_HELD).split() for line in text.splitlines() if line.startswith(_HELD))
    return {(app, name): digest for app, name, digest in lines}


def _server() -> int:
    """Return the major version of the server that Django's connection leads to."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10000


def on_disk() -> dict[tuple[str, str], str]:
    """Return all migrations of this version, of the libraries too: (app, name) to the hash of its file."""
    found = MigrationLoader(None).disk_migrations
    return {(app, name): _digest(migration.__module__) for (app, name), migration in found.items()}


def _digest(module: str) -> str:
    source = import_module(module).__file__
    return hashlib.sha256(Path(source or "").read_bytes()).hexdigest()[:16]


def dump(name: str) -> str:
    """Return the tables of the database called ``name`` as statements, without what differs from run to run."""
    text = postgres.tool(
        "pg_dump", "--schema-only", "--no-owner", "--no-privileges", "--no-comments", f"--exclude-table={_MONTHS}",
        name=name,
    )  # fmt: skip
    noise = re.compile(r"^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*)\n", re.MULTILINE)
    return re.sub(r"\n{2,}", "\n\n", noise.sub("", text)).strip() + "\n"


def write() -> str:
    """Play all migrations in a database made for it, and return the baseline of them."""
    from django.core.management import call_command

    name = f"{connection.settings_dict['NAME']}_baseline"
    usual = connection.settings_dict["NAME"]
    postgres.drop_database(name)
    with closing(postgres.connect(dbname="postgres", autocommit=True)) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    turn_to(name)
    try:
        call_command("migrate", interactive=False, verbosity=0, baseline=False)
        digests = on_disk()
        order = MigrationLoader(connection).applied_migrations
        lines = [f"{_HELD}{app} {migration} {digests[app, migration]}" for app, migration in order]
        head = f"{_HEAD}{_server()}"
    finally:
        turn_to(usual)
    text = "\n".join([head, *lines, "", dump(name)])
    postgres.drop_database(name)
    return text


def turn_to(name: str) -> None:
    """Have Django's connection lead to the database called ``name``."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    connection.settings_dict["NAME"] = name


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")
    postgres.ensure_running()
    import django

    django.setup()
    FILE.write_text(write(), encoding="utf-8")
    sys.stdout.write(f"{FILE}: {len(held(FILE.read_text(encoding='utf-8')))} migrations\n")
