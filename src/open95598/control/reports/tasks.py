"""The room's jobs. Each can run twice without harm."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from open95598.control.reports import services
from open95598.foundation import clock

log = structlog.get_logger(__name__)


@app.periodic(cron="20 1 * * *", periodic_id="reports.month_end")
@app.task(queue="housekeeping", name="reports.month_end", queueing_lock="reports.month_end")
def month_end(timestamp: int) -> None:
    """Open the reports of the month before, in the night after it and wherever one is missing."""
    opened = services.open_due(clock.now())
    if opened:
        log.info("reports.opened", reports=len(opened))
