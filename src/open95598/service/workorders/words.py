"""Order numbers, plain forms and search keys. Pure."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable
from datetime import date

#: no vowels and no look-alikes: a number can be read over the phone and never spells a word
_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
#: 28⁸ numbers a day and unit: with a hundred thousand orders a day two alike come once in months, not every day
_SUFFIX = 9
_SPLIT = re.compile(r"[^\w]+", re.UNICODE)
#: at most so many keys of one order: a pasted book must not swell the index
_MOST_KEYS = 600


def number(day: date, unit_code: str, chance: int) -> str:
    """Return an order number: the local day, the unit's code, and a part that cannot be counted up (DOMAIN 2.6).

    ``chance`` is any non-negative integer from a good random source; the last character checks the others.
    """
    body = ""
    for _place in range(_SUFFIX - 1):
        chance, digit = divmod(chance, len(_ALPHABET))
        body += _ALPHABET[digit]
    stem = f"{day:%Y%m%d}-{unit_code}-{body}"
    return stem + _check_character(stem)


def looks_right(text: str) -> bool:
    """Say whether ``text`` is a well-formed order number (its check character fits)."""
    return len(text) > 10 and text[-1:] in _ALPHABET and _check_character(text[:-1]) == text[-1]


def _check_character(stem: str) -> str:
    total = sum((place % 27 + 1) * ord(c) for place, c in enumerate(stem))
    return _ALPHABET[total % len(_ALPHABET)]


def plain(text: str) -> str:
    """Return text in its plain form: compatibility characters unified, lower case, no blanks or punctuation."""
    return _SPLIT.sub("", unicodedata.normalize("NFKC", text).casefold())


def search_keys(texts: Iterable[str]) -> list[int]:
    """Return the hashed search keys of some texts: pairs of neighbouring characters, and whole Latin or digit words.

    A key is a signed 32-bit CRC. Two texts that share a run of two characters share a key; Chinese needs no
    dictionary for that.
    """
    found: set[int] = set()
    for text in texts:
        for piece in _pieces(text):
            found.update(_hash(key) for key in _keys(piece))
            if len(found) >= _MOST_KEYS:
                return sorted(found)[:_MOST_KEYS]
    return sorted(found)


def query_keys(text: str) -> list[int]:
    """Return the keys that an order must all have to contain the words of a query; empty when it is too short."""
    return sorted({_hash(key) for piece in _pieces(text) for key in _keys(piece)})


def _pieces(text: str) -> Iterable[str]:
    normal = unicodedata.normalize("NFKC", text).casefold()
    return (piece for piece in _SPLIT.split(normal) if piece)


def _keys(piece: str) -> Iterable[str]:
    for run in re.findall(r"[a-z0-9_]+|[^a-z0-9_]+", piece):
        if run[0].isascii():
            yield run
        elif len(run) > 1:
            yield from (run[i : i + 2] for i in range(len(run) - 1))


def _hash(key: str) -> int:
    value = zlib.crc32(key.encode())
    return value - 2**32 if value >= 2**31 else value
