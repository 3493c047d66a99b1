"""What the room's codes are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from open95598.foundation.rulebook.customer_tables import ENTITLEMENTS
from open95598.foundation.words import Label
from open95598.registry.customers import kinds
from open95598.registry.standing.formulas import Line

__all__ = ["ENTITLEMENTS", "NOTICES", "SOURCES", "explained"]

#: what an agent must know before anything else: tone and words
NOTICES: Mapping[str, tuple[str, Any]] = {
    "protected": ("danger", _("Somebody's life hangs on the supply")),
    "importance": ("warning", _("%(name)s")),
    "tier": ("accent", _("%(name)s customer: handled first")),
}
SOURCES = {
    "billing": _("Billing"),
    "inspection": _("Inspection of use"),
    "order": _("Work order"),
    "other": _("Another source"),
}
_CODES: Mapping[str, Any] = {
    "price_class": kinds.PriceClass,
    "source": kinds.SupplySource,
    "nature": kinds.SupplyNature,
    "load_grade": kinds.LoadGrade,
}


def explained(line: Line, language: str | None) -> str:
    """Say why a part came out as it did, in words: the formula's text with the value in it."""
    if line.value is None:
        return ""
    shown = line.value
    if line.fact in _CODES:
        shown = str(_CODES[line.fact](line.value).label)
    elif line.fact == "importance":
        shown = str(kinds.Importance("" if line.value == "none" else line.value).label)
    text: Label = line.text
    return text.in_(language).format(value=shown)
