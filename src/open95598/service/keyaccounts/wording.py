"""What segments are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from open95598.registry.customers import kinds

DIMENSIONS: Mapping[str, Any] = {
    "price_class": _("Price class"),
    "relation": _("Supply relation"),
    "source": _("Source of supply"),
    "nature": _("Nature of supply"),
    "load_grade": _("Load grade"),
    "tier": _("Service tier"),
    "unit": _("Unit"),
}
_KINDS: Mapping[str, Any] = {
    "price_class": kinds.PriceClass,
    "relation": kinds.SupplyRelation,
    "source": kinds.SupplySource,
    "nature": kinds.SupplyNature,
    "load_grade": kinds.LoadGrade,
    "tier": kinds.Tier,
}


def segment(dimension: str, code: str) -> str:
    """Return what a segment is called; ``?`` is what happened without an account."""
    if code == "?":
        return str(_("Without a known account"))
    known = _KINDS.get(dimension)
    return str(known(code).label) if known is not None and code in known.values else code
