"""Receipt codes: what a customer is given at once, also when the inner zone is away. Pure."""

from __future__ import annotations

import hashlib
import re

#: no vowels and no look-alikes, as in order numbers
_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
_LENGTH = 12


def of(key: str) -> str:
    """Return the receipt code of a message's idempotency key: ``K7Q2-M4XB-PTRG``.

    The key is random and secret; the code tells nothing of it and cannot be guessed (28¹² codes).
    """
    number = int.from_bytes(hashlib.sha256(f"receipt {key}".encode()).digest()[:16])
    letters = ""
    for _place in range(_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[digit]
    return "-".join(letters[i : i + 4] for i in range(0, _LENGTH, 4))


def plain(text: str) -> str:
    """Return a code as it was given, however it was typed; "" for what cannot be one."""
    letters = re.sub(r"[\s\-－—_.]", "", text).upper()
    if len(letters) != _LENGTH or not set(letters) <= set(_ALPHABET):
        return ""
    return "-".join(letters[i : i + 4] for i in range(0, _LENGTH, 4))


def key_of(token: str, *said: str) -> str:
    """Return the idempotency key of a form that was sent: its token and what was said in it.

    The same form sent twice has the same key; one that was changed before it was sent again is another message.
    """
    digest = hashlib.sha256()
    for part in (token, *said):
        digest.update(len(part).to_bytes(4) + part.encode("utf-8", "replace"))
    return digest.hexdigest()[:40]
