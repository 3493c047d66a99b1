"""Applications in words: why a value is not accepted, what was filled in."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.foundation.rulebook.hall_rows import ApplicationField, ApplicationRule
from open95598.service.hall import filling
from open95598.service.hall.filling import Wrong


def reason(wrong: Wrong) -> str:
    """Say why a value is not accepted."""
    words = {
        "missing": _("This field is required."),
        "long": _("At most %(bound)d characters."),
        "number": _("Write a number."),
        "low": _("At least %(bound)d."),
        "high": _("At most %(bound)d."),
        "day": _("Write a day as 2026-03-01."),
        "far": _("This day is more than %(bound)d years away."),
        "choice": _("Choose one."),
        "phone": _("This is not a phone number."),
        "email": _("This is no e-mail address."),
        "tax_number": _("A tax number has 15 to 20 digits and capital letters."),
    }
    return words[wrong.code] % {"bound": wrong.bound}


def value(one: ApplicationField, text: str, language: str | None) -> str:
    """Return what was filled in as it is read."""
    if one.type == "choice":
        found = next((choice for choice in one.choices if choice.code == text), None)
        return found.label.in_(language) if found else text
    if one.type == "yes":
        return {"en": "Yes"}.get((language or "")[:2], "是")
    return text


def lines(rule: ApplicationRule, values: Mapping[str, str], language: str | None = None) -> list[tuple[str, str]]:
    """Return name and value of all that was filled in, in the order of the form, in a language (the page's)."""
    spoken = get_language() if language is None else language
    return [
        (one.label.in_(spoken), value(one, values[one.code], spoken))
        for one in filling.asked_fields(rule, values)
        if values.get(one.code)
    ]
