"""What all tests share: a home of their own, the real database, a clock that stands still."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from xdist.scheduler import LoadScopeScheduling

# CI walks the same ways each time, so that a change is judged and not the dice; developers roll them
hypothesis_settings.register_profile(
    "house",
    derandomize=os.environ.get("CI") == "true",
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.function_scoped_fixture),
)
hypothesis_settings.load_profile("house")

# Tests never touch an installation's data. With DATABASE_URL they use a test database on that server instead.
# Every worker of xdist has a home, and with it a server, of its own: the sealer waits for all transactions of a server
_home = Path(os.environ.get("OPEN95598_TEST_HOME") or Path(__file__).resolve().parents[1] / "var" / "test")
os.environ["OPEN95598_HOME"] = str(_home / os.environ.get("PYTEST_XDIST_WORKER", ""))
# their server may lose its data with the machine, and is quicker for it; bench and fault tests keep fsync on
os.environ.setdefault(
    "OPEN95598_DATABASE_SETTINGS", "fsync=off full_page_writes=off synchronous_commit=off shared_buffers=128MB"
)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")

import django

from open95598.foundation.ui import messages

messages.compile_all()
# a process that an earlier run killed must not count as one that fell silent
shutil.rmtree(Path(os.environ["OPEN95598_HOME"]) / "run" / "heartbeats", ignore_errors=True)
django.setup()  # here, so that the lines above come before anything reads the settings

from django.db import connection, transaction
from django.test import TransactionTestCase

from open95598.foundation import clock as house_clock

#: seconds a test may take (pyproject.toml)
USUAL = 300
#: tests that start a whole house, or a browser: on one worker, one after another, while the others do the rest
TAKE_TURNS = ("tests/e2e/", "tests/fault/house/")
#: tests that share a demonstration which takes long to build: on one worker too
DEMONSTRATION = "tests/integration/demo/"
#: tests with a browser on the tests' own database
BROWSER = "tests/browser/"


class _Turns(LoadScopeScheduling):
    """Gives every test to whichever worker is free, except those that take turns or share what is dear."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(TAKE_TURNS):
            return TAKE_TURNS[0]
        return DEMONSTRATION if nodeid.startswith(DEMONSTRATION) else nodeid


def pytest_xdist_setupnodes() -> None:
    """Let a worker come to the lines above first: were the settings named, pytest-django would load them before."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Turns:
    """Distribute tests in our own way, whatever ``--dist`` says."""
    return _Turns(config, log)


def pytest_collection_finish() -> None:
    """Let the collector of circles pass over what stays anyhow (Django, the rooms, the tests), and look less often."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Put tests into the order of ``_place``; within a place as pytest-django wants them."""
    yield
    items.sort(key=_place)  # stable


def _place(item: pytest.Item) -> int:
    """Say when a test comes: those that take turns first, for they take long; those that commit to our database last.

    What those leave in the journal and the outbox would be in the way of the others. Of them the long ones come first,
    so that no worker waits for another's last test: one that asks for more than the usual time says so by that. Those
    in a browser are the very last: they share one, and its event loop would be in the way of whoever begins another.
    """
    if item.nodeid.startswith((*TAKE_TURNS, DEMONSTRATION)):
        return 0
    if item.nodeid.startswith(BROWSER):
        return 4
    if not _commits(item):
        return 1
    limit = item.get_closest_marker("timeout")
    return 2 if limit and limit.args[0] > USUAL else 3


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    transactional = marker is not None and bool(marker.kwargs.get("transaction"))
    started = item.nodeid.startswith("tests/fault/")
    return started or transactional or "transactional_db" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_xdist_suffix: None) -> None:
    """Start the embedded server (or lease the running one) before the first test that needs a database."""
    from open95598.project import postgres

    postgres.ensure_running()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:
    """Publish the shipped rulebook once, so that not every test reads its files again."""
    from open95598.foundation.rulebook import store
    from open95598.foundation.rulebook.models import Publication
    from tests import databases

    with django_db_blocker.unblock():
        store.current(datetime(2026, 3, 2, 2, tzinfo=UTC))
        _shipped.extend(Publication.objects.values_list("version", flat=True))
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
    databases.copy(connection.settings_dict["NAME"], databases.untouched())


_shipped: list[str] = []
#: tables that refuse to let go of a row
_SEALED = {'"assessment_ledgerentry"', '"knowledge_version"'}
#: what the migrations wrote and no test changes
_LASTING = {"django_content_type", "auth_permission"}


def _empty_tables(_case: TransactionTestCase) -> None:
    """Empty the tables after a test that committed: those with rows only, which is ten times as quick as ``flush``.

    The shipped rulebook stays. The journal and the outbox are not Django's to empty; tests that mind see to it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - _LASTING)
        quoted = [connection.ops.quote_name(table) for table in tables]
        cursor.execute("SELECT " + ", ".join(f"EXISTS (SELECT FROM {table})" for table in quoted))
        filled = [table for table, rows in zip(quoted, cursor.fetchone(), strict=True) if rows]
        for table in _SEALED & set(filled):
            cursor.execute(f"TRUNCATE {table} CASCADE")
        for table in [t for t in filled if t not in _SEALED]:  # in any order: foreign keys are checked at the end
            if table == '"rulebook_publication"':
                cursor.execute(
                    f"DELETE FROM {table} WHERE version <> ALL(%s) OR published_by_id IS NOT NULL", [_shipped]
                )
            else:
                cursor.execute(f"DELETE FROM {table}")


TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[method-assign]


@pytest.fixture
def clock():
    """Give a clock that stands at 2026-03-02 10:00 (a Monday) in Shanghai, installed as the clock of the house."""
    with house_clock.using(house_clock.FixedClock(datetime(2026, 3, 2, 2, tzinfo=UTC))) as fixed:
        yield fixed


@pytest.fixture
def now(clock) -> datetime:
    """Give the time of the standing clock."""
    return clock.now()


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Forget what a process remembers of tables: every test has its own rows."""
    from open95598.foundation.rulebook import store
    from open95598.service.workorders import directory

    directory.forget()
    store.forget()


@pytest.fixture
def own_samples(transactional_db: None) -> Iterator[None]:
    """Keep the journal's streams of the sample importer to the test: what commits there is emptied by nobody else."""
    from open95598.foundation.journal.models import Stream

    samples = Stream.objects.filter(key__startswith="sample/")
    samples.delete()
    yield
    samples.delete()


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a process remembers of tables stay remembered, however slow the machine is: for counting queries."""
    from open95598.foundation.calendars import store as calendars
    from open95598.foundation.rulebook import store
    from open95598.service.workorders import directory

    monkeypatch.setattr(store, "_FRESH_SECONDS", 3600.0)
    monkeypatch.setattr(calendars, "_FRESH_SECONDS", 3600.0)
    monkeypatch.setattr(directory, "_KEPT_SECONDS", 10**9)
