"""The week's draws, each night: a week is drawn once."""

from __future__ import annotations

from procrastinate.contrib.django import app

from open95598.control.sampling import services
from open95598.foundation import clock


@app.periodic(cron="40 2 * * *", periodic_id="sampling.draw")
@app.task(queue="housekeeping", name="sampling.draw", queueing_lock="sampling.draw")
def draw(timestamp: int) -> None:
    """Draw the samples of the last whole week, where that has not been done."""
    now = clock.now()
    services.draw_week(services.last_week(now), services.HOUSE, now)
