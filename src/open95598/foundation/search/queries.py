"""Searching: always within rights, always against what the database says now."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from open95598.foundation.people.policy import Rights
from open95598.foundation.search import shelf, sources, vocabulary
from open95598.foundation.search.analyser import Analyser, Asked
from open95598.foundation.search.documents import PUBLIC, Document, Found, Hit
from open95598.foundation.search.engine import Class, Match, View
from open95598.foundation.search.passages import mark, passages
from open95598.foundation.search.ranking import DEPTH, Looked, look

#: a suggestion that answers less of the matter than this is none (``Hit.share``)
SURE = 0.3
#: hits of one search at most
MOST = 100


def search(
    rights: Rights | None,
    text: str,
    now: datetime,
    *,
    sources: Collection[str] = (),
    kinds: Collection[str] = (),
    categories: Collection[str] = (),
    limit: int = 10,
    typing: bool = False,
    facets: bool = False,
) -> Found:
    """Return what answers ``text`` best, of what these rights may see (None: a customer who has not signed in).

    Filters: names of ``sources``, ``kinds``, codes of ``categories`` (with everything below them); empty means all.
    ``typing``: the last word may be unfinished. ``facets``: count what was found by category. Hits are fetched from
    their sources again for this person: what is gone, expired or out of sight is not among them.
    """
    index = shelf.index()
    if index is None or not text.strip():
        return Found()
    view = index.view
    analyser = vocabulary.current(now)
    asked = analyser.ask(text, typing=typing)
    classes = view.classes(allowed(rights, sources, kinds, categories))
    limit = min(limit, MOST)
    hits = _hits(view, analyser, asked, classes, rights, now, limit)
    total, counted = view.facets(asked, classes) if facets else (len(hits), {})
    return Found(tuple(hits), total, counted, asked.meant)


def answers(
    rights: Rights | None, text: str, now: datetime, *, sources: Collection[str] = (), limit: int = 3
) -> tuple[Hit, ...]:
    """Return the next best answers to a matter as it is typed; none when nothing fits well enough."""
    found = search(rights, text, now, sources=sources, limit=limit)
    return tuple(hit for hit in found.hits if hit.share >= SURE)


def allowed(
    rights: Rights | None, names: Collection[str], kinds: Collection[str], categories: Collection[str]
) -> Callable[[Class], bool]:
    """Return what decides whether documents of a class may be found."""

    def may(of: Class) -> bool:
        source = sources.get(of.source)
        if source is None or (names and of.source not in names) or (kinds and of.kind not in kinds):
            return False
        if categories and not set(categories) & set(of.category):
            return False
        if source.audience(rights).isdisjoint(of.audience):
            return False
        if not of.lineage or PUBLIC in of.audience:
            return True
        if rights is None:
            return False
        above = rights.at(source.permission, of.lineage)
        return above or (of.inherited and of.lineage[-1] in rights.home_units)

    return may


def _hits(
    view: View,
    analyser: Analyser,
    asked: Asked,
    classes: frozenset[int] | None,
    rights: Rights | None,
    now: datetime,
    limit: int,
) -> list[Hit]:
    """Return the hits; when the database hides some of the best, further ones are taken from the index, once."""
    depth = max(DEPTH, limit)
    for wider in (depth, 8 * depth):
        matches = view.search(asked, wider, classes)
        ranked = _rank(view, analyser, asked, _fetch(matches, rights, now))
        if len(ranked) >= limit or len(matches) < wider:
            break
    words = asked.marked()
    return [
        Hit(
            document,
            looked.score,
            looked.share,
            mark(document.title, words),
            passages(document.body, words),
        )
        for document, looked in ranked[:limit]
    ]


def _fetch(matches: list[Match], rights: Rights | None, now: datetime) -> list[tuple[Document, float]]:
    """Return the documents that the person may see now, as their sources give them, in the order of the matches."""
    by_source: dict[str, list[int]] = {}
    for match in matches:
        by_source.setdefault(match.source, []).append(match.id)
    found: dict[tuple[str, int], Document] = {}
    for name, ids in by_source.items():
        source = sources.get(name)
        if source is not None:
            found.update({(name, document.id): document for document in source.visible(rights, ids, now)})
    return [(found[m.source, m.id], m.score) for m in matches if (m.source, m.id) in found]


def _rank(
    view: View, analyser: Analyser, asked: Asked, scored: list[tuple[Document, float]]
) -> list[tuple[Document, Looked]]:
    looked = look(asked, scored, view.rarity)
    near = shelf.meaning()
    if near is not None:
        looked = near.nearer(looked, asked, [document for document, _score in scored], analyser)
    pairs = zip((document for document, _score in scored), looked, strict=True)
    return sorted(pairs, key=lambda pair: -pair[1].score)
