"""Announced outages in words: tones, causes, how many are concerned."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from open95598.foundation.words import Label
from open95598.service.planned.kinds import Information
from open95598.service.planned.models import PlannedOutage

#: state → tone of its badge
TONES = {
    "draft": "quiet", "submitted": "accent", "approved": "accent", "announced": "warning", "running": "danger",
    "restored": "done", "cancelled": "quiet", "current": "danger", "over": "done", "withdrawn": "quiet",
}  # fmt: skip


def cause(row: PlannedOutage) -> Label:
    """Return why supply is interrupted, by the rulebook of its case; the code where that knows it no more."""
    from open95598.service.planned import flows

    return flows.rules_of(row).cause(row.cause) or Label(row.cause, row.cause)


def information(code: str) -> Any:
    """Return a kind of information in the reader's language."""
    return Information(code).label


def in_language(label: Label) -> str:
    """Return a label in the reader's language."""
    return label.in_(get_language())
