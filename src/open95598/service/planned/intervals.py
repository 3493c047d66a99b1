"""Arithmetic of subtrees: half-open intervals of the grid's numbering (`registry.grid.topology`). Pure.

A device with all below it is ``lft <= n < rgt``; two such intervals are disjoint or one holds the other.
"""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int, int]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the same numbers as disjoint spans that do not touch, in ascending order; empty spans are left out."""
    found: list[Span] = []
    for low, high in sorted(span for span in spans if span[0] < span[1]):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """Return what is left of ``spans`` when ``taken`` is taken out of them, disjoint and in ascending order."""
    rest, holes = merged(spans), merged(taken)
    found: list[Span] = []
    for low, high in rest:
        at = low
        for hole_low, hole_high in holes:
            if hole_high <= at or hole_low >= high:
                continue
            if hole_low > at:
                found.append((at, hole_low))
            at = max(at, hole_high)
        if at < high:
            found.append((at, high))
    return found


def shared(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return what lies in both, disjoint and in ascending order."""
    mine, theirs = merged(spans), merged(others)
    pairs = ((max(a, c), min(b, d)) for a, b in mine for c, d in theirs)
    return merged(pairs)


def meet(spans: Iterable[Span], others: Iterable[Span]) -> bool:
    """Say whether the two have a number in common."""
    return bool(shared(spans, others))
