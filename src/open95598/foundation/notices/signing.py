"""How a receiver knows that a webhook is ours and fresh. Pure.

Header ``X-Open95598-Signature: t=<seconds since 1970>,v1=<hex>`` where the hex is HMAC-SHA256 of
``<t> + "." + <body>`` under the shared secret. A receiver refuses a ``t`` more than five minutes away from its clock,
and an ``X-Open95598-Id`` that it has had.

Webhooks that somebody subscribed to are signed as Standard Webhooks (https://www.standardwebhooks.com): ``Webhook-Id``,
``Webhook-Timestamp`` and ``Webhook-Signature: v1,<base64>`` of ``<id>.<timestamp>.<body>``, a signature for each secret
that the URL knows, by blanks. A secret is ``whsec_`` and the base64 of its key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
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


def standard_secret(key: bytes) -> str:
    """Return a key (32 bytes) as the secret that receivers are given."""
    return f"whsec_{base64.b64encode(key).decode()}"


def standard(secrets: Iterable[str], id_: str, body: bytes, at: datetime) -> dict[str, str]:
    """Return the three headers of Standard Webhooks for a body sent at ``at`` (aware)."""
    seconds = str(int(at.timestamp()))
    signed = f"{id_}.{seconds}.".encode() + body
    keys = [base64.b64decode(secret.removeprefix("whsec_")) for secret in secrets]
    found = [base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in keys]
    return {"Webhook-Id": id_, "Webhook-Timestamp": seconds, "Webhook-Signature": " ".join(f"v1,{s}" for s in found)}
