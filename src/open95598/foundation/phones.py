"""Telephone numbers as people write them. Pure."""

from __future__ import annotations

import re

_WIDE = str.maketrans("０１２３４５６７８９＋－（）　", "0123456789+-() ")
_MOBILE = re.compile(r"1[3-9]\d{9}")


def plain(raw: object) -> str:
    """Return a phone number in its plain form (digits, a leading + kept); ValueError when it cannot be one."""
    text = str(raw).translate(_WIDE)
    kept = "".join(c for c in text if c not in " -()·.\u2010\u2013")
    digits = kept.removeprefix("+")
    if not (digits.isascii() and digits.isdecimal() and 3 <= len(digits) <= 20):
        raise ValueError  # without the number: what is raised may be shown or logged
    return kept


def national(phone: str) -> str:
    """Return a plain number without the country's code (+86, 0086), so that two ways to write it compare equal."""
    for code in ("+86", "0086"):
        if phone.startswith(code):
            return phone.removeprefix(code)
    return phone[2:] if len(phone) == 13 and phone.startswith("86") else phone


def is_mobile(phone: str) -> bool:
    """Say whether a text message can reach the plain number (a mobile number of this country)."""
    return _MOBILE.fullmatch(national(phone)) is not None
