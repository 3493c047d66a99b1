"""The field's words, and which slip stands for which of them. Pure."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from open95598.foundation.search.folding import fold, is_chinese
from open95598.foundation.search.pinyin import sounds, typed

#: no word of the field is longer (characters)
LONGEST = 10


class Lexicon:
    """Words that belong together, words that mean the same, words that say nothing. Immutable; all are folded."""

    def __init__(
        self,
        words: Iterable[str] = (),
        synonyms: Iterable[Iterable[str]] = (),
        stop: Iterable[str] = (),
    ) -> None:
        self.groups = tuple(tuple(dict.fromkeys(fold(w).strip() for w in group)) for group in synonyms)
        self.stop = frozenset(fold(w).strip() for w in stop)
        self.words = frozenset(
            w for w in ({fold(w).strip() for w in words} | {w for group in self.groups for w in group}) if w
        )
        same: dict[str, dict[str, None]] = defaultdict(dict)
        for group in self.groups:
            for word in group:
                same[word].update(dict.fromkeys(other for other in group if other != word))
        self.same = {word: tuple(others) for word, others in same.items()}

    @cached_property
    def digest(self) -> str:
        """What tells this lexicon from others: an index made with another one must be made again."""
        said = "\n".join([*sorted(self.words), "", *sorted(self.stop)])
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.words)

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._sorted:
            if len(word) > 1 and is_chinese(word):
                found[sounds(word)].append(word)
        return dict(found)

    @cached_property
    def _without_one(self) -> dict[str, list[str]]:
        """Words of three characters and more, under each form that lacks one of them."""
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._sorted:
            if len(word) > 2 and is_chinese(word):
                for n in range(len(word)):
                    found[word[:n] + word[n + 1 :]].append(word)
        return dict(found)

    @cached_property
    def _by_letters(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._sorted:
            if len(word) > 1 and is_chinese(word):
                for letters in dict.fromkeys(typed(word)):
                    found[letters].append(word)
        return dict(found)

    def spans(self, run: str) -> list[tuple[int, int]]:
        """Return the places (start, end) of all words of the field in a Chinese run, longer ones and those within."""
        words, reach = self.words, self._reach
        found = []
        for start in range(len(run) - 1):
            longest = reach.get(run[start : start + 2])
            if longest:  # few pairs of characters begin a word of the field
                last = min(len(run), start + longest)
                found += [(start, end) for end in range(start + 2, last + 1) if run[start:end] in words]
        return found

    @cached_property
    def _reach(self) -> dict[str, int]:
        """The length of the longest word (of at most ``LONGEST``) that begins with each pair of characters."""
        found: dict[str, int] = {}
        for word in self.words:
            if len(word) > 1:
                found[word[:2]] = max(found.get(word[:2], 0), min(len(word), LONGEST))
        return found

    def beginning(self, prefix: str, most: int = 8) -> list[str]:
        """Return words that begin so and are longer, in order."""
        found: list[str] = []
        for word in self._sorted[bisect_left(self._sorted, prefix) :]:
            if not word.startswith(prefix) or len(found) == most:
                break
            if word != prefix:
                found.append(word)
        return found

    def lettered(self, letters: str, *, beginning: bool = False, most: int = 8) -> list[str]:
        """Return the words whose pinyin, whole or by first letters, is this (or begins so)."""
        found = list(self._by_letters.get(letters, ()))
        if beginning and len(letters) > 1:
            for known in sorted(self._by_letters):
                if known.startswith(letters) and known != letters:
                    found += self._by_letters[known]
                if len(found) >= most:
                    break
        return list(dict.fromkeys(found))[:most]

    def alike_in_sound(self, written: str) -> list[str]:
        """Return the words that sound like what was written."""
        return [w for w in self._by_sound.get(sounds(written), ()) if w != written]

    def one_off(self, written: str, places: Iterable[int] | None = None) -> list[tuple[str, int]]:
        """Return words that differ from what was written in one character, each with the place (in ``written``) of
        the wrong character; -1 when one is missing. ``places``: those that may be wrong, in order (None: any)."""
        found = dict.fromkeys(self._without_one.get(written, ()), -1)
        size = len(written)
        if size > 2:
            for n in range(size) if places is None else places:
                rest = written[:n] + written[n + 1 :]
                for word in self._without_one.get(rest, ()):
                    if len(word) == size and word != written and word[:n] + word[n + 1 :] == rest:
                        found.setdefault(word, n)
                # one too many: of characters that are the same it is the first
                if size > 3 and rest in self.words and not (n and written[n] == written[n - 1]):
                    found.setdefault(rest, n)
        return list(found.items())
