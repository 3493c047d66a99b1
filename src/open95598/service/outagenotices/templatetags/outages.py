"""What the pages say of outages."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from open95598.foundation.words import Label

register = template.Library()


@register.filter
def words(value: Label) -> str:
    """Return words of both languages in the reader's."""
    return value.in_(get_language())
