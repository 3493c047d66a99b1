"""All writes to the calendars. Every change is journalled in the stream ``calendar/<name>``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.foundation.calendars import statutory, store
from open95598.foundation.calendars.arithmetic import format_intervals, parse_intervals
from open95598.foundation.calendars.models import Calendar, CalendarDay, DayKind
from open95598.foundation.errors import Forbidden, Invalid, NotFound
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights

_NAME = re.compile(r"[a-z][a-z0-9_\-]{0,31}")


def must_manage(rights: Rights) -> None:
    """Raise ``Forbidden`` unless the person may change calendars somewhere (calendars belong to the installation)."""
    if not rights.anywhere(Permission.CALENDAR_MANAGE):
        raise Forbidden(_("You may not change business calendars."))


def ensure(name: str) -> Calendar:
    """Return the calendar ``name``, locked, made with the usual week when there is none; ``Invalid`` for a bad name."""
    if not _NAME.fullmatch(name):
        raise Invalid(_("The calendar's name is not usable."), fields={"name": _("Up to 32 small letters or digits.")})
    Calendar.objects.get_or_create(name=name, defaults={"weekly": list(statutory.WEEKLY)})
    return Calendar.objects.select_for_update().get(name=name)


@transaction.atomic
def seed(name: str, year: int, actor: Person | None, now: datetime) -> tuple[int, bool]:
    """Put the holidays and swapped workdays of ``year`` into the calendar; return (days written, settled).

    What a person has set stays. A year that the libraries do not know is computed and marked provisional; seeding it
    again when they do replaces it.
    """
    if not 1900 <= year <= 2200:
        raise Invalid(_("The year is out of range."), fields={"year": _("Between 1900 and 2200.")})
    calendar = ensure(name)
    settled = statutory.is_settled(year)
    rows = CalendarDay.objects.filter(calendar=calendar, date__year=year)
    rows.filter(by_hand=False).delete()
    taken = set(rows.values_list("date", flat=True))
    working = next((text for text in calendar.weekly if text), statutory.OFFICE)
    made = CalendarDay.objects.bulk_create(
        CalendarDay(
            calendar=calendar,
            date=special.day,
            intervals=working if special.works else "",
            kind=DayKind.SWAPPED if special.works else DayKind.HOLIDAY,
            note=special.note,
            provisional=not settled,
        )
        for special in statutory.specials(year)
        if special.day not in taken
    )
    years = set(calendar.known_years)
    calendar.known_years = sorted(years | {year} if settled else years - {year})
    _changed(calendar, "calendar.seeded", actor, now, {"year": year, "days": len(made), "settled": settled})
    return len(made), settled


@transaction.atomic
def set_day(
    name: str, day: date, intervals: str, note: str, kind: str, actor: Person | None, now: datetime
) -> CalendarDay:
    """Give a date hours of its own (``08:30-12:00, 13:30-18:00``; empty = no work). Raises ``Invalid``."""
    calendar = ensure(name)
    text = _intervals(intervals, "intervals")
    if kind not in DayKind.values:
        raise Invalid(_("Please correct the marked fields."), fields={"kind": _("Unknown kind of day.")})
    if len(note) > 80:
        raise Invalid(_("Please correct the marked fields."), fields={"note": _("At most 80 characters.")})
    row, _made = CalendarDay.objects.update_or_create(
        calendar=calendar,
        date=day,
        defaults={"intervals": text, "note": note, "kind": kind, "provisional": False, "by_hand": True},
    )
    data = {"date": day.isoformat(), "intervals": text, "kind": kind, "note": note}
    _changed(calendar, "calendar.day_set", actor, now, data)
    return row


@transaction.atomic
def clear_day(name: str, day: date, actor: Person | None, now: datetime) -> None:
    """Let a date follow its weekday again; ``NotFound`` when it already does."""
    calendar = ensure(name)
    gone, _per_model = CalendarDay.objects.filter(calendar=calendar, date=day).delete()
    if not gone:
        raise NotFound(_("This day already follows the weekly pattern."))
    _changed(calendar, "calendar.day_cleared", actor, now, {"date": day.isoformat()})


@transaction.atomic
def set_weekly(name: str, weekly: Sequence[str], actor: Person | None, now: datetime) -> Calendar:
    """Change the weekly pattern, Monday first. Raises ``Invalid`` naming each bad day, or when nobody works at all."""
    if len(weekly) != 7:
        raise ValueError("a weekly pattern has seven days")
    fields: dict[str, Any] = {}
    texts = []
    for number, text in enumerate(weekly):
        try:
            texts.append(_intervals(text, f"day{number}"))
        except Invalid as bad:
            fields |= bad.fields
    if fields:
        raise Invalid(_("Please correct the marked fields."), fields=fields)
    if not any(texts):
        raise Invalid(_("A week needs some working time."), fields={"day0": _("A week needs some working time.")})
    calendar = ensure(name)
    calendar.weekly = texts
    _changed(calendar, "calendar.weekly_set", actor, now, {"weekly": texts})
    return calendar


def _intervals(text: str, name: str) -> str:
    try:
        return format_intervals(parse_intervals(text))
    except ValueError:
        raise Invalid(
            _("Please correct the marked fields."),
            fields={name: _("Write times like 08:30-12:00, 13:30-18:00: in order, without overlap.")},
        ) from None


def _changed(calendar: Calendar, kind: str, actor: Person | None, now: datetime, data: dict[str, Any]) -> None:
    """Save the calendar under a new revision, write it down, and let this process look again."""
    calendar.revision += 1
    calendar.save()
    key = f"calendar/{calendar.name}"
    draft = Draft(
        head=Stream(key=key),
        stream=key,
        kind=kind,
        at=now,
        actor_id=actor.pk if actor else None,
        actor_name=actor.name if actor else "",
        data={"calendar": calendar.name, **data},
    )
    append_to_stream(key, [draft])
    store.forget()
    transaction.on_commit(store.forget)
