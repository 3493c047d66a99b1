"""The bar that goes with an agent from page to page while a conversation is in hand."""

from __future__ import annotations

from typing import Any

from django import template

from open95598.foundation.people.policy import Permission
from open95598.service.contacts import hooks

register = template.Library()


@register.inclusion_tag("contacts/_bar.html", takes_context=True)
def contact_bar(context: Any) -> dict[str, Any]:
    """Draw the bar of whoever takes contacts; one query, none for others."""
    request = context.get("request")
    rights = getattr(request, "rights", None)
    takes = rights is not None and rights.anywhere(Permission.CASE_OPEN) and rights.anywhere(Permission.CASE_ANSWER)
    return hooks.bar(request.user.pk, request.now) if request and takes else {"takes": False, "contacts": ()}
