"""What the registry does each morning."""

from __future__ import annotations

from procrastinate.contrib.django import app

from open95598.foundation import clock
from open95598.registry.customers import expiry


@app.periodic(cron="30 0 * * *", periodic_id="customers.expiry")
@app.task(queue="housekeeping", name="customers.expiry", queueing_lock="customers.expiry")
def tell(timestamp: int) -> None:
    """Tell of temporary and seasonal supply that ends."""
    expiry.tell(clock.now())
