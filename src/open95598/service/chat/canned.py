"""Ready answers for a chat, found while one types: words of the rulebook by their key, and what items of knowledge say
to a customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.foundation.search import queries as search
from open95598.service.knowledge import queries as knowledge
from open95598.service.knowledge.effects import SOURCE

#: so many are offered
MOST = 8
#: characters of which the search knows something
ENOUGH = 2


@dataclass(frozen=True)
class Ready:
    """An answer to insert: its key (``/hello``; an item's code), what it is called, its words."""

    key: str
    title: str
    text: str


def find(rights: Rights, typed: str, language: str, now: datetime) -> list[Ready]:
    """Return the ready answers that fit what is typed: phrases by key, name or words, then items of knowledge.

    Items count when they may be answered with at ``now`` and have words that are said to a customer; their words are
    in the language of the item.
    """
    wanted = typed.replace("\x00", "").strip().lstrip("/").casefold()[:60]
    found = list(_phrases(wanted, language, now))
    if len(wanted) >= ENOUGH and len(found) < MOST:
        found += _items(rights, wanted, now)
    return found[:MOST]


def _phrases(wanted: str, language: str, now: datetime) -> Iterator[Ready]:
    rows = store.current(now).chat.phrases
    for starts in (True, False):  # whose key begins so, then those that name it
        for row in rows:
            by_key = row.code.startswith(wanted)
            named = wanted in f"{row.label.zh} {row.label.en} {row.text.zh} {row.text.en}".casefold()
            if by_key if starts else named and not by_key:
                yield Ready(f"/{row.code}", row.label.in_(language), row.text.in_(language))


def _items(rights: Rights, wanted: str, now: datetime) -> list[Ready]:
    hits = search.search(rights, wanted, now, sources=(SOURCE,), limit=MOST, typing=True).hits
    codes = [str(hit.document.extra.get("code", "")) for hit in hits]
    rows = {row.code: row for row in knowledge.served(rights, now).filter(code__in=codes)} if codes else {}
    return [
        Ready(code, rows[code].title, str(words))
        for code in codes
        if code in rows
        for words in rows[code].content.get("say", ())[:2]
    ]
