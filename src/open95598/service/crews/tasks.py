"""The room's jobs. Each can run twice without harm."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from open95598.foundation import clock
from open95598.service.crews import services

log = structlog.get_logger(__name__)


@app.periodic(cron="*/10 * * * *", periodic_id="crews.forget")
@app.task(queue="housekeeping", name="crews.forget", queueing_lock="crews.forget")
def forget(timestamp: int) -> None:
    """Forget where crews are whose duty has run out, every ten minutes."""
    if gone := services.forget(clock.now()):
        log.info("crews.forgotten", positions=gone)
