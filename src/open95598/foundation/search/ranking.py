"""The second look at the best of the index: how much of what was asked does each document say? Pure.

The index adds up terms over the whole of a document. Here each way in which a document is asked for (its title, each
question) is laid beside the question by itself: a short question that says the same wins over a long text that
mentions the same words. Terms are looked for in the text as they stand, without analysing it: that costs microseconds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from open95598.foundation.search.analyser import PLAIN, Asked
from open95598.foundation.search.documents import Document
from open95598.foundation.search.folding import fold, folded

#: candidates that are looked at again
DEPTH = 12
#: how much the closest way of asking, and the covered share, count beside the index's own score
CLOSEST, COVERED = 1.0, 0.5
#: signs that say nothing
_NOTHING = re.compile(rf"[\W_{''.join(sorted(PLAIN))}]+")
#: documents whose folded texts are kept
_KEPT = 20_000


@dataclass(frozen=True)
class Looked:
    """What the second look found: the new score, and the share of the question that the document answers."""

    score: float
    share: float


#: a term with its weight, and what was asked that it is one way to say
_Weighed = tuple[str, float, str]


def look(asked: Asked, scored: Sequence[tuple[Document, float]], rarity: Callable[[str, str], float]) -> list[Looked]:
    """Return what is found of each candidate, given with its score in the index, in the same order.

    ``rarity(field, term)`` says how rare a term is (0: no document has it).
    """
    terms: list[_Weighed] = []
    whole: dict[str, float] = {}
    for wanted in asked.wanted:
        rare = rarity(wanted.field, wanted.term) if wanted.field != "y" else 0.0
        if rare:
            value = wanted.weight * rare
            terms.append((wanted.term, value, wanted.of))
            if whole.get(wanted.of, 0.0) < value:
                whole[wanted.of] = value
    total = sum(whole.values())
    if not total:
        return [Looked(score, 0.0) for _document, score in scored]
    best = max((score for _document, score in scored), default=1.0) or 1.0
    # the weightiest first: of the ways to say one thing the first that is held is the one that counts
    terms.sort(key=lambda term: -term[1])
    found = []
    for document, score in scored:
        ways, everything, signs = _folded(document.title, (*document.asked, *document.codes), document.body)
        held = [term for term in terms if term[0] in everything]
        share = min(1.0, _shared(held) / total)
        closest = 0.0
        for way, size in zip(ways, signs, strict=True):
            closest = max(closest, _alike(held, total, way, size, closest))
        found.append(Looked(score / best + CLOSEST * closest + COVERED * share, max(share, closest)))
    return found


@lru_cache(maxsize=_KEPT)
def _folded(title: str, asked: tuple[str, ...], body: str) -> tuple[tuple[str, ...], str, tuple[int, ...]]:
    """Return the ways of asking and all of the text, folded, and how many signs of each way say something."""
    ways = tuple(filter(None, (folded(title), *map(fold, asked))))
    signs = tuple(len(_NOTHING.sub("", way)) for way in ways)
    return ways, "\n".join((*ways, folded(body))), signs


def _shared(terms: Iterable[_Weighed]) -> float:
    """Return what these terms, the weightiest first, say of what was asked: each thing asked counts once."""
    seen: set[str] = set()
    found = 0.0
    for _term, value, of in terms:
        if of not in seen:
            seen.add(of)
            found += value
    return found


def _alike(held: Sequence[_Weighed], total: float, way: str, signs: int, least: float) -> float:
    """Return how alike a question and a way of asking are, 0 … 1: the geometric mean of how much of each is shared.

    0 as well when it cannot be more than ``least``: then nobody asks how much it is.
    """
    within = [term for term in held if term[0] in way]
    if not within or not signs:
        return 0.0
    shared = min(1.0, _shared(within) / total)
    if shared <= least * least:
        return 0.0
    covered = 0
    for term, _value, _of in within:
        covered |= ((1 << len(term)) - 1) << way.find(term)
    return math.sqrt(shared * min(1.0, covered.bit_count() / signs))
