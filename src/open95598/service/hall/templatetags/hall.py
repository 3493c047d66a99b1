"""What the hall's pages say of values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

register = template.Library()

_DAYS = (
    gettext_lazy("Mon"), gettext_lazy("Tue"), gettext_lazy("Wed"), gettext_lazy("Thu"), gettext_lazy("Fri"),
    gettext_lazy("Sat"), gettext_lazy("Sun"),
)  # fmt: skip

_PHASES = {
    "received": gettext_lazy("We have received it"),
    "passed_on": gettext_lazy("Passed on"),
    "in_hand": gettext_lazy("Being handled"),
    "checking": gettext_lazy("Being checked"),
    "answered": gettext_lazy("We have answered"),
    "closed": pgettext_lazy("order of a customer", "Ended"),
}


@register.filter
def phase_word(code: str) -> Any:
    """Return where an order is, in a word."""
    return _PHASES.get(code, code)


@register.filter
def clock(at: datetime) -> str:
    """Return the time of day, in the utility's zone."""
    return f"{timezone.localtime(at):%H:%M}"


@register.filter
def weekday(at: datetime | date) -> str:
    """Return the day of the week, in the utility's zone."""
    local = timezone.localtime(at) if isinstance(at, datetime) else at
    return str(_DAYS[local.weekday()])
