"""What the pages say of outages."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from open95598.foundation.masking import mask_phone, mask_url
from open95598.foundation.words import Label

register = template.Library()


@register.filter
def words(value: Label) -> str:
    """Return words of both languages in the reader's."""
    return value.in_(get_language())


@register.filter
def hook(url: str) -> str:
    """Return the address of a webhook as the house may see it."""
    return mask_url(url)


@register.filter
def reached(to: str) -> str:
    """Return a phone or an e-mail address, masked."""
    name, at, host = to.partition("@")
    return f"{name[:1]}***{at}{host}" if at else mask_phone(to)
