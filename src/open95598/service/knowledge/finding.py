"""Searching while somebody types: the page over items, laws and orders, and the best answers beside the seat's form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse

from open95598.foundation.people.policy import Rights
from open95598.foundation.search import queries as search
from open95598.foundation.search.documents import Found, Hit
from open95598.service.knowledge import lawbooks, past, scripts
from open95598.service.knowledge.effects import SOURCE
from open95598.service.workorders.hooks import Panel

#: characters of a matter that are enough to look for an answer
ENOUGH = 4
#: characters of a matter that are looked at
MOST = 300
ASKED = 100
SHOWN = 20
#: what answers less than this part of what the best hit answers lies folded below it
FITTING = 0.5
#: what may be searched for, and the sources of it that are indexed; orders are not
WHAT = {"": (), "items": (SOURCE,), "laws": (lawbooks.SOURCE,), "orders": ()}


@dataclass(frozen=True)
class Answer:
    """A hit beside the seat's form, with the guided script that belongs to it."""

    hit: Hit
    script: scripts.Script | None
    script_url: str = ""

    @property
    def url(self) -> str:
        """Where it is read."""
        return str(self.hit.document.extra.get("url", ""))


@dataclass(frozen=True)
class Answers:
    """What a search found: answers among items and laws, orders that tell of the matter, what a slip was taken for."""

    found: Found = field(default_factory=Found)
    answers: Sequence[Answer] = ()
    orders: Sequence[dict[str, Any]] = ()

    def __bool__(self) -> bool:
        return bool(self.answers or self.orders)

    @property
    def fitting(self) -> Sequence[Answer]:
        """The answers that say most of what was asked."""
        return self.answers[: self._fitting]

    @property
    def further(self) -> Sequence[Answer]:
        """The answers behind the last fitting one: they share a word or two with the question."""
        return self.answers[self._fitting :]

    @property
    def _fitting(self) -> int:
        shares = [answer.hit.share for answer in self.answers]
        enough = FITTING * max(shares, default=0.0)
        return max((n for n, share in enumerate(shares, start=1) if share >= enough), default=0)


def find(rights: Rights, text: str, what: str, now: datetime, *, limit: int = SHOWN, typing: bool = True) -> Answers:
    """Return what answers a question as far as it is typed (``typing``: the last word may be unfinished).

    ``what`` is a key of ``WHAT``; with "" the newest orders stand below the answers. ``limit``: of each kind.
    """
    wanted = text.replace("\x00", "").strip()[:ASKED]
    if not wanted:
        return Answers()
    found = Found()
    if what != "orders":
        found = search.search(rights, wanted, now, sources=WHAT.get(what, ()), limit=limit, typing=typing)
    few = limit if what == "orders" else min(limit, past.SHOWN)
    orders = past.orders(rights, wanted, now, few) if what in ("", "orders") else []
    return Answers(found, [_answer(hit) for hit in found.hits], orders)


def next_best(request: Any, given: Mapping[str, str]) -> Panel:
    """Return the three best answers to the matter that is being typed; an empty panel keeps their place."""
    matter = given.get("description", "").strip()[:MOST]
    hits = search.answers(request.rights, matter, request.now, sources=(SOURCE,)) if len(matter) >= ENOUGH else ()
    return Panel("knowledge/_next_best.html", [_answer(hit) for hit in hits])


def _answer(hit: Hit) -> Answer:
    script = scripts.for_item(str(hit.document.extra.get("code", "")))
    return Answer(hit, script, reverse("knowledge:script", args=(script.code,)) if script else "")
