"""Section ``search`` of a rulebook's files: words, synonyms, stop words; and its rows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field, StringConstraints

from open95598.foundation.rulebook.parts import Part, Row
from open95598.foundation.rulebook.search_rows import SearchRules, WordGroup

if TYPE_CHECKING:
    from open95598.foundation.rulebook.build import Built
    from open95598.foundation.rulebook.yamltext import Problem

#: no word is longer: the search looks at stretches of so many characters
LONGEST = 10


def _one_word(text: str) -> str:
    if any(char.isspace() for char in text):
        raise ValueError("a word has no blanks in it")
    return text


Word = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST), AfterValidator(_one_word)]


class WordsPart(Row):
    """Part of ``search``: words of one matter."""

    words: Annotated[tuple[Word, ...], Field(min_length=1)]


class SamePart(Row):
    """Part of ``search``: words that mean the same to whoever searches."""

    words: Annotated[tuple[Word, ...], Field(min_length=2)]


class SearchPart(Part):
    """Section ``search``."""

    words: tuple[WordsPart, ...] = ()
    synonyms: tuple[SamePart, ...] = ()
    stop: tuple[Word, ...] = ()

    def row(self) -> SearchRules:
        """Return the rules."""
        return SearchRules(
            tuple(WordGroup(part.code, part.words, part.source) for part in self.words),
            tuple(WordGroup(part.code, part.words, part.source) for part in self.synonyms),
            self.stop,
        )


def problems_of(built: Built, at: Callable[..., Problem]) -> Iterator[Problem]:
    """Yield what is wrong with the section: a code or a word that is there twice, a word that is stopped as well."""
    rules = built.book.search
    for name in ("words", "synonyms"):
        seen: set[str] = set()
        for n, part in enumerate(getattr(rules, name)):
            if part.code in seen:
                yield at(f"the code {part.code!r} is there twice", "search", name, n)
            seen.add(part.code)
            if len(set(part.words)) < len(part.words):
                twice = next(word for word in part.words if part.words.count(word) > 1)
                yield at(f"the word {twice!r} is there twice", "search", name, n, "words")
            for word in part.words:
                if word in rules.stop:
                    yield at(f"the word {word!r} is a stop word as well", "search", name, n, "words")
