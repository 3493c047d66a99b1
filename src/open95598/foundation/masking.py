"""Personal data as the screens show it before somebody asks to see it. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

#: where an address stops being a place and becomes a door: the first digit after a road, village or estate
_DOOR = re.compile(r"[0-9\uff10-\uff19A-Za-z#]|[一二三四五六七八九十百]+(?=[号栋幢座单组弄])")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def mask_phone(phone: str) -> str:
    """Return a telephone number with its middle hidden: ``138****5678``, ``0731-****1234``; separators are dropped.

    A number shorter than seven digits (an extension, a hotline) keeps its last two digits only.
    """
    digits = re.sub(r"\D", "", phone)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if not digits:
        return "*" * min(len(phone.strip()), 4)
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    if digits.startswith("0") and len(digits) >= 10:
        area = 3 if digits[1] in "12" else 4
        return f"{digits[:area]}-****{digits[-4:]}"
    if len(digits) >= 7:
        return f"****{digits[-4:]}" if len(digits) <= 8 else f"{digits[:2]}****{digits[-4:]}"
    return "*" * max(len(digits) - 2, 1) + digits[-2:] if len(digits) > 2 else "*" * len(digits)


def mask_name(name: str) -> str:
    """Return a name of which only the first letter of each word stays: ``张**``, ``J*** S****``."""
    return " ".join(word[0] + "*" * (len(word) - 1) if len(word) > 1 else "*" for word in name.split())


def mask_address(address: str) -> str:
    """Return an address down to its road or village; what leads to the door is hidden: ``…韶山路****``.

    An address without any number keeps its first half.
    """
    text = address.strip()
    if not text:
        return ""
    door = _DOOR.search(text)
    keep = door.start() if door else (len(text) + 1) // 2
    return text[:keep] + "****"


def mask_text(text: str) -> str:
    """Return free text in which telephone and identity numbers are hidden (for previews and notices)."""
    text = _IDENTITY.sub(lambda found: f"{found[0][:3]}{'*' * 11}{found[0][-4:]}", text)
    text = _MOBILE.sub(lambda found: mask_phone(found[0]), text)
    return _LANDLINE.sub(lambda found: mask_phone(found[0]), text)


def mask_url(url: str) -> str:
    """Return a URL down to its host: its path and query may be all that guards what lies there."""
    parts = urlsplit(url)
    bare = not parts.path.strip("/") and not parts.query
    return f"{parts.scheme}://{parts.netloc}/" if bare else f"{parts.scheme}://{parts.netloc}/…"
