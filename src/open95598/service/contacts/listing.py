"""The list of contacts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.foundation import masking
from open95598.foundation.rulebook import store
from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import BOOL, CHOICE, DATE, UNIT, Column, Filter, ListSpec, Order
from open95598.service.contacts import queries
from open95598.service.contacts.kinds import Channel, Direction, Outcome, State
from open95598.service.contacts.models import Contact
from open95598.service.workorders import actionforms, wording

VALUES = (
    "id", "code", "channel", "direction", "state", "outcome", "category", "name", "phone", "hushed", "began_at",
    "answered_at", "ended_at", "done_at", "owner__name", "unit__name",
)  # fmt: skip
TONES = {State.OPEN: "accent", State.AFTER: "warning", State.DONE: "quiet"}


def _began(row: Any, now: datetime) -> Any:
    return marks.ago(row["began_at"], now)


def _state(row: Any, _now: datetime) -> Any:
    if row["state"] == State.DONE:
        return marks.words_of(Outcome(row["outcome"]).label) if row["outcome"] else marks.DASH
    return marks.badge(State(row["state"]).label, TONES[State(row["state"])])


COLUMNS = (
    Column("began", _("Began"), draw=_began, classes="nowrap at-clock", sort=("oldest", "newest")),
    Column("code", pgettext_lazy("contact", "Contact"), value="code", opens=True, classes="nowrap at-number mono"),
    Column("channel", _("Channel"), value=lambda row: Channel(row["channel"]).label, classes="nowrap at-kind"),
    Column("who", pgettext_lazy("contact", "With"), value="who", classes="nowrap at-what"),
    Column("matter", pgettext_lazy("contact", "About"), value="matter", classes="is-wide gives-way at-more"),
    Column("state", pgettext_lazy("contact", "Outcome"), draw=_state, classes="nowrap at-state"),
    Column("handling", pgettext_lazy("contact", "Handling time"), value="handling", classes="number at-opened"),
    Column("unit", _("Unit"), value="unit__name", classes="at-unit"),
    Column("owner", pgettext_lazy("contact", "Taken by"), value="owner__name", classes="at-owner"),
)


def _units(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in actionforms.unit_options()]


def _kinds(request: Any) -> Iterable[tuple[str, Any]]:
    return [(kind.code, kind.label) for kind in store.current(request.now).kinds]


def _shifts(request: Any) -> Iterable[tuple[str, Any]]:
    rules = store.current(request.now).desk
    return [(rules.hours(shift), shift.label) for shift in rules.shifts]


def _in_unit(found: QuerySet[Any], unit_id: int) -> QuerySet[Any]:
    return found.filter(scope__contains=[unit_id])


SPEC = ListSpec(
    name="contacts",
    title=pgettext_lazy("contact", "Contacts"),
    columns=COLUMNS,
    orders=(
        Order("newest", _("Newest first"), ("-began_at", "-id")),
        Order("oldest", _("Oldest first"), ("began_at", "id")),
    ),
    filters=(
        Filter("channel", _("Channel"), CHOICE, choices=lambda _r: Channel.choices),
        Filter("direction", pgettext_lazy("contact", "Sought by"), CHOICE, choices=lambda _r: Direction.choices),
        Filter("state", _("State"), CHOICE, choices=lambda _r: State.choices),
        Filter("outcome", pgettext_lazy("contact", "Outcome"), CHOICE, choices=lambda _r: Outcome.choices),
        Filter("kind", pgettext_lazy("contact", "About"), CHOICE, choices=_kinds),
        Filter("hours", _("Shift"), CHOICE, apply=queries.of_hours, choices=_shifts),
        Filter("began", _("Began"), DATE, apply="began_at"),
        Filter("unit", _("Unit and below"), UNIT, apply=_in_unit, choices=_units),
        Filter("repeat", _("Came again within 7 days"), BOOL, apply=queries.repeating),
    ),
    row_url=lambda row: reverse("contacts:contact", args=(row["code"],)),
    empty_title=_("No contacts yet"),
    empty_text=_(
        "Every conversation with a customer stands here, on whatever channel. Begin one with the button above."
    ),
)


def read(found: QuerySet[Contact]) -> QuerySet[Any]:
    """Return the contacts as plain values."""
    return found.values(*VALUES)


def dress(found: Sequence[dict[str, Any]], rules: Any) -> None:
    """Add to each row what is shown of it; personal values masked."""
    for row in found:
        row["who"] = who(row["name"], row["phone"])
        row["matter"] = wording.category_path(rules, row["category"]) if row["category"] else ""
        row["handling"] = span(row["answered_at"], row["done_at"])


def who(name: str, phone: str) -> str:
    """Return who it was, masked."""
    shown = (masking.mask_name(name) if name else "", masking.mask_phone(phone) if phone else "")
    return " ".join(part for part in shown if part)


def span(start: datetime | None, end: datetime | None) -> str:
    """Return a time span as minutes and seconds ("4:05"), "" while one end is open."""
    if start is None or end is None:
        return ""
    return minutes((end - start).total_seconds())


def minutes(seconds: float | None) -> str:
    """Return seconds as minutes and seconds ("4:05"); "" for None."""
    if seconds is None:
        return ""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02d}"
