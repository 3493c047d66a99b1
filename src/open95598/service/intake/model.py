"""A learned classifier of texts as plain arrays: it predicts, explains and is stored without any learning library.

One linear score a class over weighted features (``texts.features``): weights are tf-idf, each block scaled to length 1.
The file is NumPy's format without pickled objects, so reading one runs no code; its SHA-256 is kept beside it.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from open95598.service.intake import texts

FORM = 1
#: a file that says more is not ours
_MOST_FEATURES, _MOST_LABELS = 2_000_000, 5_000


class Unusable(ValueError):
    """A stored model that cannot be used: of another form, damaged, or not what its hash says."""


@dataclass(frozen=True)
class Guess:
    """A class with its share of belief (0 to 1) and the words of the text that spoke for it, the strongest first."""

    label: str
    share: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Model:
    """``weights``: classes × features; ``idf``: one a feature; ``scale`` turns scores into shares; ``about``: where it
    comes from, in plain values."""

    labels: tuple[str, ...]
    features: Mapping[str, int]
    idf: Any
    weights: Any
    bias: Any
    scale: float = 1.0
    about: Mapping[str, Any] = field(default_factory=dict)

    def values(self, document: texts.Document) -> dict[int, float]:
        """Return the weighted features of a document: index → value."""
        found: dict[int, float] = {}
        for counts in texts.features(document).values():
            block = {
                index: (1 + math.log(count)) * float(self.idf[index])
                for name, count in counts.items()
                if (index := self.features.get(name)) is not None
            }
            length = math.sqrt(sum(value * value for value in block.values()))
            found.update({index: value / length for index, value in block.items()} if length else {})
        return found

    def scores(self, values: Mapping[int, float]) -> Any:
        """Return the score of each class."""
        if not values:
            return np.array(self.bias, dtype=np.float64)
        index = np.fromiter(values, dtype=np.int64)
        value = np.fromiter(values.values(), dtype=np.float64)
        return self.weights[:, index].astype(np.float64) @ value + self.bias

    def guess(self, document: texts.Document, *, most: int = 3, among: Iterable[str] | None = None) -> list[Guess]:
        """Return the likeliest classes, the first first; ``among``: only these are thought of."""
        values = self.values(document)
        scores = self.scores(values)
        chosen = [i for i, label in enumerate(self.labels) if among is None or label in among]
        if not chosen or not values:
            return []
        shares = _shares(scores[chosen] * self.scale)
        order = sorted(range(len(chosen)), key=lambda n: (-shares[n], self.labels[chosen[n]]))[:most]
        names = {index: name for name, index in self.features.items() if index in values}
        return [
            Guess(self.labels[chosen[n]], float(shares[n]), self._reasons(chosen[n], values, names, document))
            for n in order
        ]

    def _reasons(
        self, chosen: int, values: Mapping[int, float], names: Mapping[int, str], document: texts.Document
    ) -> tuple[str, ...]:
        """Return the words of the text that speak most for a class against the others, none inside another."""
        index = np.fromiter(values, dtype=np.int64)
        weights = self.weights[:, index].astype(np.float64)
        against = (weights.sum(axis=0) - weights[chosen]) / max(1, len(self.labels) - 1)
        speaks = (weights[chosen] - against) * np.fromiter(values.values(), dtype=np.float64)
        by_word: dict[str, float] = {}
        for i, strength in zip(index.tolist(), speaks.tolist(), strict=True):
            word = names[i][1:].strip()
            if strength > 0 and len(word) > 1 and word == texts.bare(word):
                by_word[word] = by_word.get(word, 0.0) + strength
        return pick(by_word)


def pick(by_word: Mapping[str, float], most: int = 4) -> tuple[str, ...]:
    """Return the strongest words, none of them a part of another or holding one that is taken already."""
    found: list[str] = []
    for word in sorted(by_word, key=lambda w: (-by_word[w] * math.sqrt(len(w)), w)):
        if not any(word in other or other in word or _overlaps(word, other) for other in found):
            found.append(word)
        if len(found) == most:
            break
    return tuple(found)


def _overlaps(one: str, two: str) -> bool:
    return any(one.endswith(two[:n]) or two.endswith(one[:n]) for n in range(2, min(len(one), len(two))))


def _shares(scores: Any) -> Any:
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def pack(model: Model) -> bytes:
    """Return a model as the bytes of a file."""
    names: Sequence[str] = sorted(model.features, key=lambda name: model.features[name])
    head = {"form": FORM, "labels": model.labels, "scale": model.scale, "about": dict(model.about)}
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        head=_text(json.dumps(head, ensure_ascii=False, sort_keys=True)),
        features=_text("\n".join(names)),
        idf=np.asarray(model.idf, dtype=np.float32),
        weights=np.asarray(model.weights, dtype=np.float16),
        bias=np.asarray(model.bias, dtype=np.float32),
    )
    return buffer.getvalue()


def _text(text: str) -> Any:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def unpack(content: bytes, sha256: str = "") -> Model:
    """Return the model that a file holds. Raises ``Unusable``; ``sha256`` is what the content must hash to."""
    if sha256 and hashlib.sha256(content).hexdigest() != sha256:
        raise Unusable("the file is not what its hash says")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as held:
            head = json.loads(held["head"].tobytes())
            names = held["features"].tobytes().decode().split("\n")
            idf, weights, bias = held["idf"], held["weights"], held["bias"]
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise Unusable(f"the file cannot be read: {error}") from None
    labels = tuple(head.get("labels", ())) if isinstance(head, dict) else ()
    fits = weights.shape == (len(labels), len(names)) and idf.shape == (len(names),) and bias.shape == (len(labels),)
    if not fits or head.get("form") != FORM or len(labels) > _MOST_LABELS or len(names) > _MOST_FEATURES:
        raise Unusable("the file is of another form")
    index = {name: n for n, name in enumerate(names)}
    return Model(labels, index, idf, weights, bias, float(head["scale"]), head.get("about", {}))
