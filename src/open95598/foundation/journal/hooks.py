"""What the rooms above tell the journal, which knows none of them. Filled in their ``AppConfig.ready``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from open95598.foundation.journal.models import Block, Chained

#: first part of a stream's name → the model whose row carries its head: ``existence_checks["case"] = Case`` says that
#: the stream ``case/12`` ends at ``Case`` row 12. ``verify`` then finds entries whose row is gone, rows whose entries
#: are gone, and a chain that was cut at its end.
existence_checks: dict[str, type[Chained]] = {}

#: called after a block was sealed and anchored, outside any transaction: ``f(block, now)``. For sending anchors out.
anchored: list[Callable[[Block, datetime], None]] = []
