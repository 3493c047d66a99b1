"""Section ``desk`` of a rulebook's files: sentences for each situation (H11), time after a contact. Pure."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from open95598.foundation.rulebook.desk_rows import VARIABLES, DeskRules, Phrase, Shift
from open95598.foundation.rulebook.parts import Code, Many, Minutes, Part, Row, TimeOfDay, Words

if TYPE_CHECKING:
    from open95598.foundation.rulebook.build import Built
    from open95598.foundation.rulebook.yamltext import Problem


class PhrasePart(Row):
    """Part of ``desk``: a sentence; ``situation`` is a code of the list ``situations``."""

    situation: Code
    label: Words
    text: Words
    kinds: Many = ()


class ShiftPart(Row):
    """Part of ``desk``: a shift, from when it begins until the next one does."""

    label: Words
    begins: TimeOfDay


class DeskPart(Part):
    """Section ``desk``."""

    after_contact: Minutes | None = None
    source: str = ""
    shifts: tuple[ShiftPart, ...] = ()
    phrases: tuple[PhrasePart, ...] = ()

    def row(self) -> DeskRules:
        """Return the rules."""
        phrases = tuple(Phrase(p.code, p.situation, p.label, p.text, p.kinds, p.source) for p in self.phrases)
        shifts = sorted((Shift(s.code, s.label, s.begins) for s in self.shifts), key=lambda s: s.begins)
        return DeskRules(phrases, self.after_contact, self.source, tuple(shifts))


def variables(text: str) -> set[str]:
    """Return what stands in braces in a sentence. Raises ``ValueError`` when the braces do not pair."""
    return {name for _before, name, _how, _kind in string.Formatter().parse(text) if name is not None}


def problems_of(built: Built, at: Callable[..., Problem]) -> Iterator[Problem]:
    """Yield what is wrong with the section: a code twice, a situation or a kind that there is not, unknown braces."""
    situations = {choice.code for choice in built.rulebook.choices("situations")}
    kinds = {kind.code for kind in built.rulebook.kinds}
    for name in ("code", "begins"):
        values = [getattr(shift, name) for shift in built.book.desk.shifts]
        for n, value in enumerate(values):
            if value in values[:n]:
                yield at("two shifts have the same", "desk", "shifts", n, name)
    seen: set[str] = set()
    for n, part in enumerate(built.book.desk.phrases):
        where = ("desk", "phrases", n)
        if part.code in seen:
            yield at(f"the code {part.code!r} is there twice", *where)
        seen.add(part.code)
        if part.situation not in situations:
            yield at(f"no situation {part.situation!r}", *where, "situation")
        yield from (at(f"no kind {kind!r}", *where, "kinds") for kind in part.kinds if kind not in kinds)
        for text in (part.text.zh, part.text.en):
            try:
                unknown = sorted(variables(text) - VARIABLES)
            except ValueError:
                unknown = ["{"]
            if unknown:
                yield at(f"unknown in braces: {', '.join(unknown)}", *where, "text")
