"""Learns a ``model.Model`` from labelled documents (scikit-learn, imported lazily: only those who learn pay for it).

The method was chosen by ``python -m bench.classify`` (docs/decisions/category-suggestion.md): tf-idf of runs of
characters and of words, title and body apart, under a linear support vector machine with classes weighted evenly, its
scores joined with those of a complement naive Bayes. Both are linear in the features, so they become one table.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from open95598.service.intake import measuring, texts
from open95598.service.intake.model import Model

#: a feature must occur in so many documents
LEAST_DOCUMENTS = 2
#: classes × features of a model that is kept: 8 million weights are 16 MB
MOST_WEIGHTS = 8_000_000
#: how much the naive Bayes says beside the support vector machine
BAYES_SHARE = 0.5
_SCALES = tuple(0.25 * 1.25**n for n in range(24))
_CALIBRATION_FOLDS = 3


@dataclass(frozen=True, eq=False)
class Counts:
    """How often which feature occurs in which document, by block: sparse matrices and the features' names."""

    blocks: Mapping[str, Any]
    names: Mapping[str, tuple[str, ...]]

    @property
    def size(self) -> int:
        """The number of documents."""
        return int(next(iter(self.blocks.values())).shape[0])


def count(documents: Sequence[texts.Document]) -> Counts:
    """Count the features of documents once; folds choose rows and columns of it."""
    from scipy.sparse import csr_matrix

    index: dict[str, dict[str, int]] = {block: {} for block in texts.BLOCKS}
    data: dict[str, tuple[list[int], list[int], list[int]]] = {block: ([0], [], []) for block in texts.BLOCKS}
    for document in documents:
        found = texts.features(document)
        for block in texts.BLOCKS:
            ends, columns, values = data[block]
            known = index[block]
            for name, number in found.get(block, {}).items():
                columns.append(known.setdefault(name, len(known)))
                values.append(number)
            ends.append(len(columns))
    blocks, names = {}, {}
    for block, (ends, columns, values) in data.items():
        if columns:
            shape = (len(documents), len(index[block]))
            blocks[block] = csr_matrix((np.array(values, dtype=np.float64), columns, ends), shape=shape)
            names[block] = tuple(index[block])
    return Counts(blocks, names)


@dataclass(frozen=True, eq=False)
class Weighing:
    """What was learned of the features from the documents of a training: which count, and how much (idf)."""

    columns: Mapping[str, Any]
    idf: Mapping[str, Any]

    def values(self, counts: Counts, rows: Any) -> Any:
        """Return the weighted features of some documents: sublinear tf × idf, each block scaled to length 1."""
        from scipy.sparse import hstack
        from sklearn.preprocessing import normalize

        parts = []
        for block, columns in self.columns.items():
            part = counts.blocks[block][rows][:, columns].copy()
            part.data = 1 + np.log(part.data)
            parts.append(normalize(part.multiply(self.idf[block]).tocsr(), copy=False))
        return hstack(parts).tocsr()


def weigh(counts: Counts, rows: Any, blocks: Sequence[str] = texts.BLOCKS) -> Weighing:
    """Learn from some documents which features count and how much."""
    columns: dict[str, Any] = {}
    idf: dict[str, Any] = {}
    for block in blocks:
        if block not in counts.blocks:
            continue
        held = np.asarray((counts.blocks[block][rows] > 0).sum(axis=0)).ravel()
        least = LEAST_DOCUMENTS if len(rows) >= 50 else 1
        chosen = np.flatnonzero(held >= least)
        if chosen.size:
            columns[block] = chosen
            idf[block] = np.log((1 + len(rows)) / (1 + held[chosen])) + 1
    return Weighing(columns, idf)


