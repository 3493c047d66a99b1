"""Nearness of meaning, learned from what is searched itself: latent semantic analysis (terms × documents, reduced).

Optional (setting ``SEARCH_MEANING``). What is kept with the index is one vector a term; a document's vector is the sum
of its terms', worked out when it is a candidate. No model from outside, no text and no document's vector in a file.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from open95598.foundation.search.analyser import Analyser, Asked
from open95598.foundation.search.documents import Document
from open95598.foundation.search.ranking import Looked

FILE = "meaning.npz"
#: dimensions; documents that are learned from at most; how many must have a term; fewer documents mean nothing
DIMENSIONS, LEARNED, COMMON, FEWEST = 96, 20_000, 2, 20
#: how much nearness counts beside the score of the second look
WEIGHT = 0.5
SEED = 95598
#: documents whose vectors are kept
_KEPT = 20_000


@dataclass(frozen=True)
class Meaning:
    """``rows``: term → row of ``vectors`` (float32, weighed by rarity)."""

    rows: dict[str, int]
    vectors: Any
    _known: dict[tuple[Any, ...], Any] = field(default_factory=dict, repr=False, compare=False)

    def _sum(self, weighed: Iterable[tuple[str, float]]) -> Any:
        """Return the direction of weighed terms; None when none of them is known."""
        import numpy as np

        held = [(row, weight) for term, weight in weighed if (row := self.rows.get(term)) is not None]
        if not held:
            return None
        numbers, weights = zip(*held, strict=True)
        found = np.asarray(weights, dtype="float32") @ self.vectors[list(numbers)]
        length = float(np.linalg.norm(found))
        return found / length if length else None

    def _of(self, document: Document, analyser: Analyser) -> Any:
        key = (document.key, document.title, document.asked, document.body)
        if key not in self._known:
            if len(self._known) >= _KEPT:
                self._known.clear()
            counted = Counter(_terms(document, analyser))
            self._known[key] = self._sum((term, 1 + math.log(times)) for term, times in counted.items())
        return self._known[key]

    def near(self, asked: Asked, documents: Sequence[Document], analyser: Analyser) -> list[float]:
        """Return how near each document is to the question in meaning, −1 … 1; 0 where nothing is known."""
        question = self._sum((wanted.term, wanted.weight) for wanted in asked.wanted if wanted.field != "y")
        vectors = [self._of(document, analyser) for document in documents]
        return [0.0 if question is None or vector is None else float(question @ vector) for vector in vectors]

    def nearer(
        self, looked: Sequence[Looked], asked: Asked, documents: Sequence[Document], analyser: Analyser
    ) -> list[Looked]:
        """Return what the second look found with nearness in meaning added to each score; the shares stay."""
        near = self.near(asked, documents, analyser)
        return [replace(one, score=one.score + WEIGHT * much) for one, much in zip(looked, near, strict=True)]

    def save(self, folder: Path) -> None:
        """Keep it in the folder of an index."""
        import numpy as np

        terms = sorted(self.rows, key=self.rows.__getitem__)
        np.savez(folder / FILE, vectors=self.vectors, terms=np.array("\n".join(terms)))


def load(folder: Path) -> Meaning | None:
    """Return what is kept in the folder of an index; None when nothing is (any more), or it cannot be read."""
    import numpy as np

    try:
        with np.load(folder / FILE, allow_pickle=False) as kept:
            terms, vectors = str(kept["terms"]).split("\n"), kept["vectors"]
    except (OSError, ValueError, KeyError, BadZipFile):
        return None
    if len(terms) != len(vectors):
        return None
    return Meaning({term: n for n, term in enumerate(terms)}, vectors)


def learn(documents: Iterable[Document], analyser: Analyser) -> Meaning | None:
    """Learn from documents (the first ``LEARNED``); None when there are too few. Seeded: the same for the same."""
    counted = [Counter(_terms(document, analyser)) for _n, document in zip(range(LEARNED), documents, strict=False)]
    many = Counter(term for each in counted for term in each)
    terms = sorted(term for term, number in many.items() if number >= COMMON)
    if len(counted) < FEWEST or len(terms) < FEWEST:
        return None
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    rows = {term: n for n, term in enumerate(terms)}
    rarity = np.array([math.log(1 + len(counted) / many[term]) for term in terms], dtype="float32")
    cells = [
        (n, rows[term], 1 + math.log(times)) for n, each in enumerate(counted) for term, times in each.items()
        if term in rows
    ]  # fmt: skip
    lines, columns, values = zip(*cells, strict=True)
    matrix = csr_matrix((values, (lines, columns)), shape=(len(counted), len(terms)), dtype="float32")
    weighed = normalize(matrix.multiply(rarity).tocsr())
    size = min(DIMENSIONS, len(counted) - 1, len(terms) - 1)
    parts = TruncatedSVD(size, random_state=SEED).fit(weighed).components_
    return Meaning(rows, np.ascontiguousarray((parts * rarity).T, dtype="float32"))


def _terms(document: Document, analyser: Analyser) -> list[str]:
    found = analyser.document(document)
    return found["w"] + found["g"]
