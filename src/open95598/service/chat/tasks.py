"""The room's jobs. Each can run twice without harm."""

from __future__ import annotations

from procrastinate.contrib.django import app

from open95598.foundation import clock
from open95598.service.chat import sweeping


@app.periodic(cron="*/20 * * * * *", periodic_id="chat.sweep")
@app.task(queue="housekeeping", name="chat.sweep", queueing_lock="chat.sweep")
def sweep(timestamp: int) -> None:
    """Put back chats whose agents are gone and give up those whose customers are, every twenty seconds."""
    sweeping.sweep(clock.now())


@app.periodic(cron="23 * * * *", periodic_id="chat.tidy")
@app.task(queue="housekeeping", name="chat.tidy", queueing_lock="chat.tidy")
def tidy(timestamp: int) -> None:
    """Forget tokens and codes that count no more, every hour."""
    sweeping.tidy(clock.now())
