"""What was filled in of an application, judged by its declaration. Pure: values in, values and reasons out.

A value is a text, "" when it is missing; a ticked box is ``yes``. Reasons are codes that ``wording`` puts into words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from open95598.foundation import phones
from open95598.foundation.rulebook.hall_rows import ApplicationField, ApplicationPaper, ApplicationRule

#: characters of a text for which the rule says nothing
USUAL = 200
#: how far ahead or back a day may lie, in years
_YEARS = 5
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_EMAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_TAX_NUMBER = re.compile(r"[0-9A-Z]{15,20}")
_WIDE = str.maketrans("０１２３４５６７８９．－", "0123456789.-")


@dataclass(frozen=True)
class Wrong:
    """Why a value is not accepted: ``missing``, ``long``, ``number``, ``low``, ``high``, ``day``, ``far``, ``choice``,
    ``phone``, ``email``, ``tax_number``; ``bound``: the bound it breaks."""

    code: str
    bound: int = 0


@dataclass(frozen=True)
class Filled:
    """The accepted values of the fields that are asked for, and why others are not."""

    values: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, Wrong] = field(default_factory=dict)


def tidied(rule: ApplicationRule, said: Mapping[str, object]) -> dict[str, str]:
    """Return what can be kept of a draft: the declared fields only, without control characters, not without end."""
    found = {}
    for one in rule.fields:
        text = _UNWANTED.sub("", str(said.get(one.code) or "").replace("\r\n", "\n")).strip()
        if text:
            found[one.code] = text[:2000]
    return found


def asked_fields(rule: ApplicationRule, given: Mapping[str, object]) -> list[ApplicationField]:
    """Return the fields that are asked for after what was given."""
    return [one for one in rule.fields if one.asked is None or one.asked.holds(given)]


def asked_papers(rule: ApplicationRule, given: Mapping[str, object]) -> list[ApplicationPaper]:
    """Return the documents that are asked for after what was given."""
    return [one for one in rule.papers if one.asked is None or one.asked.holds(given)]


def missing_papers(rule: ApplicationRule, given: Mapping[str, object], there: set[str]) -> list[ApplicationPaper]:
    """Return the documents that are needed and not there."""
    return [one for one in asked_papers(rule, given) if one.required and one.code not in there]


def check(rule: ApplicationRule, given: Mapping[str, str], today: date) -> Filled:
    """Judge an application as it is to be submitted. ``today``: the utility's local day."""
    values: dict[str, str] = {}
    wrong: dict[str, Wrong] = {}
    for one in asked_fields(rule, given):
        text = given.get(one.code, "").strip()
        if not text:
            if one.required:
                wrong[one.code] = Wrong("missing")
            continue
        found = _judged(one, text, today)
        if isinstance(found, Wrong):
            wrong[one.code] = found
        else:
            values[one.code] = found
    return Filled(values, wrong)


def _judged(one: ApplicationField, text: str, today: date) -> str | Wrong:
    judges: Mapping[str, Callable[[], str | Wrong]] = {
        "integer": lambda: _number(one, text.translate(_WIDE)),
        "decimal": lambda: _number(one, text.translate(_WIDE)),
        "choice": lambda: text if text in {choice.code for choice in one.choices} else Wrong("choice"),
        "yes": lambda: text if text == "yes" else Wrong("missing"),
        "date": lambda: _day(text, today),
        "phone": lambda: _phone(text),
        "email": lambda: text if len(text) <= 200 and _EMAIL.fullmatch(text) else Wrong("email"),
        "tax_number": lambda: _tax_number(text),
    }
    if one.type in judges:
        return judges[one.type]()
    most = one.most or USUAL
    return text if len(text) <= most else Wrong("long", most)


def _phone(text: str) -> str | Wrong:
    try:
        return phones.national(phones.plain(text))
    except ValueError:
        return Wrong("phone")


def _tax_number(text: str) -> str | Wrong:
    plain = "".join(text.translate(_WIDE).upper().split())
    return plain if _TAX_NUMBER.fullmatch(plain) else Wrong("tax_number")


def _number(one: ApplicationField, text: str) -> str | Wrong:
    if not _NUMBER.fullmatch(text) or (one.type == "integer" and "." in text):
        return Wrong("number")
    value = Decimal(text)
    if one.least is not None and value < one.least:
        return Wrong("low", one.least)
    if one.most is not None and value > one.most:
        return Wrong("high", one.most)
    return f"{value.normalize():f}"


def _day(text: str, today: date) -> str | Wrong:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return Wrong("day")
    far = timedelta(days=366 * _YEARS)
    return text if today - far <= found <= today + far else Wrong("far", _YEARS)
