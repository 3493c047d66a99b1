"""Housekeeping of the room; running twice does no harm."""

from __future__ import annotations

from procrastinate.contrib.django import app

from open95598.foundation import clock
from open95598.service.portal import ratings, visits


@app.periodic(cron="*/10 * * * *", periodic_id="portal.tidy")
@app.task(queue="housekeeping", name="portal.tidy", queueing_lock="portal.tidy")
def tidy(timestamp: int) -> None:
    """Forget codes, challenges, visits and links that count no more."""
    now = clock.now()
    visits.tidy(now)
    ratings.tidy(now)
