"""Folds and figures of a measured classification. Pure and deterministic."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import mean, pstdev


def folds(labels: Sequence[str], count: int, seed: int = 0) -> list[int]:
    """Return the fold (0 … count − 1) of each example: every class is dealt evenly, shuffled by the seed.

    Classes begin at the fold that has least so far, so that the folds are equally large.
    """
    dice = Random(seed)  # noqa: S311 - folds that are the same every time
    places: dict[str, list[int]] = defaultdict(list)
    for n, label in enumerate(labels):
        places[label].append(n)
    found = [0] * len(labels)
    sizes = [0] * count
    for label in sorted(places):
        members = places[label]
        dice.shuffle(members)
        order = sorted(range(count), key=lambda fold: (sizes[fold], fold))
        for n, member in enumerate(members):
            fold = order[n % count]
            found[member] = fold
            sizes[fold] += 1
    return found


@dataclass(frozen=True)
class PerClass:
    """How one class was found: of ``support`` true ones."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Figures:
    """What a classification achieved. ``macro_f1``: the mean over the classes that occur."""

    accuracy: float
    macro_f1: float
    classes: tuple[PerClass, ...]
    #: true class, class it was taken for, how often; most frequent first
    confusions: tuple[tuple[str, str, int], ...]


def figures(true: Sequence[str], found: Sequence[str]) -> Figures:
    """Return the figures of predictions."""
    pairs = Counter(zip(true, found, strict=True))
    support, taken = Counter(true), Counter(found)
    rows = []
    for label in sorted(support):
        hits = pairs[label, label]
        precision = hits / taken[label] if taken[label] else 0.0
        recall = hits / support[label]
        f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
        rows.append(PerClass(label, precision, recall, f1, support[label]))
    wrong = sorted(((t, f, n) for (t, f), n in pairs.items() if t != f), key=lambda row: (-row[2], row[0], row[1]))
    right = sum(n for (t, f), n in pairs.items() if t == f)
    return Figures(right / len(true), mean(row.f1 for row in rows), tuple(rows), tuple(wrong))


@dataclass(frozen=True)
class Measured:
    """A method measured over folds: pooled figures, and mean and spread over the folds."""

    name: str
    pooled: Figures
    by_fold: tuple[Figures, ...]

    @property
    def accuracy(self) -> tuple[float, float]:
        """Mean and standard deviation over the folds."""
        return _spread([one.accuracy for one in self.by_fold])

    @property
    def macro_f1(self) -> tuple[float, float]:
        """Mean and standard deviation over the folds."""
        return _spread([one.macro_f1 for one in self.by_fold])


def _spread(values: Sequence[float]) -> tuple[float, float]:
    return mean(values), pstdev(values)


def measured(name: str, true: Sequence[str], found: Sequence[str], fold: Sequence[int]) -> Measured:
    """Return the figures of out-of-fold predictions."""
    parts = []
    for number in sorted(set(fold)):
        members = [n for n, f in enumerate(fold) if f == number]
        parts.append(figures([true[n] for n in members], [found[n] for n in members]))
    return Measured(name, figures(true, found), tuple(parts))
