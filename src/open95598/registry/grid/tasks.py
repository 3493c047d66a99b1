"""What the grid does each night: loads are looked at again where a rating or a rule came later."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from open95598.foundation import clock
from open95598.registry.grid import loadkeeping

#: days back that are looked at again
BACK = 400


@app.periodic(cron="20 3 * * *", periodic_id="grid.loads")
@app.task(queue="housekeeping", name="grid.loads", queueing_lock="grid.loads")
def loads(timestamp: int) -> None:
    """Give the months of older loads their places, and judge days anew."""
    now = clock.now()
    loadkeeping.arrange(now)
    loadkeeping.recount(now - timedelta(days=BACK), now)
