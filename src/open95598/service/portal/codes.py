"""Codes by text message, of every room that asks customers to prove a phone: six digits, kept as a keyed digest,
counted once and so many times wrong; and the tokens that they are exchanged for.

``what`` is whose code it is (``hall``, ``portal``, ``chat``): a code of one room fits in no other.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from open95598.foundation.errors import Invalid
from open95598.service.portal.pages import limits

#: how long a code counts (minutes), and how many wrong ones make it void
MINUTES, TRIES = 10, limits.TRIES
#: codes to one phone, and for one account or order
SENT = limits.CODES


def fresh() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(10**6):06d}"


def token() -> str:
    """Return what only the browser keeps of a visit."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """Return what the house keeps of a token (it is random, so no salt is needed), or of a browser's name."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def keyed(what: str, whose: object, code: str) -> str:
    """Return what the house keeps of a code: six digits would soon be guessed from a plain digest."""
    key = f"{what} code {settings.SECRET_KEY}".encode()
    return hmac.new(key, f"{whose} {code}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def same(what: str, whose: object, code: str, kept: str) -> bool:
    """Say whether a code is the kept one; takes as long when none is kept."""
    return hmac.compare_digest(keyed(what, whose, code), kept or "-")


def one_after_the_other(*whats: str) -> None:
    """Let two who ask for the same at once be counted one after the other, until the end of the transaction."""
    with connection.cursor() as cursor:
        for what in sorted(set(whats)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 95598))", [what])


def wait(moments: Iterable[datetime], now: datetime) -> int:
    """Return how many seconds to wait until one more code may be sent after those of these moments; 0: it may now."""
    known = list(moments)
    return max(limit.wait(known, now) for limit in SENT)


def exchanged(challenges: Any, what: str, challenge: str, code: str, now: datetime) -> Any:
    """Return the challenge that a code opens, used up by it; None when the code does not fit, or counts no more.

    Called in a transaction, which must be committed either way: the try counts. ``challenges``: the rows of a room
    (``code`` a digest by ``keyed``, ``tries``, ``used_at``, ``expires_at``). Takes as long for one that is not there.
    """
    row = challenges.select_for_update().filter(pk=uuid(challenge)).first()
    fits = same(what, row.pk if row else "", code.strip(), row.code if row else "")
    if row is None:
        return None
    fits = fits and row.used_at is None and row.tries < TRIES and now < row.expires_at
    row.tries += 1
    row.used_at = now if fits else row.used_at
    row.save(update_fields=("tries", "used_at"))
    return row if fits else None


def misfit() -> Invalid:
    """Return the one refusal, with the same words whatever was wrong. Raised outside the transaction of the try."""
    reason = _("This code does not fit, or counts no more.")
    return Invalid(_("Some fields need your attention."), fields={"code": reason})


def uuid(text: str) -> UUID:
    """Return the id that a text names; one that nobody has when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
