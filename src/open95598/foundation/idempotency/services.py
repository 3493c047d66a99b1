"""A request that is sent twice is done once: the second one gets the first one's answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from open95598.foundation.errors import Invalid
from open95598.foundation.idempotency.models import Answered

MAX_KEY = 200
_CLAIM = """
INSERT INTO idempotency_answered (person_id, key, asked, status, answer, headers, at)
VALUES (%s, %s, %s, 0, '', '{}', %s) ON CONFLICT (person_id, key) DO NOTHING RETURNING id
"""


def fingerprint(body: Any) -> str:
    """Return the SHA-256 of a JSON value in canonical form (key order and blanks do not matter)."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def once(person_id: int, key: str, body: Any, now: datetime, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Run ``act`` unless this person's ``key`` was used before: then return that answer word for word.

    The answer is stored in the transaction of the act, so a refusal (an exception) leaves the key free. Two requests at
    once: the second waits for the first. An empty key means no protection was asked for.
    Raises ``Invalid`` for a key that is too long or was used with another body.
    """
    if not key:
        return act()
    if len(key) > MAX_KEY:
        reason = _("At most %(limit)s characters.") % {"limit": MAX_KEY}
        raise Invalid(_("The idempotency key cannot be used."), fields={"Idempotency-Key": reason})
    asked = fingerprint(body)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, [person_id, key, asked, now])
            claimed = cursor.fetchone()
        if claimed is None:
            return _replay(Answered.objects.get(person_id=person_id, key=key), asked)
        response = act()
        Answered.objects.filter(pk=claimed[0]).update(
            status=response.status_code, answer=response.content, headers=dict(response.headers)
        )
        return response


def _replay(row: Answered, asked: str) -> HttpResponse:
    if row.asked != asked:
        reason = _("This key was used for another request already.")
        raise Invalid(_("The idempotency key cannot be used."), fields={"Idempotency-Key": reason})
    response = HttpResponse(bytes(row.answer), status=row.status)
    for name, value in row.headers.items():
        response[name] = value
    response["Idempotent-Replay"] = "true"
    return response
