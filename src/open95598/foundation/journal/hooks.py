"""What the rooms above tell the journal, which knows none of them. Filled in their ``AppConfig.ready``."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.apps import apps

from open95598.foundation.journal.models import Block, Chained, Stream

#: first part of a stream's name → the model whose row carries its head: ``existence_checks["case"] = Case`` says that
#: the stream ``case/12`` ends at ``Case`` row 12. ``verify`` then finds entries whose row is gone, rows whose entries
#: are gone, and a chain that was cut at its end. Only needed where the stream is not called like the model.
existence_checks: dict[str, type[Chained]] = {}


def keepers() -> dict[str, type[Chained]]:
    """Return ``existence_checks`` with every other chained model under its own name (``person`` → ``Person``)."""
    named = set(existence_checks.values()) | {Stream}
    chained = {m for m in apps.get_models() if issubclass(m, Chained) and m not in named}
    return {str(m._meta.model_name): m for m in chained} | existence_checks


#: called after a block was sealed and anchored, outside any transaction: ``f(block, now)``. For sending anchors out.
anchored: list[Callable[[Block, datetime], None]] = []

#: says which of some cases a person may see: ``f(rights, case_ids) -> ids``. While no room has set it, none.
visible_cases: list[Callable[[Any, Collection[int]], Collection[int]]] = []

#: kind of entry → its name (a lazy gettext string), for pages; a kind without a name is shown as it is
names: dict[str, Any] = {}

#: key in the data of entries → its name (as above); a key without a name is shown as it is
fields: dict[str, Any] = {}

#: key in the data of entries → what a code under it is called (None: the code stands as it is)
codes: dict[str, Callable[[str], Any]] = {}
