"""An empty journal, and the hands of somebody who has the database to himself."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.db import connection, transaction

GUARDED = ("journal_entry", "journal_personal", "journal_block")


@contextmanager
def superuser():
    """Run SQL with the triggers asleep, as whoever owns the tables can."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
        yield cursor
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER append_only")


@pytest.fixture
def journal(transactional_db, tmp_path, monkeypatch, settings):
    """An empty journal whose ids start at 1, with anchors in a folder of the test's own."""
    settings.HOME = tmp_path
    monkeypatch.delenv("OPEN95598_ANCHORS", raising=False)
    _empty()
    yield
    _empty()


def _empty() -> None:
    with superuser() as cursor:
        for table in (*GUARDED, "journal_stream"):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("ALTER SEQUENCE journal_entry_id_seq RESTART")
