"""Names as they sound: pinyin without tones, so that a name is found by its letters or by another character. Pure."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

#: surnames that are read otherwise than the character mostly is
_SURNAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "任": "ren", "区": "ou", "朴": "piao",
    "翟": "zhai", "盖": "ge", "缪": "miao", "乐": "yue", "折": "she", "繁": "po", "种": "chong", "黑": "he", "秘": "bi",
    "员": "yun", "覃": "qin", "冼": "xian", "佴": "nai", "尉": "yu", "万俟": "moqi", "尉迟": "yuchi",
    "长孙": "zhangsun", "单于": "chanyu", "澹台": "tantai", "令狐": "linghu", "欧阳": "ouyang",
    "司马": "sima", "诸葛": "zhuge",
}  # fmt: skip
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_PIECE = re.compile(r"[\u3400-\u9fff]|[a-z]+|[0-9]+")


def normal(text: str) -> str:
    """Return text in one form: compatibility characters folded, lower case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=30_000)
def syllable(character: str) -> str:
    """Return how a character is mostly read, without tone; anything but Chinese as it is."""
    from pypinyin import Style, pinyin

    read: str = pinyin(character, style=Style.NORMAL, errors="default")[0][0]
    return read.replace("ü", "v")


def syllables(text: str) -> tuple[str, ...]:
    """Return a text piece by piece: Chinese characters by their sound, runs of letters and of digits whole."""
    return tuple(
        syllable(piece) if _CHINESE.match(piece) else piece for piece in _PIECE.findall(normal(text))
    )  # fmt: skip


def of_name(name: str) -> tuple[str, str]:
    """Return a person's name as letters and its initials: ``("zengxiaoming", "zxm")``."""
    plain = normal(name)
    for length in (2, 1):
        if read := _SURNAMES.get(plain[:length]):
            rest = syllables(plain[length:])
            first = [syllable(c) for c in plain[:length]] if length == 2 else [read]
            return read + "".join(rest), "".join(s[0] for s in (*first, *rest) if s)
    parts = syllables(plain)
    return "".join(parts), "".join(part[0] for part in parts)


def keys(text: str) -> list[int]:
    """Return the hashed pairs of neighbouring sounds of a text: what its index holds."""
    return sorted({_hash(pair) for pair in pairs(syllables(text))})


def pairs(parts: Sequence[str]) -> list[str]:
    """Return the pairs of neighbouring sounds, in order; a single sound gives none."""
    return [f"{a} {b}" for a, b in pairwise(parts)]


def forgiving(text: str) -> list[list[int]]:
    """Return sets of keys of which one must be had whole: for a text with at most one character wrong, missing or more.

    The first set is all of them; each of the others leaves out what one slip could have spoilt. Texts of two sounds
    give one set: with so little, nothing can be forgiven.
    """
    hashed = [_hash(pair) for pair in pairs(syllables(text))]
    found = [sorted(set(hashed))]
    if len(hashed) >= 2:
        for at in range(-1, len(hashed)):
            left = [key for i, key in enumerate(hashed) if i not in (at, at + 1)]
            if left and sorted(set(left)) not in found:
                found.append(sorted(set(left)))
    return [keys_ for keys_ in found if keys_]


def alike(a: str, b: str) -> float:
    """Return how alike two texts are, 0 to 1: pairs of characters and pairs of sounds that they share (Dice).

    Where one contains the other the shorter one counts three quarters at least: people leave out ends of names.
    """
    a, b = normal(a), normal(b)
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    sound = _dice(syllables(a), syllables(b))
    score = 0.6 * _dice(tuple(a), tuple(b)) + 0.4 * sound
    if a in b or b in a:
        score = max(score, 0.75 + 0.2 * min(len(a), len(b)) / max(len(a), len(b)))
    return min(score, 0.99)


def _dice(a: Sequence[str], b: Sequence[str]) -> float:
    left, right = set(_edged(a)), set(_edged(b))
    return 2 * len(left & right) / (len(left) + len(right)) if left or right else 0.0


def _edged(parts: Sequence[str]) -> Iterable[tuple[str, str]]:
    framed = ("^", *parts, "$")
    return pairwise(framed)


def _hash(key: str) -> int:
    value = zlib.crc32(key.encode())
    return value - 2**32 if value >= 2**31 else value
