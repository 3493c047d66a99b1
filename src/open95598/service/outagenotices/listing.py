"""The list of what customers were told of outages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.foundation.notices.models import MessageState
from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import CHOICE, Column, Filter, ListSpec, Order
from open95598.service.outagenotices import queries
from open95598.service.outagenotices.kinds import Fate, What
from open95598.service.outagenotices.models import Broadcast
from open95598.service.planned.listing import when

VALUES = ("pk", "case_id", "case__unit__name", "revision", "what", "told", "made_at")
_TONES = {
    "waiting": "accent", "sent": "done", "reached": "done", "unknown": "warning", "void": "quiet", "withheld": "quiet",
    "failed": "warning", "ended": "quiet",
}  # fmt: skip


def state_name(state: str) -> Any:
    """Return in words what became of a notice: its own state, or that of its message."""
    return Fate(state).label if state in Fate.values else MessageState(state).label


def _number(row: Any) -> str:
    return str(row["told"]["number"])


def _states(row: Any, _now: datetime) -> Any:
    found = (
        (marks.badge(f"{state_name(state)} {count}", _TONES.get(state, "accent")),)
        for state, count in row["states"]
    )  # fmt: skip
    return format_html_join(" ", "{}", found) or marks.DASH


def _kinds(_request: Any) -> Iterable[tuple[str, Any]]:
    return list(What.choices)


SPEC = ListSpec(
    name="outage-notices",
    title=_("Outage notices"),
    columns=(
        Column("made", pgettext_lazy("outage notice", "Prepared"), value=lambda row: when(row["made_at"]),
               classes="nowrap"),
        Column("number", pgettext_lazy("outage notice", "Outage"), value=_number, opens=True, classes="nowrap"),
        Column("what", pgettext_lazy("outage notice", "What is told"), value=lambda row: What(row["what"]).label),
        Column("scope", pgettext_lazy("outage", "Area"), value=lambda row: row["told"]["scope"], classes="is-wide"),
        Column("states", pgettext_lazy("outage notice", "Notices"), draw=_states),
        Column("unit", _("Unit"), value="case__unit__name"),
    ),
    orders=(Order("newest", _("Newest first"), ("-pk",)), Order("oldest", _("Oldest first"), ("pk",))),
    filters=(Filter("what", pgettext_lazy("outage notice", "What is told"), CHOICE, apply="what__in", choices=_kinds),),
    row_url=lambda row: reverse("outagenotices:of", args=(row["case_id"],)),
    row_id=lambda row: row["pk"],
    empty_title=_("Nobody was told anything"),
    empty_text=_("When an outage is announced, changes or ends, it stands here who was told and what became of it."),
)  # fmt: skip


def read(found: QuerySet[Broadcast]) -> QuerySet[Any]:
    """Return the broadcasts as plain values."""
    return found.select_related(None).values(*VALUES)


def dress(found: Sequence[dict[str, Any]]) -> None:
    """Add to each row how many notices are how far. One query for all."""
    states = queries.states([row["pk"] for row in found]) if found else {}
    for row in found:
        counts: dict[str, int] = {}
        for _way, state, count in states[row["pk"]]:
            counts[state] = counts.get(state, 0) + count
        row["states"] = sorted(counts.items())
