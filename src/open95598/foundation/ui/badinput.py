"""What is wrong with a field of a request that does not fit its schema, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

#: kinds of pydantic's errors whose limit is told, with the member of ``ctx`` that holds it
_LIMITS: dict[str, tuple[str, Callable[[], str]]] = {
    "string_too_long": ("max_length", lambda: _("At most %(limit)s characters.")),
    "string_too_short": ("min_length", lambda: _("At least %(limit)s characters.")),
    "too_long": ("max_length", lambda: _("At most %(limit)s entries.")),
    "too_short": ("min_length", lambda: _("At least %(limit)s entries.")),
    "greater_than_equal": ("ge", lambda: _("At least %(limit)s.")),
    "greater_than": ("gt", lambda: _("More than %(limit)s.")),
    "less_than_equal": ("le", lambda: _("At most %(limit)s.")),
    "less_than": ("lt", lambda: _("Less than %(limit)s.")),
}
#: the other common ones, by how their kind begins; the first that fits
_SENTENCES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("missing", lambda: _("This field is required.")),
    ("extra_forbidden", lambda: _("This field is not known here.")),
    ("string_pattern", lambda: _("This does not have the expected form.")),
    ("string_", lambda: _("This must be text.")),
    ("bool_", lambda: _("This must be true or false.")),
    ("int_", lambda: _("This must be a whole number.")),
    ("float_", lambda: _("This must be a number.")),
    ("decimal_", lambda: _("This must be a number.")),
    ("datetime_", lambda: _("Give a date and time such as 2026-01-31T08:30.")),
    ("timezone_", lambda: _("Give a date and time such as 2026-01-31T08:30.")),
    ("date_", lambda: _("Give a date such as 2026-01-31.")),
    ("list_", lambda: _("This must be a list.")),
    ("dict_", lambda: _("This must be an object.")),
    ("model_", lambda: _("This must be an object.")),
)


def reason(error: Mapping[str, Any]) -> str:
    """Return what one of pydantic's errors (``type``, ``msg``, ``ctx``) says, in the active language.

    A kind of error that is not among the common ones is told in pydantic's own English words.
    """
    kind, context = str(error.get("type", "")), error.get("ctx") or {}
    if kind == "value_error" and "error" in context:  # raised by a validator of ours: it is translated already
        return str(context["error"])
    if kind in ("enum", "literal_error") and "expected" in context:
        choices = str(context["expected"]).replace(" or ", ", ").replace("'", "")
        return _("Choose one of: %(choices)s.") % {"choices": choices}
    if kind in _LIMITS and (told := context.get(_LIMITS[kind][0])) is not None:
        return _LIMITS[kind][1]() % {"limit": told}
    return next((say() for start, say in _SENTENCES if kind.startswith(start)), str(error.get("msg", "")))


def is_whole_body(error: Mapping[str, Any]) -> bool:
    """Say whether the error is that the body as a whole is no JSON object (``loc`` names its only parameter)."""
    place = tuple(error.get("loc", ()))
    return len(place) == 2 and place[0] == "body" and str(error.get("type", "")).startswith(("model_", "dict_type"))
