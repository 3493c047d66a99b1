"""What interruptions are called, in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language

from open95598.control.reliability.reading import Interruption
from open95598.foundation.rulebook import store


def cause(row: Interruption) -> str:
    """Return why supply was interrupted, by the rulebook of the case; its code where the rulebook knows no better."""
    rules = store.get(row.rulebook)
    if row.planned:
        label = rules.planned.cause(row.cause)
    else:
        label = next((one.label for one in rules.lists.get("fault_causes", ()) if one.code == row.cause), None)
    return label.in_(get_language()) if label else row.cause