def fit(values: Any, labels: Sequence[str], *, bayes: float = BAYES_SHARE) -> tuple[tuple[str, ...], Any, Any]:
    """Return the classes (sorted), their weights and biases, learned from weighted features."""
    from sklearn.naive_bayes import ComplementNB
    from sklearn.svm import LinearSVC

    classes = tuple(sorted(set(labels)))
    if len(classes) == 1:
        return classes, np.zeros((1, values.shape[1])), np.zeros(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "did not converge": as good as it gets after a thousand rounds
        machine = LinearSVC(C=1.0, class_weight="balanced", random_state=0).fit(values, labels)
    weights, bias = machine.coef_, machine.intercept_
    if len(classes) == 2:
        weights, bias = np.vstack([-weights, weights]), np.array([-bias[0], bias[0]])
    if bayes:
        table = ComplementNB(alpha=0.3).fit(values, labels).feature_log_prob_
        table = table - table.mean(axis=0)
        # the two are brought to one measure: how far their scores lie apart on the documents they learned from
        machine_spread = np.asarray(values @ weights.T).std() or 1.0
        bayes_spread = np.asarray(values @ table.T).std() or 1.0
        weights = weights + bayes * machine_spread / bayes_spread * table
    return classes, weights, bias


def predict(classes: Sequence[str], weights: Any, bias: Any, values: Any) -> list[str]:
    """Return the likeliest class of each document."""
    return [classes[n] for n in np.asarray(values @ weights.T + bias).argmax(axis=1)]


def learn(documents: Sequence[texts.Document], labels: Sequence[str], about: Mapping[str, Any]) -> Model:
    """Return the model learned from documents, with its scores turned into shares that one can believe.

    ``about`` is kept with it, together with the accuracy, macro-F1 and share of the first three that were measured
    over folds. Raises ``ValueError`` without documents.
    """
    if not documents:
        raise ValueError("nothing to learn from")
    counts = count(documents)
    scale, measured = _calibrate(counts, labels)
    rows = np.arange(counts.size)
    weighing = weigh(counts, rows)
    classes, weights, bias = fit(weighing.values(counts, rows), labels)
    names = [counts.names[b][n] for b, columns in weighing.columns.items() for n in columns]
    idf = np.concatenate([weighing.idf[b] for b in weighing.columns]) if names else np.zeros(0)
    most = max(1000, MOST_WEIGHTS // len(classes))
    if len(names) > most:  # keep the features that tell classes apart most
        telling = np.sort(np.argsort(-np.ptp(weights, axis=0), kind="stable")[:most])
        names, idf, weights = [names[n] for n in telling], idf[telling], weights[:, telling]
    index = {name: n for n, name in enumerate(names)}
    return Model(classes, index, idf, weights, np.asarray(bias), scale, {**about, **measured})


def _calibrate(counts: Counts, labels: Sequence[str]) -> tuple[float, dict[str, Any]]:
    """Return the scale under which out-of-fold shares are likeliest, and the figures of those predictions."""
    fold = np.array(measuring.folds(labels, _CALIBRATION_FOLDS))
    true, found, first_three, tables = [], [], 0, []
    for number in range(_CALIBRATION_FOLDS):
        train, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        if not train.size or not test.size:
            continue
        weighing = weigh(counts, train)
        if not weighing.columns:
            continue
        classes, weights, bias = fit(weighing.values(counts, train), [labels[n] for n in train.tolist()])
        scores = np.asarray(weighing.values(counts, test) @ weights.T + bias)
        place = {label: n for n, label in enumerate(classes)}
        for row, n in zip(scores, test.tolist(), strict=True):
            true.append(labels[n])
            found.append(classes[int(row.argmax())])
            if labels[n] in place:
                first_three += bool((row > row[place[labels[n]]]).sum() < 3)
                tables.append(row - row[place[labels[n]]])
    if not true:
        return 1.0, {}
    figures = measuring.figures(true, found)
    losses = [sum(float(np.logaddexp.reduce(row * scale)) for row in tables) for scale in _SCALES]
    scale = _SCALES[int(np.argmin(losses))] if tables else 1.0
    about = {"accuracy": figures.accuracy, "macro_f1": figures.macro_f1, "first_three": first_three / len(true)}
    return scale, {name: round(value, 4) for name, value in about.items()}
