"""How fast one account may ask the API: a token bucket each, in the memory of the web process.

Every web process counts for itself, so that the limit costs no query; with several processes an account can ask
somewhat faster than ``API_RATE`` says. It is there to keep one client's broken loop from taking the house's threads.
"""

from __future__ import annotations

import math
import threading
import time
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from ninja.throttling import BaseThrottle

from open95598.foundation.errors import TooMany

#: accounts remembered before those whose bucket is full again are forgotten
_KEPT = 10_000


class Buckets:
    """One bucket an account: it holds ``burst`` requests and fills at ``rate`` a second."""

    def __init__(self) -> None:
        self._levels: dict[int, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, account: int, rate: float, burst: float, at: float) -> float:
        """Take one request out at ``at`` (monotonic seconds). Returns 0, or the seconds until there is one again."""
        with self._lock:
            level, before = self._levels.get(account, (burst, at))
            level = min(burst, level + max(at - before, 0.0) * rate)
            if level < 1:
                self._levels[account] = (level, at)
                return (1 - level) / rate
            self._levels[account] = (level - 1, at)
            if len(self._levels) > _KEPT:
                self._forget(rate, burst, at)
            return 0.0

    def forget(self) -> None:
        """Fill all buckets (between tests)."""
        with self._lock:
            self._levels.clear()

    def _forget(self, rate: float, burst: float, at: float) -> None:
        self._levels = {k: v for k, v in self._levels.items() if v[0] + (at - v[1]) * rate < burst}


BUCKETS = Buckets()


class PerAccount(BaseThrottle):
    """Refuses (429, ``Retry-After``) an account that asks faster than ``API_RATE`` after ``API_BURST`` at once.

    A rate of 0 means no limit.
    """

    def allow_request(self, request: Any) -> bool:
        """Return True, or raise ``TooMany`` with the whole seconds to wait."""
        rate, burst = float(settings.API_RATE), float(settings.API_BURST)
        if rate <= 0:
            return True
        wait = BUCKETS.take(request.user.pk or 0, rate, max(burst, 1.0), time.monotonic())
        if wait:
            raise TooMany(_("This account asks too fast. Wait a moment."), retry_after=math.ceil(wait))
        return True
