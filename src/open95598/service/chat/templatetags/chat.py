"""The strip of one's own chats that goes with an agent from page to page."""

from __future__ import annotations

from typing import Any

from django import template

from open95598.foundation.people.policy import Permission
from open95598.service.chat import desk, queries

register = template.Library()


@register.inclusion_tag("chat/_strip.html", takes_context=True)
def chat_strip(context: Any) -> dict[str, Any]:
    """Draw one's own chats with what is unread; whoever has a page open is there. One query, none for others."""
    request = context.get("request")
    rights = getattr(request, "rights", None)
    answers = rights is not None and rights.anywhere(Permission.CASE_OPEN) and rights.anywhere(Permission.CASE_ANSWER)
    rows = queries.mine(request.user.pk) if request and answers else []
    if rows and request is not None:
        desk.present(request.user.pk, request.now)
    return {"answers": answers, "chats": rows}
