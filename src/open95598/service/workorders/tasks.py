"""The room's jobs. Each can run twice without harm."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from open95598.foundation import clock
from open95598.service.workorders import evidence, suggesting

log = structlog.get_logger(__name__)


@app.periodic(cron="41 2 * * *", periodic_id="intake.learn")
@app.task(queue="housekeeping", name="intake.learn", queueing_lock="intake.learn")
def learn(timestamp: int) -> None:
    """Learn the category suggestion anew from the archived orders, by night."""
    done = suggesting.learn(clock.now())
    log.info("intake.learned", version=done.version if done else None, **(done.about if done else {}))


@app.periodic(cron="17 3 * * *", periodic_id="workorders.tidy_evidence")
@app.task(queue="housekeeping", name="workorders.tidy_evidence", queueing_lock="workorders.tidy_evidence")
def tidy_evidence(timestamp: int) -> None:
    """Take evidence away whose time is over, by night."""
    log.info("workorders.evidence_tidied", files=evidence.tidy(clock.now()))
