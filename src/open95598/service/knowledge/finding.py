"""Searching while somebody types: the page over items and laws, and the best answers beside the seat's form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from open95598.foundation.people.policy import Rights
from open95598.foundation.search import queries as search
from open95598.foundation.search.documents import Found, Hit
from open95598.service.knowledge import lawbooks, scripts
from open95598.service.knowledge.effects import SOURCE
from open95598.service.workorders.hooks import Panel

#: characters of a matter that are enough to look for an answer
ENOUGH = 4
#: characters of a matter that are looked at
MOST = 300
ASKED = 100
SHOWN = 20
WHAT = {"": (), "items": (SOURCE,), "laws": (lawbooks.SOURCE,)}


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


def find(rights: Rights, text: str, what: str, now: datetime) -> tuple[Found, list[Answer]]:
    """Return what answers a question as far as it is typed; the last word may be unfinished."""
    wanted = text.replace("\x00", "").strip()[:ASKED]
    found = search.search(rights, wanted, now, sources=WHAT.get(what, ()), limit=SHOWN, typing=True)
    return found, [_answer(hit) for hit in found.hits]


def next_best(request: Any, given: Mapping[str, str]) -> Panel:
    """Return the three best answers to the matter that is being typed; an empty panel keeps their place."""
    matter = given.get("description", "").strip()[:MOST]
    hits = search.answers(request.rights, matter, request.now, sources=(SOURCE,)) if len(matter) >= ENOUGH else ()
    return Panel("knowledge/_next_best.html", [_answer(hit) for hit in hits])


def _answer(hit: Hit) -> Answer:
    script = scripts.for_item(str(hit.document.extra.get("code", "")))
    return Answer(hit, script, reverse("knowledge:script", args=(script.code,)) if script else "")
