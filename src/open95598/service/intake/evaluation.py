"""Measures the classification of a labelled spreadsheet: duplicates out, five folds, beside two plain methods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from open95598.service.intake import labelled, learning, measuring

FOLDS = 5
#: predicts the test rows from the training rows: f(counts, labels, train, test)
Method = Callable[[learning.Counts, Sequence[str], Any, Any], list[str]]


@dataclass(frozen=True)
class Report:
    """What was measured, on what."""

    columns: labelled.Columns
    rows: int
    duplicates: tuple[labelled.Duplicate, ...]
    labels: tuple[str, ...]
    methods: tuple[measuring.Measured, ...]

    @property
    def ours(self) -> measuring.Measured:
        """The method that the product uses."""
        return self.methods[0]


def ours(counts: learning.Counts, labels: Sequence[str], train: Any, test: Any) -> list[str]:
    """The method of the product."""
    return linear(counts, labels, train, test)


def linear(
    counts: learning.Counts,
    labels: Sequence[str],
    train: Any,
    test: Any,
    *,
    blocks: Sequence[str] = ("c", "w", "t", "v"),
    bayes: float = learning.BAYES_SHARE,
) -> list[str]:
    """A linear method over some blocks of features, with a share of naive Bayes."""
    weighing = learning.weigh(counts, train, blocks)
    if not weighing.columns:
        return majority(counts, labels, train, test)
    classes, weights, bias = learning.fit(weighing.values(counts, train), [labels[n] for n in train], bayes=bayes)
    return learning.predict(classes, weights, bias, weighing.values(counts, test))


def majority(counts: learning.Counts, labels: Sequence[str], train: Any, test: Any) -> list[str]:
    """Every text gets the most frequent class of the training."""
    seen = Counter(labels[n] for n in train)
    most = min(seen, key=lambda label: (-seen[label], label))
    return [most] * len(test)


def plain_bayes(counts: learning.Counts, labels: Sequence[str], train: Any, test: Any) -> list[str]:
    """Multinomial naive Bayes over counted pairs of characters, add-one smoothing: the textbook's first answer."""
    names = counts.names["c"]
    pairs = np.array([n for n, name in enumerate(names) if len(name) == 3])  # the prefix and two characters
    table = counts.blocks["c"][:, pairs]
    known = [labels[n] for n in train]
    classes = sorted(set(known))
    member = np.array([classes.index(label) for label in known])
    log_prior = np.log(np.bincount(member) / len(known))
    seen = np.vstack([np.asarray(table[train][member == n].sum(axis=0)).ravel() for n in range(len(classes))]) + 1.0
    log_seen = np.log(seen / seen.sum(axis=1, keepdims=True))
    return [classes[n] for n in np.asarray(table[test] @ log_seen.T + log_prior).argmax(axis=1)]


#: what the command prints, the product's own first
METHODS: Mapping[str, Method] = {"open95598": ours, "naive Bayes, pairs of characters": plain_bayes,
                                 "most frequent class": majority}  # fmt: skip


def evaluate(
    rows: Iterable[tuple[int, Mapping[str, str]]],
    columns: labelled.Columns,
    *,
    methods: Mapping[str, Method] = METHODS,
    seed: int = 0,
) -> Report:
    """Measure methods on labelled rows (number in the sheet, values by header), on the same folds. Deterministic.

    Raises ``ValueError`` with fewer than two classes or fewer rows than folds.
    """
    given = labelled.examples(rows, columns)
    kept, left = labelled.without_duplicates(given)
    labels = [example.label for example in kept]
    if len(set(labels)) < 2 or len(kept) < FOLDS:
        raise ValueError("too few")
    counts = learning.count([example.document for example in kept])
    fold = np.array(measuring.folds(labels, FOLDS, seed))
    done = []
    for name, method in methods.items():
        found = [""] * len(kept)
        for number in range(FOLDS):
            train, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
            for n, label in zip(test, method(counts, labels, train, test), strict=True):
                found[int(n)] = label
        done.append(measuring.measured(name, labels, found, fold.tolist()))
    return Report(columns, len(given), tuple(left), tuple(labels), tuple(done))
