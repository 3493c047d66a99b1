"""What a room above tells this one. Set once, when Django starts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime


def nowhere(case_id: int) -> str | None:
    """Know no page of a case."""
    return None


def nobody(person_ids: Collection[int], case_id: int, now: datetime) -> set[int]:
    """Know of nobody who must not hear of a case."""
    return set()


#: who of some people must not be told of a case (they are recused from it): ``f(person_ids, case_id, now) -> ids``
kept_from: Callable[[Collection[int], int, datetime], set[int]] = nobody

#: the address of a case's page: ``hooks.case_address = lambda case_id: reverse("workorders:by_case", args=[case_id])``
case_address: Callable[[int], str | None] = nowhere
