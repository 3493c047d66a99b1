"""Suggests a category by the rulebook's own words: what is there on the first day, before anything is learned. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from open95598.service.intake import texts
from open95598.service.intake.model import Guess, pick

#: a word of the rulebook speaks so many times louder than a pair of characters of a category's name
_WORD = 4.0


@dataclass(frozen=True)
class Known:
    """A category that can be suggested: its names from the top of the tree, and the words people use for it."""

    code: str
    names: tuple[str, ...]
    words: tuple[str, ...] = ()


def guess(text: str, categories: Iterable[Known], *, most: int = 3) -> list[Guess]:
    """Return the categories whose words occur in a text, the first first; shares are among those found.

    A word counts by its length; names count by the pairs of characters that the text shares with them, those of the
    category itself more than those above it.
    """
    plain = texts.bare(text)
    found: list[tuple[float, str, dict[str, float]]] = []
    for known in categories:
        hits = {word: _WORD * len(word) for word in map(texts.bare, known.words) if len(word) > 1 and word in plain}
        for depth, name in enumerate(reversed(known.names)):
            for pair in _pairs(texts.bare(name)):
                if pair in plain:
                    hits.setdefault(pair, 1.0 / (1 + depth))
        if hits:
            found.append((sum(hits.values()), known.code, hits))
    found.sort(key=lambda row: (-row[0], row[1]))
    whole = sum(score for score, _code, _hits in found[:most])
    return [Guess(code, score / whole, pick(hits)) for score, code, hits in found[:most]]


def _pairs(name: str) -> list[str]:
    return [name[i : i + 2] for i in range(len(name) - 1)]


def as_documents(categories: Iterable[Known]) -> list[tuple[tuple[str, ...], str]]:
    """Return the categories as made-up messages with their codes, for a model to begin with."""
    return [
        ((text,), known.code)
        for known in categories
        for text in ("，".join((*known.names, *known.words)), *known.words)
    ]
