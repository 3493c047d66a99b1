"""The room's jobs. Each can run twice without harm."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from open95598.foundation import clock
from open95598.registry.standing import services

log = structlog.get_logger(__name__)


@app.periodic(cron="20 19 * * *", periodic_id="standing.count")
@app.task(queue="housekeeping", name="standing.count", queueing_lock="standing.count")
def count(timestamp: int) -> None:
    """Count the ratings of everybody who is in the lists, in the utility's night."""
    log.info("standing.counted", customers=services.count_all(clock.now()))
