"""The figures of the chat, a line a day."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from open95598.foundation import months
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store as rulebooks
from open95598.service.chat import queries
from open95598.service.contacts import listing, resolution


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def figures(request: Any) -> HttpResponse:
    """Show a month of chats: how many, how soon taken, given up, how long, how rated."""
    today = months.local_day(request.now)
    month = months.asked(request.GET.get("month", ""), today)
    start, close = months.bounds(month)
    limit = rulebooks.current(request.now).chat.answer
    days = queries.figures(request.rights, start, close, limit, ZoneInfo(settings.TIME_ZONE))
    context = {
        "days": [
            {
                "day": one,
                "within": resolution.share(one.within, one.total),
                "given_up": resolution.share(one.given_up, one.total),
                "waited": listing.minutes(one.waited),
                "lasted": listing.minutes(one.lasted),
                "stars": f"{one.stars:.1f}" if one.stars else "",
            }
            for one in days
        ],
        "limit": limit,
        **months.leaves(month, today),
    }
    return render(request, "chat/figures.html", context)
