"""Who has something to find: a room declares its source when Django starts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.search.documents import PUBLIC, STAFF, Document


@dataclass(frozen=True)
class Source:
    """Something that can be searched.

    ``ids()`` gives all ids for a rebuild (a lazy iterable will do). ``load(ids)`` gives the documents to index of
    these; what it leaves out is taken from the index. ``visible(rights, ids, now)`` gives the documents of these that
    the person may see now, read from the database: what it leaves out (deleted, expired, out of sight) is never
    shown. ``rights`` is None for a customer who has not signed in.

    ``permission``: who holds it at a unit of a document's lineage sees it there; who belongs below its unit sees it
    when it is ``inherited`` and they hold the permission anywhere. ``audiences(rights)`` adds words of audience
    beyond ``PUBLIC`` and ``STAFF``.
    """

    name: str
    permission: Permission
    ids: Callable[[], Iterable[int]]
    load: Callable[[Collection[int]], Iterable[Document]]
    visible: Callable[[Rights | None, Collection[int], datetime], Iterable[Document]]
    audiences: Callable[[Rights], Collection[str]] = lambda _rights: ()

    def audience(self, rights: Rights | None) -> frozenset[str]:
        """Return the words of audience that these rights answer to."""
        if rights is None or not rights.anywhere(self.permission):
            return frozenset({PUBLIC})
        return frozenset({PUBLIC, STAFF, *self.audiences(rights)})


_declared: dict[str, Source] = {}


def declare(source: Source) -> Source:
    """Add a source; its name must never change. ``ValueError`` for a second one of that name."""
    if _declared.get(source.name, source) != source:
        raise ValueError(f"two sources are named {source.name}")
    _declared[source.name] = source
    return source


def withdraw(name: str) -> None:
    """Forget a source (tests)."""
    _declared.pop(name, None)


def get(name: str) -> Source | None:
    """Return the source, None when no room has declared one of that name."""
    return _declared.get(name)


def declared() -> tuple[Source, ...]:
    """Return all sources, by name."""
    return tuple(_declared[name] for name in sorted(_declared))
