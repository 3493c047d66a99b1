"""Whole databases beside the one of the tests."""

from __future__ import annotations

from contextlib import closing

from django.db import connection
from psycopg import sql

from open95598.project import postgres

#: of the tests' own database as it was before any test: a test may stand in a copy of it
_UNTOUCHED: list[str] = []


def untouched() -> str:
    """Return the name of a copy of the tests' database that no test has written to: a template for others."""
    if not _UNTOUCHED:
        _UNTOUCHED.append(f"{connection.settings_dict['NAME']}_untouched")
    return _UNTOUCHED[0]


def copy(template: str, name: str) -> None:
    """Make the database ``name`` anew as a copy of ``template``, which nobody may be connected to."""
    postgres.drop_database(name)
    with closing(postgres.connect(dbname="postgres", autocommit=True)) as server:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        server.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
