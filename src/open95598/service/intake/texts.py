"""Texts as features: runs of characters and words, title and body apart. Pure (words come from ``rjieba``, lazily).

A document is a tuple of texts: the last one is the body, those before it are its title. Features are strings with a
prefix that says their block: ``c`` runs of characters of everything, ``w`` words of everything, ``t`` and ``v`` the
same of the title alone (a title says in ten words what the body says in four hundred).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

Document = Sequence[str]
BLOCKS = ("c", "w", "t", "v")
_BLANKS = re.compile(r"\s+")
_DIGITS = re.compile(r"\d+")
_OUT = re.compile(r"[\W_]+")
#: the longest runs of characters, of everything and of the title
_LONGEST, _LONGEST_IN_TITLE = 4, 3
#: more of one text says nothing new about its category
_MOST = 4000


def normal(text: str) -> str:
    """Return a text in its plain form: compatibility characters unified, lower case, blanks one space, numbers 0."""
    plain = unicodedata.normalize("NFKC", text[: 2 * _MOST]).casefold()
    return _DIGITS.sub("0", _BLANKS.sub(" ", plain)).strip()[:_MOST]


def bare(text: str) -> str:
    """Return a text without blanks and punctuation: for telling duplicates."""
    return _OUT.sub("", unicodedata.normalize("NFKC", text).casefold())


def words(text: str) -> list[str]:
    """Return the words of a normal text, without punctuation and numbers."""
    import rjieba

    return [w for w in rjieba.cut(text) if w != "0" and not _OUT.fullmatch(w)]


def runs(text: str, longest: int) -> Iterable[str]:
    """Yield all runs of one to ``longest`` characters."""
    for length in range(1, longest + 1):
        for start in range(len(text) - length + 1):
            yield text[start : start + length]


def features(document: Document) -> Mapping[str, Counter[str]]:
    """Return how often each feature occurs, by block; a block without a text of its own is left out."""
    parts = [normal(part) for part in document if part]
    whole = "。".join(parts)
    found = {
        "c": Counter(f"c{run}" for run in runs(whole, _LONGEST)),
        "w": Counter(f"w{word}" for word in words(whole)),
    }
    if len(parts) > 1:
        title = "。".join(parts[:-1])
        found["t"] = Counter(f"t{run}" for run in runs(title, _LONGEST_IN_TITLE))
        found["v"] = Counter(f"v{word}" for word in words(title))
    return found
