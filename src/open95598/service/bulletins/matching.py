"""Whether a bulletin concerns what somebody is typing. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

#: characters between words in the field of a form: commas of both scripts, semicolons, line ends
_BETWEEN = re.compile(r"[,，;；、\n]+")
_BLANK = re.compile(r"\s+")


def flat(text: str) -> str:
    """Return a text as it is compared: full-width forms folded, lower case, without blanks."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", text).lower())


def split(text: str) -> list[str]:
    """Return the words of a form's field, each once, in their order."""
    return list(dict.fromkeys(word.strip() for word in _BETWEEN.split(text) if word.strip()))


def met(words: Collection[str], category: str, text: str, chosen: Collection[str]) -> str:
    """Return by which of its words, or by what category, a bulletin concerns a matter; "" when it does not.

    ``text`` is what was typed (address and matter), ``chosen`` the codes of the chosen category from the top down.
    """
    where = flat(text)
    found = next((word for word in words if flat(word) and flat(word) in where), "")
    return found or (category if category and category in chosen else "")
