"""What the room's codes are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from open95598.foundation.rulebook.customer_tables import ENTITLEMENTS
from open95598.foundation.words import Label
from open95598.registry.customers import kinds
from open95598.registry.standing.formulas import Line

__all__ = ["ENTITLEMENTS", "SOURCES", "explained", "notices"]

#: what an agent must know before anything else: tone and words
_NOTICES: Mapping[str, tuple[str, Any]] = {
    "protected": ("danger", _("Somebody's life hangs on the supply")),
    "importance": ("warning", "%(name)s"),
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


def notices(codes: Sequence[str], tier: str, importance: str) -> list[tuple[str, str]]:
    """Return what an agent must know before anything else as (tone, words), for the codes of ``Standing.notice``."""
    names = {"tier": kinds.Tier(tier).label, "importance": kinds.Importance(importance).label, "protected": ""}
    return [(tone, str(words) % {"name": names[code]}) for code in codes for tone, words in [_NOTICES[code]]]


#: facts that are money: their values are for whoever may see money
MONEY = frozenset({"arrears", "arrears_days", "monthly_bill", "late_payments"})


def explained(line: Line, language: str | None, *, money: bool = True) -> str:
    """Say why a part came out as it did, in words: the formula's text with the value in it; "" when nothing is known,
    or when it is about money and the reader may not see any."""
    if line.value is None or (line.fact in MONEY and not money):
        return ""
    shown = line.value
    if line.fact in _CODES:
        shown = str(_CODES[line.fact](line.value).label)
    elif line.fact == "importance":
        shown = str(kinds.Importance("" if line.value == "none" else line.value).label)
    text: Label = line.text
    return text.in_(language).format(value=shown)
