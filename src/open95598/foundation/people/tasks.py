"""Housekeeping of people and units. Each can run twice without harm."""

from __future__ import annotations

from django.core.management import call_command
from procrastinate.contrib.django import app

from open95598.foundation import clock
from open95598.foundation.people import sessions
from open95598.foundation.units import services as units


@app.periodic(cron="*/5 * * * *", periodic_id="units.apply")
@app.task(queue="housekeeping", name="units.apply", queueing_lock="units.apply")
def apply_changes(timestamp: int) -> None:
    """Carry out the dated changes of the organisation that are due."""
    units.apply_due(clock.now())


@app.periodic(cron="23 3 * * *", periodic_id="people.tidy")
@app.task(queue="housekeeping", name="people.tidy", queueing_lock="people.tidy")
def tidy(timestamp: int) -> None:
    """Drop sessions that ran out, and their rows."""
    call_command("clearsessions")
    sessions.sweep(clock.now())
