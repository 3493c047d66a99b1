"""kill -9 of the process ``outages`` in the middle of a round: nothing of it stands, and the next one loses nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from tests import world as worlds
from tests.integration.outages.conftest import House
from tests.registered import fill

from open95598.casework.actors import Actor
from open95598.service.outages.applying import Step
from open95598.service.outages.following import Follower
from open95598.service.outages.models import OutageReport
from open95598.service.outages.reporting import Told, take


def _killed(step: str, now: Any) -> None:
    """Follow a round, and be killed when it comes to ``step``."""
    setattr(Step, step, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    Follower().round(now)


@pytest.mark.parametrize("step", ["_assign", "_say"])
def test_killed_and_begun_again(transactional_db: Any, clock: Any, step: str) -> None:
    house = House(fill(worlds.small()), clock)
    told = [Told(f"k{n}", "web", clock.now(), point=f"B1{1 + n % 2}-{n}") for n in range(6)]
    take(told, Actor.house("test"), clock.now())
    connection.close()
    connection.close_pool()  # else the two processes would speak on one socket
    child = multiprocessing.get_context("fork").Process(target=_killed, args=(step, clock.now()))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    rows = OutageReport.objects.system("a test").filter(key__in=[one.key for one in told])
    assert rows.filter(taken=None).count() == 6
    assert not house.outages().exists()

    Follower().round(clock.now())
    [outage] = house.outages()
    assert outage.device in ("T1", "F1")  # all of them are below both
    assert rows.filter(outage=outage, apart="").count() == 6
    # the next process believes what this one did, and opens nothing twice
    clock.advance(timedelta(minutes=1))
    Follower().round(clock.now())
    [again] = house.outages()
    assert again.pk == outage.pk
