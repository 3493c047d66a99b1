"""What all tests share: a home of their own, the real database, a clock that stands still."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# CI walks the same ways each time, so that a change is judged and not the dice; developers roll them
hypothesis_settings.register_profile(
    "house",
    derandomize=os.environ.get("CI") == "true",
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.function_scoped_fixture),
)
hypothesis_settings.load_profile("house")

# Tests never touch an installation's data. With DATABASE_URL they use a test database on that server instead.
os.environ["OPEN95598_HOME"] = os.environ.get("OPEN95598_TEST_HOME") or str(
    Path(__file__).resolve().parents[1] / "var" / "test"
)
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

from open95598.foundation import clock as house_clock


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_xdist_suffix: None) -> None:
    """Start the embedded server (or lease the running one) before the first test that needs a database."""
    from open95598.project import postgres

    postgres.ensure_running()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:
    """Publish the shipped rulebook once, so that not every test reads its files again."""
    from open95598.foundation.rulebook import store

    with django_db_blocker.unblock():
        store.current(datetime(2026, 3, 2, 2, tzinfo=UTC))


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
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a process remembers of tables stay remembered, however slow the machine is: for counting queries."""
    from open95598.foundation.calendars import store as calendars
    from open95598.foundation.rulebook import store
    from open95598.service.workorders import directory

    monkeypatch.setattr(store, "_FRESH_SECONDS", 3600.0)
    monkeypatch.setattr(calendars, "_FRESH_SECONDS", 3600.0)
    monkeypatch.setattr(directory, "_KEPT_SECONDS", 10**9)
