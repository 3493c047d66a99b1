"""The baseline that new databases are laid out from says what the migrations say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.core.management import call_command
from django.db import connection
from psycopg import sql
from tests import databases

from open95598.project import postgres
from open95598.project.database import baseline

TEXT = baseline.FILE.read_text(encoding="utf-8")


def test_no_migration_that_the_baseline_holds_has_changed_since():
    there = baseline.on_disk()
    changed = [
        f"{app}.{name}" for (app, name), digest in baseline.held(TEXT).items() if there.get((app, name)) != digest
    ]
    assert not changed, "write the baseline anew: make baseline"


@contextmanager
def _database(name: str, template: str = "template1") -> Iterator[str]:
    """A database beside the tests', which Django's connection leads to for the while."""
    usual = connection.settings_dict["NAME"]
    databases.copy(template, name)
    baseline.turn_to(name)
    try:
        yield name
    finally:
        baseline.turn_to(usual)
        postgres.drop_database(name)


@pytest.mark.django_db(transaction=True)
def test_a_database_from_the_baseline_is_what_all_migrations_make():
    with _database("all_played") as name:
        call_command("migrate", interactive=False, verbosity=0, baseline=False)
        played = baseline.dump(name)
    with _database("laid_out", databases.untouched()) as name:  # as the tests' own database was made
        laid_out = baseline.dump(name)
    assert _settled(laid_out) == _settled(played)


def _settled(text: str) -> str:
    """Return what PostgreSQL makes of the dump ``text``: it words some conditions anew when it reads."""
    with _database("read_again") as name:
        assert baseline.lay_out(f"-- PostgreSQL {baseline.version_of(TEXT)}\n{text}")
        return baseline.dump(name)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_has_tables_or_another_version_is_left_as_it_is():
    with _database("has_a_table") as name:
        with closing(postgres.connect(dbname=name, autocommit=True)) as server:
            server.execute(sql.SQL("CREATE TABLE mine (id int)"))
        assert not baseline.lay_out(TEXT)
        with connection.cursor() as cursor:
            assert connection.introspection.table_names(cursor) == ["mine"]
    with _database("another_version"):
        assert not baseline.lay_out(TEXT.replace("-- PostgreSQL ", "-- PostgreSQL 9", 1))
        with connection.cursor() as cursor:
            assert connection.introspection.table_names(cursor) == []
