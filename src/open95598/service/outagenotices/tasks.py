"""The room's jobs. Each can run twice without harm."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from open95598.foundation import clock
from open95598.service.outagenotices import sending, subscribing

log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *", periodic_id="outagenotices.hand")
@app.task(queue="housekeeping", name="outagenotices.hand", queueing_lock="outagenotices.hand")
def hand(timestamp: int) -> None:
    """Hand over the notices that may leave in this minute."""
    done = sending.hand(clock.now())
    if done:
        log.info("outagenotices.handed", notices=done)


@app.periodic(cron="40 18 * * *", periodic_id="outagenotices.tidy")
@app.task(queue="housekeeping", name="outagenotices.tidy", queueing_lock="outagenotices.tidy")
def tidy(timestamp: int) -> None:
    """Forget subscriptions that were never confirmed, or ended a month ago."""
    log.info("outagenotices.tidied", subscriptions=subscribing.tidy(clock.now()))
