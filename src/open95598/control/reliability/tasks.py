"""Each night: the customers of each unit are counted for the month that runs, and bad lines are told of."""

from __future__ import annotations

from procrastinate.contrib.django import app

from open95598.control.reliability import serving, telling
from open95598.foundation import clock


@app.periodic(cron="50 2 * * *", periodic_id="reliability.served")
@app.task(queue="housekeeping", name="reliability.served", queueing_lock="reliability.served")
def served(timestamp: int) -> None:
    """Count how many customers each unit serves."""
    serving.keep(clock.now())


@app.periodic(cron="10 4 * * *", periodic_id="reliability.lines")
@app.task(queue="housekeeping", name="reliability.lines", queueing_lock="reliability.lines")
def lines(timestamp: int) -> None:
    """Tell of lines that are new on the lists, after loads were looked at again."""
    telling.tell(clock.now())
