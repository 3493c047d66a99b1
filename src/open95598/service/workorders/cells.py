"""The cells of a list of orders as markup, from rows that ``rows.dress`` has dressed. Each takes the present time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from open95598.foundation.ui import marks


def clock(row: dict[str, Any], now: datetime) -> SafeString:
    """Return the clock that ends first; a dash when none runs."""
    if row["clock"] is None:
        return marks.DASH
    return marks.clock_bar(row["clock"], now, row["clock_name"], compact=True)


def kind(row: dict[str, Any], _now: datetime) -> SafeString:
    """Return the kind with its category."""
    kind_name, category = marks.words_of(row["kind"]), marks.words_of(row["category_name"])
    return marks.fill('<span class="cell-kind">{}</span> <span class="muted">{}</span>', kind_name, category)


def state(row: dict[str, Any], _now: datetime) -> SafeString:
    """Return the state, with marks for a priority that is not the normal one, a confidential case, and others."""
    shown = [marks.badge(row["state"], row["state_tone"])]
    if row["priority_tone"]:
        shown.append(marks.badge(row["priority_name"], row["priority_tone"], "alert-triangle", small=True))
    if row["case__confidential"]:
        shown.append(marks.icon("lock", gettext("Confidential")))
    shown += [marks.badge(mark.words, mark.tone, mark.icon, small=True) for mark in row.get("marks", ())]
    return SafeString(" ".join(shown))


def what(row: dict[str, Any], _now: datetime) -> SafeString:
    """Return the place and the beginning of what was said, both masked."""
    place = marks.fill('<span class="cell-place">{}</span> ', row["place"]) if row["place"] else ""
    excerpt = row["excerpt"]
    return marks.fill('<span title="{}">{}<span class="muted">{}</span></span>', excerpt, place, excerpt)


def opened(row: dict[str, Any], now: datetime) -> SafeString:
    """Return how long ago it was registered."""
    return marks.ago(row["case__opened_at"], now)


def score(row: dict[str, Any], _now: datetime) -> SafeString:
    """Return the score, for who judges the order; a dash otherwise."""
    points = row.get("points")
    if points is None:
        return marks.DASH
    tone = "is-low" if points < 60 else "is-fair" if points < 80 else "is-good"
    return marks.fill('<span class="score {}">{}</span>', tone, str(points))
