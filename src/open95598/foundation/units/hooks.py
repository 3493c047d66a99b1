"""What other rooms do when the organisation changes.

``succession`` hooks run in the transaction in which a unit is merged or closed: ``hook(from_unit_id, to_unit_id, now,
actor_name)`` passes on what the unit still had open. ``lineage_changed`` hooks run when units moved:
``hook(unit_ids, now)`` for the ids whose ancestors are now others (a case keeps its units' ancestors beside it).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

Succession = Callable[[int, int, datetime, str], None]
LineageChanged = Callable[[list[int], datetime], None]

succession: list[Succession] = []
lineage_changed: list[LineageChanged] = []


def on_succession(hook: Succession) -> Succession:
    """Register ``hook`` (once, however often the module is imported); usable as a decorator."""
    if hook not in succession:
        succession.append(hook)
    return hook


def on_lineage_changed(hook: LineageChanged) -> LineageChanged:
    """Register ``hook`` (once); usable as a decorator."""
    if hook not in lineage_changed:
        lineage_changed.append(hook)
    return hook
