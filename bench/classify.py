"""Which method suggests categories best: ``python -m bench.classify FILE`` (any labelled spreadsheet).

Candidates are measured by the product's own evaluation: duplicates out, five stratified folds, repeated with other
seeds; every candidate sees the same folds. The product's method was chosen by this (docs/decisions/
category-suggestion.md), by its mean over repetitions, not by its best fold; it takes minutes.
"""

from __future__ import annotations

import argparse
import os
import time
from functools import partial
from pathlib import Path
from statistics import mean, pstdev
from typing import Any

from bench import results
from bench.results import Row


def logistic(counts: Any, labels: Any, train: Any, test: Any, blocks: Any = ("c", "w", "t", "v")) -> list[str]:
    """Logistic regression over the same features."""
    from sklearn.linear_model import LogisticRegression

    from open95598.service.intake import learning

    weighing = learning.weigh(counts, train, blocks)
    machine = LogisticRegression(C=10, class_weight="balanced", max_iter=300)
    machine.fit(weighing.values(counts, train), [labels[n] for n in train])
    return list(machine.predict(weighing.values(counts, test)))


def complement(counts: Any, labels: Any, train: Any, test: Any, blocks: Any = ("c", "w", "t", "v")) -> list[str]:
    """Complement naive Bayes alone over the same features."""
    from sklearn.naive_bayes import ComplementNB

    from open95598.service.intake import learning

    weighing = learning.weigh(counts, train, blocks)
    machine = ComplementNB(alpha=0.3).fit(weighing.values(counts, train), [labels[n] for n in train])
    return list(machine.predict(weighing.values(counts, test)))


def candidates() -> dict[str, Any]:
    """Return the methods by name."""
    from open95598.service.intake import evaluation

    linear = evaluation.linear
    return {
        "most frequent class": evaluation.majority,
        "naive Bayes, pairs of characters": evaluation.plain_bayes,
        "SVM, words": partial(linear, bayes=0, blocks=("w",)),
        "SVM, runs of characters": partial(linear, bayes=0, blocks=("c",)),
        "SVM, runs and words": partial(linear, bayes=0, blocks=("c", "w")),
        "SVM, runs and words, title apart": partial(linear, bayes=0),
        "complement naive Bayes, the same": complement,
        "logistic regression, the same": logistic,
        "SVM with naive Bayes, the same (chosen)": evaluation.ours,
    }


def measure(file: Path, repeat: int) -> list[Row]:
    """Measure every candidate."""
    from open95598.service.intake import evaluation
    from open95598.service.intake.commands import read

    rows, columns = read(file)
    found = []
    for name, method in candidates().items():
        began = time.monotonic()
        reports = [evaluation.evaluate(rows, columns, methods={name: method}, seed=seed) for seed in range(repeat)]
        accuracy = [one.accuracy for report in reports for one in report.ours.by_fold]
        f1 = [one.macro_f1 for report in reports for one in report.ours.by_fold]
        text = f"accuracy {mean(accuracy):.3f} ± {pstdev(accuracy):.3f}, macro-F1 {mean(f1):.3f} ± {pstdev(f1):.3f}"
        print(f"{name}: {text} ({time.monotonic() - began:.0f} s)", flush=True)
        found.append(Row("Category suggestion", name, count=len(reports[0].labels), value=text,
                         note=f"{repeat} × {evaluation.FOLDS} folds"))  # fmt: skip
    return found


def main() -> None:
    """Measure on one file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="a labelled table")
    parser.add_argument("--repeat", type=int, default=2, help="repetitions with other folds")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")
    import django

    django.setup()
    results.show(measure(given.file, given.repeat))


if __name__ == "__main__":
    main()
