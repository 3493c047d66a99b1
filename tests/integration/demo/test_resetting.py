"""Starting over: only while the house rests, and whole, also after a reset that was interrupted."""

from __future__ import annotations

import fcntl
from datetime import timedelta

import pytest
from django.db import connection
from tests.integration.demo.conftest import NOW, ORDERS

from open95598.foundation.errors import Impossible
from open95598.foundation.journal import verify
from open95598.foundation.units.models import Unit
from open95598.project import keeper
from open95598.project.demo import marker, playing, resetting
from open95598.project.demo.models import Build, Play
from open95598.service.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db(transaction=True)
SMALLER = {"now": NOW, "orders": 4, "span": timedelta(days=1)}


def quiet(*_told: object) -> None:
    """Show no progress."""


def orders() -> int:
    return WorkOrder.objects.system("a test").count()


def test_starting_over_is_refused_while_the_house_runs_and_else_makes_everything_new(demo):
    playing.start(None, NOW)
    layout = keeper.Layout(demo.home)
    layout.prepare()
    with keeper.hold(layout.run / "house", fcntl.LOCK_EX | fcntl.LOCK_NB), pytest.raises(Impossible):
        resetting.reset(quiet, **SMALLER)
    assert orders() == ORDERS
    assert marker.clock_path(demo.home).exists()

    (demo.home / "files").mkdir()
    (demo.home / "files" / "old").touch()
    (demo.home / "search" / "old").mkdir(parents=True)
    (demo.home / "run" / "journal-verified.json").write_text(
        '{"at": "2026-01-01T00:00:00+00:00", "entries": 7, "findings": 0}'
    )
    with connection.cursor() as cursor:  # what an interrupted reset leaves: nothing at all
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    resetting.reset(quiet, **SMALLER)
    assert orders() == 4
    assert Build.objects.get().finished_at is not None
    assert not Play.objects.filter(running=True).exists()
    assert not (demo.home / "files" / "old").exists()
    assert not (demo.home / "search" / "old").exists()
    assert verify.last_verification() is None
    assert not marker.clock_path(demo.home).exists()
    assert not keeper.is_held(layout.run / "house")
    assert verify.verify().whole


def test_an_installation_that_is_no_demonstration_is_never_thrown_away(empty):
    Unit.objects.create(code="OWN", name="own", level="headquarters")
    with pytest.raises(Impossible):
        resetting.reset(quiet, **SMALLER)
    assert Unit.objects.filter(code="OWN").exists()
