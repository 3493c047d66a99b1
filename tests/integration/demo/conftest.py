"""Demonstrations on databases of their own: a small one is built once, every test gets a copy of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from structlog.testing import capture_logs
from tests import databases

from open95598.foundation import clock as house_clock
from open95598.foundation.calendars import store as calendars
from open95598.foundation.rulebook import store as rulebooks
from open95598.project import postgres
from open95598.project.demo import build, marker, plan, simulator
from open95598.project.demo.behaviour import life
from open95598.service.workorders import directory

#: where the small demonstration's history ends: a Monday, 9:30 in Shanghai, after a weekend in which no desk worked
NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
ORDERS, SPAN = 110, timedelta(days=14)
#: what the settings of a process are that starts in a demonstration
AS_IN_A_DEMONSTRATION: dict[str, Any] = {"SECOND_FACTOR_ROLES": frozenset(), "SESSION_IDLE": None}


@dataclass
class Built:
    """The small demonstration: its database, what the progress bars were told, what the log says."""

    database: str
    told: list[tuple[str, int, int]] = field(default_factory=list)
    log: list[Any] = field(default_factory=list)


@dataclass
class Demo:
    """A copy of the small demonstration that a test has to itself: nothing is rolled back in it."""

    home: Path
    clock: house_clock.FixedClock
    built: Built


def _more(shares: Mapping[str, float]) -> dict[str, float]:
    """Return shares of a turn as they must be for a few orders to take all turns."""
    return {kind: min(4 * share, max(share, 0.3)) for kind, share in shares.items()}


@pytest.fixture(scope="session")
def built(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Build a small demonstration beside the tests' database, through the door of ``make run``.

    Not on a copy of that database: its journal holds what other tests committed, of cases that are no more.
    Its orders take every turn more often than those of the demonstration, so that all branches are in it.
    """
    home = tmp_path_factory.mktemp("home")
    with django_db_blocker.unblock(), _copy_of(databases.untouched(), "demo", home, keep=True) as name:
        made = Built(name)
        with capture_logs() as made.log, pytest.MonkeyPatch.context() as patch:
            patch.setattr(life, "TURNS", {turn: _more(shares) for turn, shares in life.TURNS.items()})
            patch.setattr(plan, "TWINS", {kind: (0.08, minutes) for kind, (_share, minutes) in plan.TWINS.items()})
            build.ensure(lambda *step: made.told.append(step), now=NOW, orders=ORDERS, span=SPAN)
    yield made
    postgres.drop_database(made.database)


@pytest.fixture
def demo(built: Built, django_db_blocker: Any, tmp_path: Path) -> Iterator[Demo]:
    """Give a copy of the small demonstration, the house's clock standing where its history ends."""
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(_copy_of(built.database, "copy", tmp_path))
        marker.put(tmp_path)
        clock = house_clock.FixedClock(NOW)
        stack.enter_context(house_clock.using(clock))
        yield Demo(tmp_path, clock, built)


@pytest.fixture
def empty(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[Path]:
    """Be in an installation without any unit that may become a demonstration; give its home."""
    with django_db_blocker.unblock(), _copy_of(databases.untouched(), "copy", tmp_path):
        yield tmp_path


@contextmanager
def _copy_of(template: str, suffix: str, home: Path, *, keep: bool = False) -> Iterator[str]:
    """Let Django use a copy of a database, and ``home`` as the installation's home in demonstration mode."""
    name, before = f"{template}_{suffix}", connection.settings_dict["NAME"]
    _go_to(before)
    databases.copy(template, name)
    try:
        _go_to(name)
        with override_settings(HOME=home, DEMO=True, **AS_IN_A_DEMONSTRATION):
            yield name
    finally:
        _go_to(before)
        if not keep:
            postgres.drop_database(name)


def _go_to(name: str) -> None:
    """Leave the database that Django uses, with all that is remembered of it, for another."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    connection.settings_dict["NAME"] = name
    for forget in (rulebooks.forget, calendars.forget, directory.forget, simulator.forget):
        forget()
