"""Small words of the flows' page."""

from __future__ import annotations

from typing import Any

from django import template

from open95598.foundation.rulebook.wording import CLOCKS

register = template.Library()


@register.filter
def clock_name(code: str) -> Any:
    """Return a clock's name."""
    return CLOCKS.get(code, code)
