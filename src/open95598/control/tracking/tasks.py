"""The room's jobs. Each can run twice without harm."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from open95598.control.tracking import watching
from open95598.foundation import clock

log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *", periodic_id="tracking.watch")
@app.task(queue="housekeeping", name="tracking.watch", queueing_lock="tracking.watch")
def watch(timestamp: int) -> None:
    """Tell of orders that stand still, and see which promises were broken, every minute."""
    told = watching.watch(clock.now())
    if told:
        log.info("tracking.standing", orders=told)
