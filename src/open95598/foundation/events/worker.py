"""The worker: runs the jobs of all rooms (procrastinate), deliveries first among them."""

from __future__ import annotations

import asyncio
import logging
import os

import structlog
from procrastinate.contrib.django import app

from open95598.foundation import process
from open95598.foundation.events import tasks

log = structlog.get_logger(__name__)


def run(concurrency: int | None = None) -> int:
    """Work until SIGTERM or SIGINT; return an exit status for the supervisor, which starts it again whatever it is.

    ``concurrency`` jobs at a time (``OPEN95598_WORKER_JOBS``, default 4), each with a connection of its own. It also
    ends when the database goes away: the next start waits for it.
    """
    jobs = concurrency or int(os.environ.get("OPEN95598_WORKER_JOBS", "4"))
    log.info("worker starts", jobs=jobs)
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # it says three lines a job
    end = process.beat_in_background("worker")
    try:
        asyncio.run(_work(jobs))
    finally:
        end()
    log.info("worker ends")
    return 0


async def _work(jobs: int) -> None:
    # an app beside the Django one: jobs deferred by a handler still go through Django's connection, in its transaction
    worker = app.with_connector(app.connector.get_worker_connector())
    async with worker.open_async():
        await worker.run_worker_async(
            concurrency=jobs,
            fetch_job_polling_interval=0.5,
            update_heartbeat_interval=2,
            stalled_worker_timeout=tasks.SILENCE,
            delete_jobs="successful",
            shutdown_graceful_timeout=10,
        )
