"""How well answers are found: reciprocal ranks, intervals, and two plain methods to compare with. Pure."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import mean

from open95598.foundation.search.analyser import Analyser
from open95598.foundation.search.documents import Document
from open95598.foundation.search.engine import Index
from open95598.foundation.search.folding import fold, is_chinese, runs
from open95598.foundation.search.meaning import Meaning, learn
from open95598.foundation.search.ranking import DEPTH as CANDIDATES
from open95598.foundation.search.ranking import look

#: results that are looked at
DEPTH = 10
RESAMPLES = 2_000
SEED = 95598

#: a way of searching: question → numbers of answers, best first
Method = Callable[[str], Sequence[int]]


@dataclass(frozen=True)
class Pair:
    """A question, and the numbers of the answers that are right for it."""

    question: str
    answers: frozenset[int]
    row: int = 0


@dataclass(frozen=True)
class Figure:
    """A mean over the questions, with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Measured:
    """What one method achieved: ``ranks`` of the first right answer (from 1; 0: not among the first ten)."""

    name: str
    ranks: tuple[int, ...]
    mrr: Figure
    first: Figure
    within: Figure
    #: how much better the house's own method is in MRR, paired by question; None for itself
    behind: Figure | None = None


def reciprocal(rank: int) -> float:
    """Return 1 / rank, 0 when nothing right was found."""
    return 1 / rank if rank else 0.0


def interval(values: Sequence[float], seed: int = SEED, resamples: int = RESAMPLES) -> Figure:
    """Return the mean with its 95 % interval by the bootstrap over questions (percentiles; seeded)."""
    if not values:
        return Figure(0.0, 0.0, 0.0)
    dice, count = Random(seed), len(values)  # noqa: S311 - resampling that is the same every time
    means = sorted(sum(dice.choices(values, k=count)) / count for _ in range(resamples))
    return Figure(mean(values), means[int(0.025 * resamples)], means[min(resamples - 1, int(0.975 * resamples))])


def rank_of(found: Sequence[int], right: frozenset[int]) -> int:
    """Return the place (from 1) of the first right answer among the first ten, 0 when none is."""
    return next((n for n, one in enumerate(found[:DEPTH], 1) if one in right), 0)


def measure(pairs: Sequence[Pair], methods: Mapping[str, Method]) -> list[Measured]:
    """Ask every question of every method. The first method is the one that the others are compared with."""
    ranks = {name: tuple(rank_of(ask(pair.question), pair.answers) for pair in pairs) for name, ask in methods.items()}
    ours = next(iter(ranks.values()), ())
    found = []
    for name, each in ranks.items():
        behind = [reciprocal(a) - reciprocal(b) for a, b in zip(ours, each, strict=True)]
        found.append(
            Measured(
                name,
                each,
                interval([reciprocal(rank) for rank in each]),
                interval([float(rank == 1) for rank in each]),
                interval([float(rank > 0) for rank in each]),
                None if each is ours else interval(behind),
            )
        )
    return found


#: what the house's method is called with nearness in meaning beside it (setting ``SEARCH_MEANING``)
NEARER = "open95598, meaning"


def methods(answers: Sequence[Document], analyser: Analyser, texts: Sequence[str]) -> dict[str, Method]:
    """Return all methods that are compared: the house's, the same with nearness in meaning (where there is enough to
    learn from), and two plain ones over ``texts``."""
    near = learn(answers, analyser)
    again = {NEARER: house(answers, analyser, near)} if near is not None else {}
    return {
        "open95598": house(answers, analyser),
        **again,
        "BM25, pairs of characters": Bm25(texts, pairs_of_characters),
        "BM25, plain words": Bm25(texts, plain_words),
    }


def house(answers: Sequence[Document], analyser: Analyser, near: Meaning | None = None) -> Method:
    """Return the house's own method over answers, in an index in memory; ``id`` of each is its number."""
    index = Index()
    index.add(answers, analyser)
    index.commit()
    by_number = {answer.id: answer for answer in answers}
    view = index.view

    def ask(question: str) -> list[int]:
        asked = analyser.ask(question)
        matches = view.search(asked, CANDIDATES)
        looked = look(asked, [(by_number[match.id], match.score) for match in matches], view.rarity)
        if near is not None:
            looked = near.nearer(looked, asked, [by_number[match.id] for match in matches], analyser)
        order = sorted(zip(matches, looked, strict=True), key=lambda pair: -pair[1].score)
        return [match.id for match, _looked in order]

    return ask


class Bm25:
    """Okapi BM25 over given terms (k1 1.2, b 0.75): the plain methods of the comparison."""

    def __init__(self, texts: Iterable[str], terms: Callable[[str], Iterable[str]]) -> None:
        self._terms = terms
        self._lengths: list[int] = []
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, text in enumerate(texts):
            counted = Counter(terms(text))
            self._lengths.append(sum(counted.values()))
            for term, times in counted.items():
                self._postings[term].append((number, times))
        self._mean = mean(self._lengths) if self._lengths else 1.0

    def __call__(self, question: str) -> list[int]:
        """Return the numbers of the texts, best first."""
        scores: dict[int, float] = defaultdict(float)
        total = len(self._lengths)
        for term in self._terms(question):
            postings = self._postings.get(term, ())
            rarity = math.log(1 + (total - len(postings) + 0.5) / (len(postings) + 0.5))
            for number, times in postings:
                length = 1 - 0.75 + 0.75 * self._lengths[number] / self._mean
                scores[number] += rarity * times * 2.2 / (times + 1.2 * length)
        return sorted(scores, key=lambda number: (-scores[number], number))


def pairs_of_characters(text: str) -> list[str]:
    """Return the pairs of neighbouring characters of a folded text, and its words in letters: the first baseline."""
    found: list[str] = []
    for _start, run in runs(fold(text)):
        found += [run[n : n + 2] for n in range(len(run) - 1)] or [run] if is_chinese(run) else [run]
    return found


def plain_words(text: str) -> list[str]:
    """Return the words that a segmentation without the field's lexicon finds: the second baseline."""
    import rjieba

    return [word for _start, run in runs(fold(text)) for word in (rjieba.cut(run) if is_chinese(run) else [run])]
