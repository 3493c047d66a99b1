"""The second look at the best of the index: how much of what was asked does each document say? Pure.

The index adds up terms over the whole of a document. Here each way in which a document is asked for (its title, each
question) is laid beside the question by itself: a short question that says the same wins over a long text that
mentions the same words.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from open95598.foundation.search.analyser import Analyser, Asked
from open95598.foundation.search.documents import Document
from open95598.foundation.search.engine import View

#: candidates that are looked at again
DEPTH = 30
#: how much the closest way of asking, and the covered share, count beside the index's own score
CLOSEST, COVERED = 1.0, 1.0


@dataclass(frozen=True)
class Looked:
    """What the second look found: the new score, and the share of the question that the document answers."""

    score: float
    share: float


class Ranking:
    """Looks at candidates again. ``rarity(field, term)`` says how rare a term is (0: unknown)."""

    def __init__(self, analyser: Analyser, rarity: Callable[[str, str], float]) -> None:
        self._analyser = analyser
        self._rarity = rarity
        self._ways = lru_cache(maxsize=20_000)(self._read)

    def look(self, asked: Asked, scored: Sequence[tuple[Document, float]]) -> list[Looked]:
        """Return what is found of each candidate, given with its score in the index, in the same order."""
        weights: dict[tuple[str, str], tuple[float, str]] = {}
        whole: dict[str, float] = {}
        for w in asked.wanted:
            rarity = self._rarity(w.field, w.term) if w.field != "y" else 0.0
            if rarity:
                weights[w.field, w.term] = value, _of = w.weight * rarity, w.of
                whole[w.of] = max(whole.get(w.of, 0.0), value)
        total = sum(whole.values())
        best = max((score for _d, score in scored), default=1.0) or 1.0
        found = []
        for document, score in scored:
            ways, everything = self._ways(document.title, document.asked, document.body)
            closest = max((_alike(weights, total, way) for way in ways), default=0.0)
            share = _shared(weights, everything) / total if total else 0.0
            found.append(Looked(score / best + CLOSEST * closest + COVERED * share, max(share, closest)))
        return found

    def _read(
        self, title: str, asked: tuple[str, ...], body: str
    ) -> tuple[list[tuple[Mapping[tuple[str, str], float], float]], frozenset[tuple[str, str]]]:
        ways: list[tuple[Mapping[tuple[str, str], float], float]] = []
        everything: set[tuple[str, str]] = set()
        for text in (title, *asked):
            terms = self._terms(text)
            valued = {key: self._rarity(*key) * (0.4 if key[0] == "g" else 1.0) for key in terms}
            ways.append((valued, sum(valued.values(), 0.0)))
            everything.update(terms)
        everything.update(self._terms(body))
        return ways, frozenset(everything)

    def _terms(self, text: str) -> Counter[tuple[str, str]]:
        analyser = self._analyser
        return Counter([*(("w", w) for w in analyser.words(text)), *(("g", g) for g in analyser.pairs(text))])


_last: tuple[View, Analyser, Ranking] | None = None


def of_view(view: View, analyser: Analyser) -> Ranking:
    """Return the ranking for what an index holds; the one made last is kept, with what it has read of documents."""
    global _last
    held = _last
    if held is None or held[0] is not view or held[1] is not analyser:
        _last = held = (view, analyser, Ranking(analyser, view.rarity))
    return held[2]


def _shared(weights: Mapping[tuple[str, str], tuple[float, str]], terms: Collection[tuple[str, str]]) -> float:
    """Return how much of what was asked is among the terms: each thing asked counts once, however it is said."""
    found: dict[str, float] = {}
    for key in weights.keys() & terms:
        value, of = weights[key]
        if found.get(of, 0.0) < value:
            found[of] = value
    return sum(found.values())


def _alike(
    weights: Mapping[tuple[str, str], tuple[float, str]],
    whole: float,
    way: tuple[Mapping[tuple[str, str], float], float],
) -> float:
    """Return how alike a question and a way of asking are, 0 … 1: the geometric mean of how much of each is shared."""
    valued, total = way
    if not whole or not total:
        return 0.0
    of_way = sum(valued[key] for key in weights.keys() & valued.keys())
    return math.sqrt(min(1.0, _shared(weights, valued.keys()) / whole) * of_way / total)
