"""The room's jobs. Each can run twice without harm."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from open95598.foundation import clock
from open95598.service.keyaccounts import visits

log = structlog.get_logger(__name__)


@app.periodic(cron="40 22 * * *", periodic_id="keyaccounts.visits")
@app.task(queue="housekeeping", name="keyaccounts.visits", queueing_lock="keyaccounts.visits")
def open_visits(timestamp: int) -> None:
    """Open the visits that have fallen due, before the utility's morning."""
    made = visits.open_due(clock.now())
    if made:
        log.info("keyaccounts.visits", opened=len(made))
