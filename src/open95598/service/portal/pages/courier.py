"""Passes on what waits in the spool as soon as the inner zone is back: in order, each message once.

Every process of the outer portal runs a courier in a thread; the one that holds the spool's lock works, the others
stand by. A message that was passed on, but whose answer was lost, is sent again with the same key: the inner zone
then only repeats its answer.
"""

from __future__ import annotations

import fcntl
import threading
from datetime import datetime, timedelta
from typing import IO

import structlog

from open95598.foundation import clock
from open95598.foundation.errors import Refused, TooMany, Unavailable
from open95598.service.portal.pages import figures
from open95598.service.portal.pages.remote import Remote

log = structlog.get_logger(__name__)

#: pauses between attempts while the inner zone is away
SHORTEST, LONGEST = timedelta(seconds=1), timedelta(seconds=30)
#: messages passed on in one go
BATCH = 50
_TIDY = timedelta(hours=1)


class Courier:
    """One courier of one spool."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._failures = 0
        self._not_before: datetime | None = None
        self._tidied: datetime | None = None

    def round(self, now: datetime) -> int:
        """Pass on what waits, until nothing does or the inner zone is away; return how many were settled."""
        spool = self._remote.spool
        if self._tidied is None or now - self._tidied >= _TIDY:
            spool.tidy(now)
            self._tidied = now
        if self._not_before is not None and now < self._not_before:
            return 0
        settled = 0
        for message in spool.waiting(BATCH):
            try:
                number = self._remote.pass_on(message)
            except (Unavailable, TooMany) as away:
                self._pause(now, away)
                return settled
            except (Refused, ValueError) as refusal:
                # a value of ours that it does not take: no reason to hold up what comes after
                reason = f"{type(refusal).__name__} {getattr(refusal, 'fields', '') or ''}".strip()
                log.error("a message was refused and is kept", receipt_of=message.id, reason=reason)
                spool.stuck(message.id, reason, now)
                figures.PASSED.labels("refused").inc()
            else:
                spool.passed(message.id, number, now)
                figures.PASSED.labels("passed").inc()
            settled += 1
            self._failures, self._not_before = 0, None
        return settled

    def _pause(self, now: datetime, away: Refused) -> None:
        told = away.extra.get("retry_after")
        wait = timedelta(seconds=int(told)) if told else SHORTEST * 2 ** min(self._failures, 10)
        self._failures += 1
        self._not_before = now + min(wait, LONGEST)


def work(remote: Remote, stop: threading.Event, *, every: float = 0.5) -> None:
    """Let a courier work until ``stop``; waits for its turn when another process has the spool's lock."""
    courier = Courier(remote)
    with (remote.spool.path.with_suffix(".lock")).open("a") as lock:
        while not stop.is_set():
            if not _mine(lock):
                stop.wait(every)
                continue
            try:
                settled = courier.round(clock.now())
            except Exception:
                log.exception("the courier's round failed")
                settled = 0
            if not settled:
                stop.wait(every)


def _mine(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def start(remote: Remote) -> threading.Event:
    """Start a courier in the background; setting the event that is returned ends it."""
    stop = threading.Event()
    threading.Thread(target=work, args=(remote, stop), name="courier", daemon=True).start()
    return stop
