"""The places of a text that answer a question, marked. Pure: pieces, never markup."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache

from open95598.foundation.search.documents import Marked, Piece
from open95598.foundation.search.folding import folded

#: characters of a passage, passages of a hit
LENGTH, MOST = 80, 2
_END = re.compile(r"[。！？；!?;\n]+")


def marks(text: str, words: Mapping[str, float]) -> list[tuple[int, int, float]]:
    """Return where words stand in a text (start, end, weight): of those that overlap the first, and of those that
    begin together the longest."""
    plain = folded(text)
    found: list[tuple[int, int, float]] = []
    for word in [word for word in words if word in plain]:  # few of them are: the rest is passed over at once
        weight, size = words[word], len(word)
        at = plain.find(word) if word else -1
        while at >= 0:
            found.append((at, -size, weight))
            at = plain.find(word, at + size)
    found.sort()
    kept: list[tuple[int, int, float]] = []
    free = 0
    for start, negative, weight in found:
        if start >= free:
            free = start - negative
            kept.append((start, free, weight))
    return kept


def mark(text: str, words: Mapping[str, float]) -> Marked:
    """Return a whole text cut at the words that it holds."""
    return _cut(text, 0, len(text), marks(text, words))


def passages(text: str, words: Mapping[str, float], *, length: int = LENGTH, most: int = MOST) -> tuple[Marked, ...]:
    """Return the sentences of a text that hold most of the words (by weight), in their order, marked.

    A long sentence is cut around its words. A text that holds none gives its beginning.
    """
    text = text.strip()
    if not text:
        return ()
    places = marks(text, words)
    if not places:
        return (_cut(text, 0, min(len(text), length), []),)
    starts = [place[0] for place in places]
    scored = []
    first = 0
    for start, end in _sentences(text):
        first = bisect_left(starts, start, first)
        last = bisect_left(starts, end, first)
        if first < last:
            within = places[first:last]
            distinct = {text[a:b]: weight for a, b, weight in within}
            scored.append((sum(distinct.values()), start, end, within))
    if not scored:
        return (_cut(text, 0, min(len(text), length), []),)
    best = sorted(sorted(scored, key=lambda row: -row[0])[:most], key=lambda row: row[1])
    return tuple(_cut(text, *_window(start, end, within, length), within) for _score, start, end, within in best)


@lru_cache(maxsize=4096)
def _sentences(text: str) -> list[tuple[int, int]]:
    found, start = [], 0
    for end in _END.finditer(text):
        if text[start : end.start()].strip():
            found.append((start, end.end()))
        start = end.end()
    if text[start:].strip():
        found.append((start, len(text)))
    return found


def _window(start: int, end: int, within: list[tuple[int, int, float]], length: int) -> tuple[int, int]:
    """Return the stretch of a sentence to show: all of it, or ``length`` characters about its words."""
    if end - start <= length:
        return start, end
    first, last = within[0][0], within[-1][1]
    if last - first > length:
        return first, first + length
    begin = max(start, first - (length - (last - first)) // 2)
    return begin, min(end, begin + length)


def _cut(text: str, start: int, end: int, places: list[tuple[int, int, float]]) -> Marked:
    pieces: list[Piece] = []
    at = start
    for a, b, _weight in places:
        if b <= at or a >= end or a < at:
            continue
        if a > at:
            pieces.append(Piece(text[at:a]))
        pieces.append(Piece(text[a : min(b, end)], hit=True))
        at = min(b, end)
    if at < end:
        pieces.append(Piece(text[at:end].rstrip("\n")))
    pieces = [piece for piece in pieces if piece.text]
    if start > 0:
        pieces.insert(0, Piece("…"))
    if end < len(text) and len(text) > end and not _END.match(text[end - 1 : end]):
        pieces.append(Piece("…"))
    return tuple(pieces)
