"""Turns what a cell holds into what a field needs. Pure but for the words of its reasons.

A spreadsheet confuses numbers and text: a phone number comes as 1.38E+10, an identity number loses its last digits.
What can be repaired is repaired; what was lost is refused with the reason, never guessed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

_EXACT = 10**15
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?[Ee]\+?\d+")
_DATE = re.compile(
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?"
    r"(?:[T\s]*(?P<half>上午|下午|AM|PM)?\s*(?P<h>\d{1,2})\s*[:时点]\s*(?:(?P<min>\d{1,2})\s*(?:[:分]\s*(?P<s>\d{1,2})(?:\.\d+)?\s*秒?|分)?)?"
    r"\s*(?P<half2>AM|PM)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?)?")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (sheet times have no zone until they are given one)
_YES = {"yes", "y", "true", "1", "是", "有", "对", "√", "✓"}
_NO = {"no", "n", "false", "0", "否", "无", "不", "×", "没有"}


def as_text(value: Any) -> str:
    """Return a cell as text without outer blanks; a whole number without its ".0". Raises ``ValueError`` never."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case float() if value.is_integer() and abs(value) < _EXACT:
            return str(int(value))
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value).strip()


def as_digits(value: Any) -> str:
    """Return a number that is a name (telephone, account, identity number) as text.

    Raises ``ValueError`` when the spreadsheet has lost digits: a number of more than 15, or ``1.38E+10`` as text.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if not math.isfinite(value) or abs(value) >= _EXACT or (isinstance(value, float) and not value.is_integer()):
            raise ValueError(_("the spreadsheet holds this as a number and has lost digits; store it as text"))
        return str(int(value))
    text = unicodedata.normalize("NFKC", as_text(value)).lstrip("'")
    if _SCIENTIFIC.fullmatch(text):
        raise ValueError(_("the spreadsheet holds this as a number and has lost digits; store it as text"))
    return re.sub(r"\.0$", "", text)


def as_datetime(value: Any, zone: ZoneInfo, formats: Sequence[str] = ()) -> datetime:
    """Return an aware UTC time. Text and sheet times are taken to be in ``zone``; a bare number is a date serial.

    ``formats`` (strptime) are tried first and are needed for orders like day/month/year, which nobody can guess.
    Raises ``ValueError`` with a reason.
    """
    return _aware(_moment(value, formats), zone)


def as_date(value: Any, formats: Sequence[str] = ()) -> date:
    """Return a date; see ``as_datetime``. A time of day is dropped. Raises ``ValueError`` with a reason."""
    return _moment(value, formats).date()


def _aware(moment: datetime, zone: ZoneInfo) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return aware.astimezone(UTC)


def _moment(value: Any, formats: Sequence[str]) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if 20_000 <= value < 80_000:  # 1954 to 2119; 20200106 is no serial
            return _round(_EPOCH + timedelta(days=value))
        if not formats and not (isinstance(value, int) or value.is_integer()):
            raise _no_date(value)
    text = unicodedata.normalize("NFKC", as_text(value))
    for form in formats:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 (the zone is put on by the caller)
        except ValueError:
            continue
    found = _DATE.fullmatch(text)
    try:
        if found:
            return _from_match(found)
        if compact := _COMPACT.fullmatch(text):
            return datetime(*(int(part) for part in compact.groups(default="0")))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError as error:
        raise _no_date(text) from error
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _moment(float(text), ())
    raise _no_date(text)


def _from_match(found: re.Match[str]) -> datetime:
    hour = int(found["h"] or 0)
    half = (found["half"] or found["half2"] or "").upper()
    if half in {"下午", "PM"} and hour < 12:
        hour += 12
    elif half in {"上午", "AM"} and hour == 12:
        hour = 0
    moment = datetime(  # noqa: DTZ001
        int(found["y"]), int(found["m"]), int(found["d"]), hour, int(found["min"] or 0), int(found["s"] or 0)
    )
    if zone := found["zone"]:
        return datetime.fromisoformat(f"{moment.isoformat()}{'+00:00' if zone in 'Zz' else zone}")
    return moment


def _round(moment: datetime) -> datetime:
    """A serial is a fraction of a day: its last microseconds are noise."""
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


def _no_date(value: Any) -> ValueError:
    return ValueError(_("“%(value)s” is not a date this import understands") % {"value": str(value)[:40]})


def as_int(value: Any) -> int:
    """Return a whole number. Raises ``ValueError`` with a reason."""
    number = as_decimal(value)
    if number != number.to_integral_value():
        raise ValueError(_("“%(value)s” is not a whole number") % {"value": str(value)[:40]})
    return int(number)


def as_decimal(value: Any) -> Decimal:
    """Return an exact number; thousands may be separated by commas. Raises ``ValueError`` with a reason."""
    text = unicodedata.normalize("NFKC", as_text(value)).replace(" ", "")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(_("“%(value)s” is not a number") % {"value": text[:40]}) from error
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise ValueError(_("“%(value)s” is not a number") % {"value": text[:40]})
    return number


def as_yesno(value: Any) -> bool:
    """Return a truth value from the usual words of both languages. Raises ``ValueError`` with a reason."""
    text = as_text(value).casefold()
    if isinstance(value, bool) or text in _YES | _NO:
        return value if isinstance(value, bool) else text in _YES
    raise ValueError(_("“%(value)s” is neither yes nor no") % {"value": text[:40]})
