"""What is indexed and what is found: values without Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

#: everybody, also a customer who has not signed in
PUBLIC = "public"
#: everybody who holds the source's permission
STAFF = "staff"


@dataclass(frozen=True)
class Document:
    """One thing that can be found.

    The index keeps its words, never its text: what a hit shows is fetched again from its source, for the person who
    asks. ``id`` is the source's own number for it.
    """

    source: str
    id: int
    title: str
    body: str = ""
    #: the question as customers put it, other names: each weighs nearly as much as the title
    asked: tuple[str, ...] = ()
    #: exact words that lead straight to it, whatever else is asked: "K4", a number of a law's article
    codes: tuple[str, ...] = ()
    #: what it is within its source ("item", "script"); a filter
    kind: str = ""
    #: codes of its category from the top down; a filter, and what ``Found.facets`` counts
    category: tuple[str, ...] = ()
    #: who may know of it: ``PUBLIC`` (everybody, whatever its unit), ``STAFF`` or words that ``Source.audiences`` gives
    audience: tuple[str, ...] = (STAFF,)
    #: its unit's ancestors' ids and its own, from the top; empty: everywhere
    lineage: tuple[int, ...] = ()
    #: people below its unit may know of it as well (what a province writes, its counties read)
    inherited: bool = True
    #: anything that the caller wants back with the hit (an address); not indexed
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Its name in the index."""
        return f"{self.source}/{self.id}"


class Piece(NamedTuple):
    """A stretch of text; ``hit``: it is what was searched for. (A tuple: a search makes hundreds of them.)"""

    text: str
    hit: bool = False


#: a text cut at its hits; templates show each piece escaped, hits within ``<mark>``
Marked = tuple[Piece, ...]


@dataclass(frozen=True)
class Hit:
    """Something found, its title and best passages marked. ``score`` orders hits of one search only.

    ``share`` says how much of what was asked it answers, 0 … 1 (by the weight of its words): what an unsure
    suggestion is held back by.
    """

    document: Document
    score: float
    share: float
    title: Marked
    passages: tuple[Marked, ...] = ()


@dataclass(frozen=True)
class Found:
    """The answer to a search. ``facets`` counts, by category code, what the index holds within the rights and filters,
    and ``total`` all of it (only when facets were asked for, else the number of hits); ``meant``: words that something
    was taken for a slip of, searched for as well."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: Mapping[str, int] = field(default_factory=dict)
    meant: tuple[str, ...] = ()
