"""The room's jobs. Each can run twice without harm."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from open95598.foundation import clock
from open95598.service.knowledge import services

log = structlog.get_logger(__name__)


@app.periodic(cron="7 * * * *", periodic_id="knowledge.expire")
@app.task(queue="housekeeping", name="knowledge.expire", queueing_lock="knowledge.expire")
def expire(timestamp: int) -> None:
    """Close items whose last day is over; they are not served from that midnight on in any case."""
    gone = services.expire(clock.now())
    if gone:
        log.info("knowledge.expired", items=gone)
