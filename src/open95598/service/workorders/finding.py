"""Finds orders by what somebody typed: a number, a phone, words in them.

Words are found by pairs of characters (``words.search_keys``), so two Chinese characters are enough (one is not). Two
ways lead to them: the index of the keys, which gathers all orders that hold them, and walking a list in its order until
enough orders hold them. Which is cheaper depends on how many hold them, and that the database gets wrong by itself: it
takes the pairs of one word for independent, and expects a handful of orders where there are a hundred thousand. But it
counts each pair, and the rarest pair of a word bounds the word.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import lru_cache

from django.db import connection
from django.db.models import Q

from open95598.service.workorders import words

#: words that at least this share of all orders may hold are walked to
COMMON = 0.01
_KEPT_SECONDS = 600
_COUNTED = """
SELECT most_common_elems::text::int[], most_common_elem_freqs FROM pg_stats
WHERE schemaname = ANY (current_schemas(false)) AND tablename = 'workorders_workorder' AND attname = 'search'
"""


def matching(query: str) -> Q:
    """Return the condition that an order matches: its number, the customer's phone, or all words in it."""
    exact = _exact(query)
    if exact is not None:
        return exact
    keys = words.query_keys(query)
    if not keys:
        return Q(pk__in=[])
    return Q(search__holds=keys) if is_common(query) else Q(search__contains=keys)


def gathering(query: str) -> Q:
    """Return the same condition in the words that the index of the search keys serves; nothing where it cannot.

    Nothing as well for common words, beyond the reach of a walk: then the few that one may see are gathered sooner than
    the many that hold the words.
    """
    keys = words.query_keys(query) if _exact(query) is None and not is_common(query) else []
    return Q(search__contains=keys) if keys else Q()


def is_common(query: str) -> bool:
    """Say whether so many orders may match that a page is found sooner by walking a list than by gathering them all."""
    keys = words.query_keys(query) if _exact(query) is None else []
    shares = _shares(int(time.monotonic()) // _KEPT_SECONDS)
    return bool(keys) and min(shares.get(key, 0.0) for key in keys) >= COMMON


def _exact(query: str) -> Q | None:
    """Return the condition of a number or a phone; None for words."""
    text = query.strip()
    if not text:
        return Q()
    if words.looks_right(text.upper()):
        return Q(number=text.upper())
    compact = text.replace(" ", "").replace("-", "")
    if compact.isdecimal() and len(compact) >= 7:
        return Q(contact_phone=compact) | Q(number__startswith=text)
    if text[:8].isdecimal() and len(text) > 8:
        return Q(number__startswith=text.upper())
    return None


@lru_cache(maxsize=1)
def _shares(_age: int) -> Mapping[int, float]:
    """Return key → share of the orders that hold it, of the most common keys, as the database last counted them."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED)
        row = cursor.fetchone()
    # behind the shares of the keys stand three more: the least, the greatest, and that of nulls
    return dict(zip(row[0], row[1], strict=False)) if row and row[0] else {}


def forget() -> None:
    """Ask the database's counts again at the next question (between tests)."""
    _shares.cache_clear()
