"""The strip of bulletins that goes with an agent from page to page until it is acknowledged."""

from __future__ import annotations

from typing import Any

from django import template
from django.middleware.csrf import get_token

from open95598.service.bulletins import queries

register = template.Library()


@register.inclusion_tag("bulletins/_strip.html", takes_context=True)
def bulletin_strip(context: Any) -> dict[str, Any]:
    """Draw the strip of whoever sits at a desk; one query, none for others."""
    request = context.get("request")
    return strip(request) if request is not None else {"desk": False}


def strip(request: Any) -> dict[str, Any]:
    """Return what the strip shows."""
    rights = getattr(request, "rights", None)
    if rights is None or not queries.at_a_desk(rights):
        return {"desk": False}
    rows = queries.waiting(rights, request.now)
    return {"desk": True, "bulletins": rows[:1], "others": len(rows) - 1, "csrf_token": get_token(request)}
