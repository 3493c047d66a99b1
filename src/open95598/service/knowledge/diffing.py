"""What changed between two texts, as pieces. Pure.

Chinese has no spaces: a changed line is compared character by character, words of Latin letters and numbers whole, and
what only touches by chance (a single character between two changes) is not taken apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, GONE, NEW = "same", "gone", "new"
_TOKEN = re.compile(r"[A-Za-z0-9_.%‰]+|\s+|.", re.DOTALL)
#: longer lines than this are compared as a whole: taking them apart would cost too much
_LONGEST = 4000
#: a stretch of so few common characters between two changes is not worth telling
_CHANCE = 1


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed (``same``), went (``gone``) or came (``new``)."""

    kind: str
    text: str


def texts(before: str, after: str) -> tuple[Piece, ...]:
    """Return both texts as pieces: those that are not ``new`` make up ``before``, those not ``gone`` ``after``."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = "".join(old[a:b]), "".join(new[c:d])
        if tag == "equal":
            pieces.append(Piece(SAME, gone))
        elif tag == "replace" and len(gone) + len(came) <= _LONGEST:
            pieces += _within(gone, came)
        else:
            pieces += [Piece(GONE, gone), Piece(NEW, came)]
    return _joined(pieces)


def _within(before: str, after: str) -> Iterator[Piece]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.3:  # another text altogether: told as one
        yield from (Piece(GONE, before), Piece(NEW, after))
        return
    codes = matcher.get_opcodes()
    for at, (tag, a, b, c, d) in enumerate(codes):
        gone, came = "".join(old[a:b]), "".join(new[c:d])
        between = 0 < at < len(codes) - 1
        if tag == "equal" and not (between and len(gone) <= _CHANCE):
            yield Piece(SAME, gone)
        else:
            yield Piece(GONE, gone)
            yield Piece(NEW, came)


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return the pieces with neighbours put together: what went before what came, between two that stayed."""
    found: list[Piece] = []
    gone, came = "", ""
    for piece in (*pieces, Piece(SAME, "")):
        if piece.kind == GONE:
            gone += piece.text
        elif piece.kind == NEW:
            came += piece.text
        else:
            found += [p for p in (Piece(GONE, gone), Piece(NEW, came)) if p.text]
            gone = came = ""
            if piece.text:
                text = found.pop().text + piece.text if found and found[-1].kind == SAME else piece.text
                found.append(Piece(SAME, text))
    return tuple(found)


def lines(before: Sequence[str], after: Sequence[str]) -> tuple[Piece, ...]:
    """Return two lists (ways of asking, things to say) as pieces, one a line."""
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Piece(SAME, text) for text in before[a:b]]
        else:
            found += [Piece(GONE, text) for text in before[a:b]]
            found += [Piece(NEW, text) for text in after[c:d]]
    return tuple(found)
