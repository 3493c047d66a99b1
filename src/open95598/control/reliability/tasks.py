"""The customers of each unit, counted each night for the month that runs."""

from __future__ import annotations

from procrastinate.contrib.django import app

from open95598.control.reliability import serving
from open95598.foundation import clock


@app.periodic(cron="50 2 * * *", periodic_id="reliability.served")
@app.task(queue="housekeeping", name="reliability.served", queueing_lock="reliability.served")
def served(timestamp: int) -> None:
    """Count how many customers each unit serves."""
    serving.keep(clock.now())
