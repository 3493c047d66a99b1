"""The room's jobs. Each can run twice without harm."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from open95598.foundation import clock
from open95598.service.desk import drafts

log = structlog.get_logger(__name__)


@app.periodic(cron="23 * * * *", periodic_id="desk.tidy_drafts")
@app.task(queue="housekeeping", name="desk.tidy_drafts", queueing_lock="desk.tidy_drafts")
def tidy_drafts(timestamp: int) -> None:
    """Delete drafts that nobody came back to."""
    log.info("desk.drafts_tidied", drafts=drafts.tidy(clock.now()))
