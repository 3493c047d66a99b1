"""Checks what somebody typed for an action against the action's declaration, with the rulebook's lists."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from open95598.casework.flow import Input, InputType
from open95598.foundation import phones
from open95598.foundation.errors import Invalid, NotFound
from open95598.foundation.people.models import Person
from open95598.foundation.units import queries as tree
from open95598.foundation.units.models import Unit

MAX_TEXT = 200
MAX_LONG_TEXT = 10_000


class _Bad(Exception):
    """One field's reason."""


def clean(inputs: Sequence[Input], data: Mapping[str, Any], rules: Any) -> dict[str, Any]:
    """Return the checked values of ``inputs`` found in ``data``.

    Units and people become ids, times aware datetimes, choices their codes. Raises ``Invalid`` naming every bad or
    unknown field.
    """
    cleaned: dict[str, Any] = {}
    bad: dict[str, str] = {}
    known = {i.name for i in inputs}
    for name in data:
        if name not in known:
            bad[str(name)[:64]] = _("This field is not known here.")
    for field in inputs:
        raw = data.get(field.name, field.default)
        if isinstance(raw, str):
            raw = raw.strip()
            if "\x00" in raw:
                bad[field.name] = _("This contains a character that cannot be stored.")
                continue
        if raw in (None, "") or (field.type == InputType.BOOLEAN and field.required and raw is False):
            if field.required:
                bad[field.name] = _("This field is required.")
            elif field.type == InputType.BOOLEAN:
                cleaned[field.name] = False
            continue
        try:
            cleaned[field.name] = _PARSERS[field.type](field, raw, rules)
        except _Bad as reason:
            bad[field.name] = str(reason)
    if bad:
        raise Invalid(_("Some fields need your attention."), fields=bad)
    return cleaned


def options(field: Input, rules: Any) -> list[tuple[str, Any]]:
    """Return the (code, label) pairs that a choice may take; empty when it is not a choice."""
    if isinstance(field.choices, str):
        return [(c.code, c.label) for c in rules.choices(field.choices)] if field.choices else []
    return list(field.choices)


def _text(field: Input, raw: Any, rules: Any) -> str:
    if not isinstance(raw, (str, int, float)) or isinstance(raw, bool):
        raise _Bad(_("This must be text."))
    text = str(raw).replace("\r\n", "\n")
    limit = field.max_length or (MAX_LONG_TEXT if field.type == InputType.LONG_TEXT else MAX_TEXT)
    if len(text) > limit:
        raise _Bad(_("At most %(limit)s characters; these are %(length)s.") % {"limit": limit, "length": len(text)})
    return text


def _choice(field: Input, raw: Any, rules: Any) -> str:
    codes = [code for code, _label in options(field, rules)]
    if not isinstance(raw, str) or raw not in codes:
        raise _Bad(_("Choose one of: %(choices)s.") % {"choices": ", ".join(codes)})
    return raw


def _category(field: Input, raw: Any, rules: Any) -> str:
    try:
        return str(rules.category(raw).code)
    except (KeyError, TypeError):
        raise _Bad(_("There is no category %(code)s.") % {"code": str(raw)[:60]}) from None


def _unit(field: Input, raw: Any, rules: Any) -> int:
    unit_id: int | None
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 2**63:
        unit_id = raw
    else:
        text = str(raw)
        unit_id = Unit.objects.filter(code=text, closed_on=None).values_list("pk", flat=True).first()
        if unit_id is None and text.isdecimal() and len(text) < 18:
            unit_id = int(text)
    with contextlib.suppress(NotFound):
        if unit_id is not None and tree.get(unit_id).closed_on is None:
            return unit_id
    raise _Bad(_("There is no unit %(unit)s.") % {"unit": str(raw)[:60]})


def _person(field: Input, raw: Any, rules: Any) -> int:
    people = Person.objects.filter(is_active=True)
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 2**63:
        found = people.filter(pk=raw)
    else:
        found = people.filter(username=str(raw))
        if str(raw).isdecimal() and len(str(raw)) < 18 and not found.exists():
            found = people.filter(pk=int(str(raw)))
    person_id = found.values_list("pk", flat=True).first()
    if person_id is None:
        raise _Bad(_("There is no person %(person)s.") % {"person": str(raw)[:60]})
    return person_id


def _datetime(field: Input, raw: Any, rules: Any) -> datetime:
    if isinstance(raw, datetime):
        value: datetime | None = raw
    else:
        try:
            value = parse_datetime(str(raw))
        except ValueError:
            value = None
    if value is None:
        raise _Bad(_("Give a date and time such as 2026-01-31T08:30."))
    try:
        return in_zone(value)
    except (OverflowError, ValueError):
        raise _Bad(_("This time is out of range.")) from None


def in_zone(value: datetime) -> datetime:
    """Return an aware UTC time; one without zone is meant in the utility's. ``OverflowError`` at the end of time."""
    return (value if value.tzinfo else value.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))).astimezone(UTC)


def _integer(field: Input, raw: Any, rules: Any) -> int:
    if isinstance(raw, bool):
        raise _Bad(_("This must be a whole number."))
    try:
        value = int(str(raw))
    except ValueError:
        raise _Bad(_("This must be a whole number.")) from None
    low = field.minimum if field.minimum is not None else -(2**31)
    high = field.maximum if field.maximum is not None else 2**31 - 1
    if not low <= value <= high:
        raise _Bad(_("This must lie between %(low)s and %(high)s.") % {"low": low, "high": high})
    return value


def _boolean(field: Input, raw: Any, rules: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if str(raw).lower() in ("true", "1", "on", "yes"):
        return True
    if str(raw).lower() in ("false", "0", "off", "no"):
        return False
    raise _Bad(_("This must be yes or no."))


def phone_number(raw: Any) -> str:
    """Return a phone number in its plain form (digits, a leading + kept); ValueError when it cannot be one."""
    return phones.plain(raw)


def phone_if_whole(text: str) -> str:
    """Return a phone number in the form that orders have it; "" when it is none, or not yet."""
    try:
        return phone_number(text)
    except ValueError:
        return ""


def _phone(field: Input, raw: Any, rules: Any) -> str:
    try:
        return phone_number(raw)
    except ValueError:
        raise _Bad(_("This is not a phone number.")) from None


_PARSERS: dict[InputType, Callable[[Input, Any, Any], Any]] = {
    InputType.TEXT: _text,
    InputType.LONG_TEXT: _text,
    InputType.CHOICE: _choice,
    InputType.CATEGORY: _category,
    InputType.UNIT: _unit,
    InputType.PERSON: _person,
    InputType.DATETIME: _datetime,
    InputType.INTEGER: _integer,
    InputType.BOOLEAN: _boolean,
    InputType.PHONE: _phone,
}
