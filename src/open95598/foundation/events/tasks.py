"""Jobs of the room: deliver keys, take back the jobs of workers that died."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from open95598.foundation.events import delivery

#: a job that went down with so many workers is not given a further one (a delivery is found again by the relay)
LIVES = 5
#: a worker that has not shown a heart-beat for so long is dead (seconds)
SILENCE = 6.0


@app.task(name="events.deliver", queue="deliveries", retry=RetryStrategy(max_attempts=3, wait=2))
def deliver(subscriber: str, keys: list[str]) -> None:
    """Deliver what is due of these keys of a subscriber."""
    delivery.deliver_keys(subscriber, keys)


@app.periodic(cron="*/5 * * * * *", periodic_id="events.retake")
@app.task(name="events.retake", queue="housekeeping", queueing_lock="events.retake", pass_context=False)
async def retake(timestamp: int) -> None:
    """Put jobs of dead workers back into the queue, each at most ``LIVES`` times; then they count as failed."""
    from procrastinate.jobs import Status

    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE):
        if job.attempts >= LIVES:
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
        else:
            await app.job_manager.retry_job(job)
