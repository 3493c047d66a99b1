"""Searching everywhere: rooms register what they can find, the shell asks them all (``/search/``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Hit:
    """One thing found. ``facts`` is a short line under the title; personal data in it must be masked already."""

    title: str
    url: str
    facts: str = ""
    icon: str = "file"


#: provider(request, query, limit) → hits this person may see, best first; it restricts by ``request.rights`` itself
Provider = Callable[[HttpRequest, str, int], Iterable[Hit]]


@dataclass(frozen=True)
class Source:
    """A kind of thing that can be searched."""

    name: str
    label: Any
    provider: Provider


_sources: dict[str, Source] = {}


def register(name: str, label: Any, provider: Provider) -> None:
    """Offer to find things; called from the room's ``AppConfig.ready``. ``label`` may be lazy. A name counts once."""
    _sources[name] = Source(name, label, provider)


def sources() -> tuple[Source, ...]:
    """Return what can be searched, in the order of registration."""
    return tuple(_sources.values())


def find(request: HttpRequest, query: str, limit: int = 20) -> list[tuple[Source, list[Hit]]]:
    """Ask every source for at most ``limit`` hits; sources with none are left out. A query is cut at 100 characters."""
    query = " ".join(query.split())[:100]
    if not query:
        return []
    found = [(source, list(source.provider(request, query, limit))[:limit]) for source in _sources.values()]
    return [(source, hits) for source, hits in found if hits]
