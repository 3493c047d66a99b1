"""Codes by text message: six digits, kept as a keyed digest, and how many of them may leave the house."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import connection

from open95598.service.portal.pages import limits

#: how long a code counts (minutes), and how many wrong ones make it void
MINUTES, TRIES = 10, limits.TRIES
#: codes to one phone, and for one account
SENT = limits.CODES


def fresh() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(10**6):06d}"


def token() -> str:
    """Return what only the browser keeps of a visit."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """Return what the house keeps of a token, or of a browser's name."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def keyed(whose: object, code: str) -> str:
    """Return what the house keeps of a code: six digits would soon be guessed from a plain digest."""
    key = f"hall code {settings.SECRET_KEY}".encode()
    return hmac.new(key, f"{whose} {code}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def same(whose: object, code: str, kept: str) -> bool:
    """Say whether a code is the kept one; takes as long when none is kept."""
    return hmac.compare_digest(keyed(whose, code), kept or "-")


def one_after_the_other(*whats: str) -> None:
    """Let two who ask for the same at once be counted one after the other, until the end of the transaction."""
    with connection.cursor() as cursor:
        for what in sorted(set(whats)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 95598))", [f"hall {what}"])


def may_send(moments: Iterable[datetime], now: datetime) -> bool:
    """Say whether one more code may be sent after those that left at these moments."""
    known = list(moments)
    return not any(limit.wait(known, now) for limit in SENT)
