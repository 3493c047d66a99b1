"""Housekeeping of the room; running twice does no harm."""

from __future__ import annotations

from procrastinate.contrib.django import app

from open95598.foundation import clock
from open95598.service.hall import applying, booking, signing


@app.periodic(cron="*/10 * * * *", periodic_id="hall.tidy")
@app.task(queue="housekeeping", name="hall.tidy", queueing_lock="hall.tidy")
def tidy(timestamp: int) -> None:
    """Forget codes and visits that count no more, and drafts that nobody touches."""
    now = clock.now()
    signing.tidy(now)
    applying.tidy(now)


@app.periodic(cron="*/10 * * * *", periodic_id="hall.remind")
@app.task(queue="housekeeping", name="hall.remind", queueing_lock="hall.remind")
def remind(timestamp: int) -> None:
    """Remind customers of their appointments."""
    booking.remind(clock.now())
