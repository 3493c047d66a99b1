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
    drop(name)
    _administer("CREATE DATABASE {} TEMPLATE {}", name, template)


def drop(name: str) -> None:
    """Remove a database if it is there, whoever is connected to it."""
    _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _administer(statement: str, *names: str) -> None:
    with closing(postgres.connect(dbname="postgres", autocommit=True)) as server:
        server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
