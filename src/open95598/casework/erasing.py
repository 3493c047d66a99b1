"""What somebody wrote on cases, taken away when an order's personal data is erased (``registry.Typed.words``).

The rooms say which columns hold words; here is who goes and looks, at an order's case and everything below it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from open95598.casework import registry
from open95598.casework.models import Case
from open95598.casework.work import load_typed


def with_all_below(case_id: int) -> list[Case]:
    """Return a case and everything that hangs below it, all the way down; one query a layer."""
    found: list[Case] = []
    rows = Case.objects.system("erasure reaches what hangs below")
    layer = list(rows.filter(pk=case_id))
    while layer:
        found += layer
        layer = list(rows.filter(parent_id__in=[case.pk for case in layer]).order_by("pk"))
    return found


def count(cases: Collection[Case]) -> int:
    """Return how many columns of these cases still hold words."""
    return sum(len(left) for _row, left in _written(cases))


def erase(cases: Collection[Case]) -> int:
    """Take the words of these cases away for good; return how many columns held some. The caller has locked them."""
    done = 0
    for row, left in _written(cases):
        for name, value in left.items():
            setattr(row, name, value)
        row.save(update_fields=list(left))
        done += len(left)
    return done


def _written(cases: Collection[Case]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield the typed rows that hold words, each with what is to be left in its columns."""
    for pk, row in load_typed(list(cases)).items():
        words = registry.typed(next(case.kind for case in cases if case.pk == pk)).words
        now = {name: getattr(row, name) for name in words}
        left = {name: clear(now[name]) for name, clear in words.items() if now[name] is not None}
        changed = {name: value for name, value in left.items() if value != now[name]}
        if changed:
            yield row, changed
