"""When a failed delivery is tried again. Pure."""

from __future__ import annotations

from datetime import timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(hours=1)
SPREAD = 0.2
#: tries before a dead letter: never less than a day of them, so that a receiver may be down for a day
ATTEMPTS = 40


def delay(failed: int, chance: float) -> timedelta:
    """Return how long to wait after the ``failed``-th failure (from 1): doubling from 5 s to 1 h, spread by ±20 %.

    ``chance`` in [0, 1) picks the place within the spread, so that a thousand keys do not come back in one second.
    """
    if failed < 1:
        raise ValueError("nothing has failed yet")
    plain = LONGEST if failed > 20 else min(LONGEST, FIRST * 2 ** (failed - 1))
    return plain * (1 - SPREAD + 2 * SPREAD * chance)
