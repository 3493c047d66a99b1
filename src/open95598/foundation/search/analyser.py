"""From texts to terms: what a document is indexed by, what a question asks for. Pure.

Terms lie in three fields: ``w`` words (those of the field, and those that segmentation finds), ``g`` pairs of
characters (they find what no dictionary knows), ``y`` the letters that somebody types for a title's words.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from open95598.foundation.search.documents import Document
from open95598.foundation.search.folding import fold, is_chinese, runs
from open95598.foundation.search.lexicon import LONGEST, Lexicon
from open95598.foundation.search.pinyin import typed

#: how often the title, and each way of asking, counts beside the body
TITLE, ASKED = 3, 2
#: characters of a text that are read at most
MOST = 20_000
#: characters of a question that are read at most
MOST_ASKED = 2_000
#: slips are looked for in questions of so many characters: a longer one says what it wants in other words as well
MOST_WITH_SLIPS = 200
#: the commonest single characters: they say nothing by themselves, and a slip never hides in one of them
PLAIN = frozenset(
    "的了吗呢吧啊呀是我你他她它们这那在有不没都也就还和与要会能可以个上下里到去来给把被让怎么什哪几多少很太再又说请问想为"
)

#: what weighs less is not marked
_MARKED = 0.5
#: takes field, term, weight and what was asked
_Want = Callable[[str, str, float, str], None]


@dataclass(frozen=True)
class Wanted:
    """One term to look for. ``of``: what was asked, of which this is one way to say it; ``word``: what it stands for in
    a text, to be marked in what is found ("" for pairs and letters)."""

    field: str
    term: str
    weight: float
    word: str = ""
    of: str = ""


@dataclass(frozen=True)
class Asked:
    """A question as terms; ``meant``: words of the field that something was taken for a slip of; ``rarity``: see
    ``Weights``."""

    wanted: tuple[Wanted, ...]
    meant: tuple[str, ...] = ()
    rarity: float = 0.0

    def marked(self) -> dict[str, float]:
        """Return the words to mark in what is found, with their weights: no mere parts of words that mean the same."""
        return {wanted.word: wanted.weight for wanted in self.wanted if wanted.word and wanted.weight >= _MARKED}


@dataclass(frozen=True)
class Weights:
    """How much each kind of term counts in a question; chosen by ``bench/questions`` (docs/decisions/search.md)."""

    word: float = 1.0
    field_word: float = 1.4
    same: float = 0.7
    slip: float = 0.7
    pair: float = 1.0
    begun: float = 0.5
    letters: float = 0.8
    #: the power of a term's rarity by which it counts beyond what BM25 itself gives it
    rarity: float = 1.0


class Analyser:
    """Turns texts into terms by a lexicon. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon, weights: Weights | None = None) -> None:
        import rjieba

        self.lexicon = lexicon
        self.weights = weights or Weights()
        self._cutter = rjieba.Jieba()
        self._parts = lru_cache(maxsize=None)(self._parts_of)
        for word in sorted(lexicon.words):
            if len(word) > 1 and is_chinese(word):
                self._cutter.add_word(word, None, None)

    def _parts_of(self, word: str) -> tuple[str, ...]:
        return tuple(part for part in dict.fromkeys(self.words(word)) if part != word)

    def words(self, text: str) -> list[str]:
        """Return the words of a text in order, words of the field also where they overlap; no stop words."""
        found: list[str] = []
        stop = self.lexicon.stop
        folded = fold(text[:MOST])
        for start, run in runs(folded):
            if not is_chinese(run):
                found.append(run)
                after = folded[start + len(run) : start + len(run) + 1]
                if after and is_chinese(after):
                    found.append(run + after)  # what a number or a letter counts or names: 3号, 24小, a区
                continue
            cut = [w for w in self._cutter.cut_for_search(run) if len(w) > 1 and w not in stop]
            found += cut
            known = set(cut)
            found += [run[a:b] for a, b in self.lexicon.spans(run) if run[a:b] not in known]
        return found

    def pairs(self, text: str) -> list[str]:
        """Return the pairs of neighbouring Chinese characters."""
        return [
            run[n : n + 2] for _start, run in runs(fold(text[:MOST])) if is_chinese(run) for n in range(len(run) - 1)
        ]

    def letters(self, text: str) -> Iterable[str]:
        """Yield what somebody types for the words of a text."""
        for word in self.words(text):
            if is_chinese(word):
                yield from dict.fromkeys(typed(word))

    def document(self, document: Document) -> dict[str, list[str]]:
        """Return the terms of a document by field, as often as they count."""
        parts = [(document.title, TITLE), *((text, ASKED) for text in document.asked), (document.body, 1)]
        words: list[str] = []
        pairs: list[str] = []
        for text, times in parts:
            words += self.words(text) * times
            pairs += self.pairs(text) * times
        letters = [each for text in (document.title, *document.asked) for each in self.letters(text)]
        codes = [fold(code) for code in document.codes]
        return {"w": words + codes * TITLE, "g": pairs, "y": list(dict.fromkeys(letters))}

    def ask(self, text: str, *, typing: bool = False) -> Asked:
        """Return a question as terms. ``typing``: the last word may be unfinished."""
        folded = fold(text[:MOST_ASKED])
        weigh, lexicon = self.weights, self.lexicon
        best: dict[tuple[str, str], Wanted] = {}
        meant: dict[str, None] = {}

        def want(field: str, term: str, weight: float, of: str) -> None:
            held = best.get((field, term))
            if held is None or held.weight < weight:
                best[field, term] = Wanted(field, term, weight, term if field == "w" else "", of)

        for word, times in Counter(self.words(folded)).items():
            often = 1 + math.log(times)
            own = word in lexicon.words
            want("w", word, (weigh.field_word if own else weigh.word) * often, word)
            self._same(word, weigh.same * weigh.field_word * often, word, want)
        for pair, times in Counter(self.pairs(folded)).items():
            want("g", pair, weigh.pair * (1 + math.log(times)), pair)
        for _start, run in runs(folded):
            if is_chinese(run):
                for word, weight in self._slips(run) if len(folded) <= MOST_WITH_SLIPS else ():
                    meant[word] = None
                    want("w", word, weight, word)
                    self._same(word, weigh.same * weight, word, want)
            elif run.isascii() and run.isalpha() and len(run) > 1:
                want("y", run, weigh.letters, run)
                for word in lexicon.lettered(run, beginning=typing):
                    want("w", word, weigh.letters, run)
                    self._same(word, weigh.same * weigh.letters, run, want)
        if typing:
            self._begun(folded, want)
        return Asked(tuple(best.values()), tuple(meant), weigh.rarity)

    def _same(self, word: str, weight: float, of: str, want: _Want) -> None:
        """Want the words that mean the same; and their parts, less, for texts that say them apart."""
        for other in self.lexicon.same.get(word, ()):
            want("w", other, weight, of)
            for part in self._parts(other):
                want("w", part, 0.5 * weight, of)

    def _begun(self, folded: str, want: _Want) -> None:
        """Want the words of the field that the last, perhaps unfinished, word begins."""
        last = runs(folded)[-1:] if folded and not folded[-1].isspace() else []
        for _start, run in last:
            if is_chinese(run):
                for length in (3, 2, 1):
                    words = self.lexicon.beginning(run[-length:]) if length <= len(run) else []
                    for word in words:
                        want("w", word, self.weights.begun, run[-length:])
                    if words:
                        break

    def _slips(self, run: str) -> list[tuple[str, float]]:
        """Return words of the field that stretches of a run may be slips of, with their weights.

        A stretch that is itself made of words is none; a wrong character must stand alone in the segmentation.
        """
        lexicon = self.lexicon
        alone: list[int] = []
        place = 0
        for piece in self._cutter.cut(run, False):  # known words only: no guessing at new ones
            if len(piece) == 1 and piece not in PLAIN:
                alone.append(place)
            place += len(piece)
        if not alone:
            return []
        free = set(range(len(run)))
        for a, b in lexicon.spans(run):
            free.difference_update(range(a, b))
        found: dict[str, float] = {}
        heard, off = self.weights.slip * self.weights.field_word, 0.6 * self.weights.slip * self.weights.field_word
        for start in range(len(run)):
            # what begins here must reach over a character that stands alone, and over one that is of no word
            least = max(
                next((at for at in alone if at >= start), len(run)),
                next((at for at in range(start, len(run)) if at in free), len(run)),
                start + 1,
            )
            for end in range(least + 1, min(len(run), start + LONGEST) + 1):
                written = run[start:end]
                places = [at - start for at in alone if start <= at < end]
                for word in lexicon.alike_in_sound(written):
                    if any(word[n] != written[n] for n in places):
                        found[word] = max(found.get(word, 0.0), heard)
                for word, _wrong_at in lexicon.one_off(written, places):
                    found.setdefault(word, off)
        return list(found.items())
