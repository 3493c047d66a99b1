"""How often something may be done: sliding windows, kept in memory. The limits of the portal, all in one place.

Every process counts for itself: addresses of visitors are nowhere written down. The limit per phone is another
matter: the inner zone counts what was registered (``services.orders``), the outer one what waits in its spool.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Limit:
    """At most ``most`` within ``window``."""

    most: int
    window: timedelta

    def wait(self, moments: Iterable[datetime], now: datetime) -> int:
        """Return how many whole seconds to wait until one more is allowed after these ``moments``; 0: it is now."""
        since = now - self.window
        recent = sorted(at for at in moments if at > since)
        if len(recent) < self.most:
            return 0
        first = recent[len(recent) - self.most]
        return max(1, math.ceil((first + self.window - now).total_seconds()))


#: reports of one phone: the sixth within ten minutes is refused
REPORTS = Limit(5, timedelta(minutes=10))
#: codes to one phone, and asked for one order number
CODES = (Limit(3, timedelta(minutes=10)), Limit(10, timedelta(days=1)))
#: wrong codes before a challenge is void
TRIES = 5
#: from one address: many customers may share one (a village behind one address of its mobile network)
BY_ADDRESS = {
    "report": Limit(60, timedelta(minutes=10)),
    "ask": Limit(30, timedelta(hours=1)),
    "code": Limit(60, timedelta(minutes=10)),
    "link": Limit(120, timedelta(minutes=10)),
    "rating": Limit(60, timedelta(minutes=10)),
    "receipt": Limit(30, timedelta(minutes=10)),
    "hall_ask": Limit(30, timedelta(hours=1)),
    "hall_code": Limit(60, timedelta(minutes=10)),
    "hall_act": Limit(240, timedelta(minutes=10)),
    "outage_look": Limit(60, timedelta(minutes=10)),
    "outage_map": Limit(240, timedelta(minutes=10)),
    "outage_ask": Limit(30, timedelta(hours=1)),
    "outage_push": Limit(30, timedelta(hours=1)),
    "outage_hook": Limit(30, timedelta(minutes=10)),
    "outage_code": Limit(60, timedelta(minutes=10)),
    "chat": Limit(30, timedelta(minutes=10)),
    "chat_line": Limit(6000, timedelta(minutes=10)),
}
#: addresses remembered before the oldest are forgotten
_KEPT = 20_000


class Counter:
    """Counts what was done by whom in this process."""

    def __init__(self) -> None:
        self._moments: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def take(self, what: str, who: str, now: datetime) -> int:
        """Count one more and return 0, or return the seconds to wait (then nothing is counted)."""
        limit = BY_ADDRESS[what]
        key = hashlib.sha256(f"{what} {who}".encode()).hexdigest()[:20]
        with self._lock:
            moments = self._moments.pop(key, None) or deque(maxlen=limit.most)
            self._moments[key] = moments  # the last one touched is forgotten last
            wait = limit.wait(moments, now)
            if not wait:
                moments.append(now)
            while len(self._moments) > _KEPT:
                del self._moments[next(iter(self._moments))]
            return wait

    def forget(self) -> None:
        """Start anew (between tests)."""
        with self._lock:
            self._moments.clear()


COUNTER = Counter()
