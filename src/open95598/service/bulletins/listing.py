"""The archive of bulletins as a list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import BOOL, CHOICE, DATE, TEXT, Column, Filter, ListSpec, Order
from open95598.service.bulletins.models import Bulletin, Receipt, Severity, State

VALUES = ("id", "title", "severity", "state", "unit__name", "valid_from", "valid_until", "posted_at", "version", "seen")
TONES = {Severity.INFO: "quiet", Severity.WARNING: "warning", Severity.URGENT: "danger"}


def state_of(row: Any, now: datetime) -> tuple[Any, str]:
    """Return how a bulletin stands now, in words, and the tone of its badge; ``row``: its values by name."""
    if row["state"] != State.POSTED:
        return State(row["state"]).label, "warning" if row["state"] == State.PROPOSED else "quiet"
    if row["valid_from"] > now:
        return _("Still to come"), "accent"
    if row["valid_until"] is not None and row["valid_until"] <= now:
        return _("Over"), "quiet"
    return _("In force"), "done"


def _state(row: Any, now: datetime) -> Any:
    return marks.badge(*state_of(row, now))


def _severity(row: Any, _now: datetime) -> Any:
    return marks.badge(Severity(row["severity"]).label, TONES[Severity(row["severity"])])


def _from(row: Any, now: datetime) -> Any:
    return marks.ago(row["valid_from"], now)


def _words(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(title__icontains=text) | Q(text__icontains=text) | Q(words__icontains=text))


def _severities(_request: Any) -> Iterable[tuple[str, Any]]:
    return Severity.choices


SPEC = ListSpec(
    name="bulletins",
    title=pgettext_lazy("bulletin", "Bulletins"),
    columns=(
        Column("severity", pgettext_lazy("bulletin", "Severity"), draw=_severity, classes="nowrap at-clock"),
        Column("title", pgettext_lazy("bulletin", "Title"), value="title", opens=True, classes="is-wide at-what"),
        Column("unit", _("Unit"), value="unit__name", classes="at-unit"),
        Column("from", pgettext_lazy("bulletin", "Holds from"), draw=_from, classes="nowrap at-opened"),
        Column("state", _("State"), draw=_state, classes="nowrap at-state"),
        Column("seen", pgettext_lazy("bulletin", "Acknowledged by"), value="seen", classes="number at-owner"),
    ),
    orders=(Order("newest", _("Newest first"), ("-valid_from", "-id")),),
    filters=(
        Filter("q", _("Words"), TEXT, apply=_words),
        Filter("severity", pgettext_lazy("bulletin", "Severity"), CHOICE, choices=_severities),
        Filter("state", _("State"), CHOICE, choices=lambda _r: State.choices),
        Filter("from", pgettext_lazy("bulletin", "Holds from"), DATE, apply="valid_from"),
        Filter("open", _("Without an end"), BOOL, apply="valid_until__isnull"),
    ),
    row_url=lambda row: reverse("bulletins:bulletin", args=(row["id"],)),
    empty_title=_("No bulletins yet"),
    empty_text=_("What a shift leader tells all desks stands here, as long as it holds and afterwards."),
)


def read(found: QuerySet[Bulletin]) -> QuerySet[Any]:
    """Return bulletins as plain values, with how many have acknowledged the present version."""
    of_it = Receipt.objects.filter(bulletin=OuterRef("pk"), version=OuterRef("version")).order_by()
    count = of_it.values("bulletin").annotate(n=Count("pk")).values("n")
    return found.annotate(seen=Coalesce(Subquery(count), Value(0))).values(*VALUES)
