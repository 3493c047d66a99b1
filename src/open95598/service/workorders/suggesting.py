"""Suggests the category of an order from its words: learned from the utility's own closed orders, by the rulebook's
words as long as nothing was learned.

What is learned from: descriptions of archived orders, masked, without those of confidential kinds and of customers who
asked for secrecy; near duplicates count once, so that no feature comes from one customer's words alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

from open95598.foundation.masking import mask_text
from open95598.foundation.rulebook import store
from open95598.service.intake import byrules
from open95598.service.intake.model import Guess
from open95598.service.intake.shelf import InUse, Shelf
from open95598.service.workorders.models import WorkOrder

#: so many of the newest archived orders are learned from, and at most so many of one category
MOST_ORDERS, MOST_OF_ONE = 60_000, 1_000
#: fewer teach nothing
LEAST_ORDERS = 200
#: below so many characters there is nothing to say
LEAST_TEXT = 4
#: a guess with less belief is not shown
WORTH = 0.05
LEARNED, RULES = "learned", "rules"

shelf = Shelf(settings.HOME / "intake")


@dataclass(frozen=True)
class Suggestion:
    """Guessed categories, the likeliest first; ``source``: ``learned`` (of model ``version``) or ``rules``."""

    source: str
    version: str
    guesses: tuple[Guess, ...]


def suggest(text: str, rules: Any, *, kind: str = "", most: int = 3) -> Suggestion:
    """Return the categories that a text speaks for (of one kind, when it is given), each with the words that do."""
    known = _known(rules.version)
    codes = {one.code for one in known if not kind or rules.category(one.code).kind == kind}
    if len(text.strip()) < LEAST_TEXT:
        return Suggestion(RULES, "", ())
    held = shelf.get()
    if held is not None:
        model, version = held
        found = model.guess((mask_text(text),), most=most, among=codes)
        return Suggestion(LEARNED, version, tuple(guess for guess in found if guess.share >= WORTH))
    by_words = byrules.guess(text, [one for one in known if one.code in codes], most=most)
    return Suggestion(RULES, "", tuple(by_words))


@lru_cache(maxsize=8)
def _known(version: str) -> tuple[byrules.Known, ...]:
    """Return the leaves of a rulebook's trees: what an order can be."""
    rules = store.get(version)
    leaves = [c for trees in rules.trees.values() for top in trees for c in top.walk() if not c.children]
    return tuple(byrules.Known(c.code, tuple(p.zh for p in rules.path(c.code)), c.words) for c in leaves)


def learn(now: datetime) -> InUse | None:
    """Learn from the archived orders and let the new model be used; None when there are too few. Reads only.

    Takes minutes of one processor for tens of thousands of orders: for the worker or the command line.
    """
    from open95598.service.intake import labelled, learning

    rules = store.current(now)
    given = list(_archived(rules))
    kept, left = labelled.without_duplicates(given)
    if len(kept) < LEAST_ORDERS:
        return None
    start = byrules.as_documents(_known(rules.version))
    documents = [example.document for example in kept] + [document for document, _code in start]
    labels = [example.label for example in kept] + [code for _document, code in start]
    about = {
        "learned_at": now.isoformat(),
        "orders": len(kept),
        "duplicates": len(left),
        "categories": len(set(labels)),
        "rulebook": rules.version,
    }
    return shelf.put(learning.learn(documents, labels, about))


def _archived(rules: Any) -> Iterator[Any]:
    """Yield the newest archived orders as examples: masked description and category, as far as the rulebook has it."""
    from open95598.service.intake.labelled import Example

    leaves = {one.code for one in _known(rules.version)}
    counted: dict[str, int] = {}
    rows = WorkOrder.objects.system("the house learns").filter(
        case__is_open=False, case__confidential=False, confidential=False
    )
    newest = rows.order_by("-case_id").values_list("case_id", "description", "category")[:MOST_ORDERS]
    for case_id, description, category in newest.iterator(chunk_size=2_000):
        if category not in leaves or len(description) < LEAST_TEXT:
            continue
        counted[category] = counted.get(category, 0) + 1
        if counted[category] <= MOST_OF_ONE:
            yield Example(case_id, (mask_text(description),), category)
