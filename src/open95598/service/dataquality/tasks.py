"""The room's jobs. Each can run twice without harm."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from open95598.foundation import clock
from open95598.service.dataquality import services

log = structlog.get_logger(__name__)


@app.periodic(cron="10 18 * * *", periodic_id="dataquality.check")
@app.task(queue="housekeeping", name="dataquality.check", queueing_lock="dataquality.check")
def check(timestamp: int) -> None:
    """Look through the registry, in the utility's night."""
    done = services.run(clock.now())
    log.info("dataquality.checked", seen=done.seen.total(), opened=done.opened.total(), closed=done.closed.total(),
             held_back=done.held_back.total())  # fmt: skip
