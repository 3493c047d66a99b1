"""How characters and words sound. Pure; the readings come from ``pypinyin``, loaded when first needed."""

from __future__ import annotations

import re
from functools import lru_cache

#: what many speakers do not tell apart, folded to find slips: flat and curled tongue, n and l, the nasals
_SAME = ((re.compile(r"^(z|c|s)h"), r"\1"), (re.compile(r"^n"), "l"), (re.compile(r"ng$"), "n"))


@lru_cache(maxsize=20_000)
def syllable(char: str) -> str:
    """Return the commonest reading of a character without its tone; "" when it has none."""
    from pypinyin import lazy_pinyin

    found = lazy_pinyin(char, errors="ignore")
    return found[0] if found else ""


@lru_cache(maxsize=20_000)
def sound(char: str) -> str:
    """Return how a character sounds to a forgiving ear: the same for 是 and 四, for 南 and 兰."""
    heard = syllable(char)
    for what, instead in _SAME:
        heard = what.sub(instead, heard)
    return heard


def sounds(word: str) -> str:
    """Return how a word sounds, its syllables parted by ``'``."""
    return "'".join(map(sound, word))


@lru_cache(maxsize=50_000)
def typed(word: str) -> tuple[str, str]:
    """Return what somebody types for a word: all letters (``tiaozha``) and the first ones (``tz``)."""
    from pypinyin import lazy_pinyin

    read = lazy_pinyin(word, errors="ignore")
    return "".join(read), "".join(part[0] for part in read if part)
