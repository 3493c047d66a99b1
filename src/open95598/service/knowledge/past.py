"""Orders that tell of what is asked: the third thing that a search over knowledge finds.

Orders are searched in the database, through ``restrict``: who may see one changes by the minute and per person, and
words of sealed texts must not lie in an index (docs/decisions/search.md). The question is read by the same lexicon: an
order is found when it says every word of the field in the question, in any of the ways to say it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q

from open95598.foundation.people.policy import Rights
from open95598.foundation.search import vocabulary
from open95598.foundation.search.analyser import Asked
from open95598.service.workorders import finding, queries, rows, words

#: orders that are shown below the answers
SHOWN = 5
#: words of a question that an order must say; the weightiest
_MOST = 4


def groups(asked: Asked) -> list[frozenset[str]]:
    """Return the words that a text must say, each with those that mean the same; what belongs to the field first.

    When the question has words of the field, they alone count: "请问" and "一下" are in no order about the matter.
    """
    ways: dict[str, set[str]] = {}
    weights: dict[str, float] = {}
    for wanted in asked.wanted:
        if wanted.field == "w" and wanted.term and wanted.of not in asked.meant and words.query_keys(wanted.term):
            ways.setdefault(wanted.of, set()).add(wanted.term)
            weights[wanted.of] = max(weights.get(wanted.of, 0.0), wanted.weight)
    best = max(weights.values(), default=0.0)
    chosen = sorted((of for of in ways if weights[of] >= best - 0.1), key=lambda of: (-len(of), of))
    # a word within a longer one says nothing more
    apart = [of for n, of in enumerate(chosen) if not any(of in longer for longer in chosen[:n])]
    return [frozenset(ways[of]) for of in apart[:_MOST]]


def condition(ways: Collection[Collection[str]]) -> Q:
    """Return the condition that an order says one word of every group (none: nothing is found).

    Gathered by the index where at least one group is rare, walked to in the list's order where all are common.
    """
    if not ways:
        return Q(pk__in=[])
    rare = any(not any(finding.is_common(word) for word in group) for group in ways)
    lookup = "search__contains" if rare else "search__holds"
    whole = Q()
    for group in ways:
        whole &= _any_of(lookup, group)
    return whole


def _any_of(lookup: str, group: Collection[str]) -> Q:
    one = Q()
    for word in sorted(group):
        one |= Q(**{lookup: words.query_keys(word)})
    return one


def orders(rights: Rights, text: str, now: datetime, limit: int = SHOWN) -> list[dict[str, Any]]:
    """Return the newest orders within the rights that say what ``text`` asks for, as rows of a list (masked)."""
    ways = groups(vocabulary.current(now).ask(text))
    if not ways:
        return []
    found = queries.orders(rights).filter(condition(ways)).order_by(*queries.NEWEST)
    shown = list(rows.read(found)[:limit])
    rows.dress(shown, now, rights)
    for row in shown:
        row["url"] = rows.url(row)
    return shown
