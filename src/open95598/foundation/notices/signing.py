"""How a receiver knows that a webhook is ours and fresh. Pure.

Header ``X-Open95598-Signature: t=<seconds since 1970>,v1=<hex>`` where the hex is HMAC-SHA256 of
``<t> + "." + <body>`` under the shared secret. A receiver refuses a ``t`` more than five minutes away from its clock,
and an ``X-Open95598-Id`` that it has had.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

HEADER = "X-Open95598-Signature"
WINDOW = timedelta(minutes=5)
_FORM = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def sign(secret: str, body: bytes, at: datetime) -> str:
    """Return the header's value for a body sent at ``at`` (aware)."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_digest(secret, seconds, body)}"


def verify(secret: str, header: str, body: bytes, now: datetime, window: timedelta = WINDOW) -> bool:
    """Say whether a header belongs to this body and was made within ``window`` of ``now`` (aware)."""
    found = _FORM.fullmatch(header)
    if found is None:
        return False
    seconds = int(found[1])
    if abs(now.timestamp() - seconds) > window.total_seconds():
        return False
    return hmac.compare_digest(found[2], _digest(secret, seconds, body))


def _digest(secret: str, seconds: int, body: bytes) -> str:
    return hmac.new(secret.encode(), b"%d." % seconds + body, hashlib.sha256).hexdigest()
